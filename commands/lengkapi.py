"""What is done to a draft on its preview: a long one becomes several posts."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk import replies
from plugin.desk.audit import hand
from plugin.desk.cards import ReplyCard, reply_card
from plugin.desk.cases import find_case, find_reply
from plugin.desk.chains import MOST_PARTS
from plugin.wording import Refusal, UserError


@dataclass(frozen=True)
class TooLongToCut(Refusal):
    """It does not become posts: too many would be needed, or a word is longer than a post."""

    number: int
    most: int


@decision("bagi", may=Right.DRAFT)
async def bagi(context: Context, reply: int) -> ReplyCard:
    """Publish it as several posts, each below the one before."""
    row = await find_reply(context, reply)
    await find_case(context, row.report_id, Right.DRAFT)
    card = await reply_card(context.services, reply)
    if card.inspection.too_long and not card.cuts:
        raise UserError(TooLongToCut(row.report_id, MOST_PARTS))
    if card.cuts:
        await context.services.store.write(replies.arrange, hand(context), reply, card.cuts)
    return await reply_card(context.services, reply)
