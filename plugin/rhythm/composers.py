"""What each kind of notice shows when it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from plugin.chat.context import Services
from plugin.desk.cards.connection_card import connection_card
from plugin.desk.cards.promise_cards import promise_card
from plugin.rhythm import (
    arrivals,
    budget_news,
    connections,
    consents,
    dismissing,
    escalation,
    following,
    halves,
    handing,
    ordering,
    promisekeeper,
    reminding,
    reprimands,
    shut_rooms,
    topics,
    unanswered,
)
from plugin.rhythm.alarms import alarms
from plugin.rhythm.follower_news import follower_news
from plugin.rhythm.notices import Compose
from plugin.rhythm.periodic import MONTHLY, WEEKLY, period_page
from plugin.rhythm.reminders import reminder
from plugin.rhythm.rising import rising_topic


def composers(services: Services) -> Mapping[str, Compose]:
    """Who makes what a notice shows, by its kind."""
    return {
        escalation.KIND: partial(alarms, services),
        topics.KIND: partial(rising_topic, services),
        arrivals.KIND: partial(arrivals.arrived, services),
        reprimands.KIND: partial(reprimands.reprimanding, services),
        promisekeeper.KIND: lambda args: promise_card(services, args["promise"]),
        WEEKLY: partial(period_page, services, WEEKLY),
        MONTHLY: partial(period_page, services, MONTHLY),
        reminding.KIND: partial(reminder, services),
        following.KIND: partial(follower_news, services),
        halves.KIND: partial(halves.half, services),
        ordering.KIND: partial(ordering.order_due, services),
        shut_rooms.KIND: partial(shut_rooms.room_shut, services),
        unanswered.KIND: partial(unanswered.still_unanswered, services),
        dismissing.KIND: partial(dismissing.freed, services),
        handing.CARD: handing.handed_on,
        handing.BACK: partial(handing.came_back, services),
        handing.TIME: partial(handing.more_time, services),
        handing.ASKED: partial(handing.asked, services),
        consents.KIND: partial(consents.consent_news, services),
        connections.KIND: lambda args: connection_card(services, args["account"]),
        budget_news.KIND: partial(budget_news.budget_news, services),
    }
