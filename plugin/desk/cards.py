"""Which card tells of what: each is made anew from what is true now."""

from __future__ import annotations

from plugin.chat.context import Services
from plugin.desk.connection_card import connection_card
from plugin.desk.order_card import order_card
from plugin.desk.promise_cards import promise_card
from plugin.desk.reply_card import reply_card
from plugin.desk.report_card import report_card
from plugin.wording import View


async def card(services: Services, about: str) -> View:
    """The view of what `about` names, as it is now."""
    kind, _, number = about.partition(":")
    if kind == "reply":
        return await reply_card(services, int(number))
    if kind == "promise":
        return await promise_card(services, int(number))
    if kind == "connection":
        return await connection_card(services, int(number))
    if kind == "disposition":
        return await order_card(services, int(number))
    return await report_card(services, int(number))
