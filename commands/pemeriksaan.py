"""What can be done about what the checks found in a draft: take over a better wording, or go on by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand
from plugin.desk.cards.reply_card import ReplyCard, reply_card
from plugin.desk.handling.cases import case_of_reply, permit_reply
from plugin.desk.replying import approvals, guard, replies
from plugin.findings import swapped
from plugin.rhythm import handing
from plugin.rhythm.handing import Told
from plugin.store.tables import Reply
from plugin.terms import Terms
from plugin.wording import CardHere, Decide, Press, UserError, View, Visit


@dataclass(frozen=True)
class OpenComposer(View):
    """The platform's own composer, for whoever goes ahead by hand."""

    whisper = True
    number: int
    reply_id: int
    shown: str
    channel: str
    account: str
    compose_url: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "compose": Visit(self.compose_url),
            "posted": Decide("sudah-terkirim", {"reply": self.reply_id, "shown": self.shown}),
            "paste": Decide("alamat", {"reply": self.reply_id}),
        }


@decision("tetap-buka", may=Right.PUBLISH)
async def tetap_buka(context: Context, reply: int, shown: str) -> CardHere | OpenComposer:
    """What Kirim is where a person posts by hand: its author may have to ask a second person, others go ahead."""
    await permit_reply(context, Right.PUBLISH, reply)
    services = context.services
    card = await reply_card(services, reply)
    if card.examined.never or card.shown != shown or card.state not in replies.SENDABLE:
        return CardHere(card.about)
    asked = await services.store.write(_go_ahead, hand(context), card, services.terms)
    if asked is None:
        return OpenComposer(card.number, reply, shown, card.channel, card.account, card.compose_url)
    for notice in asked.notices:
        await services.notify(notice)
    await services.refresh(f"report:{card.number}")
    return CardHere(f"reply:{reply}")


def _go_ahead(session: Session, by: Hand, card: ReplyCard, terms: Terms) -> Told | None:
    """None where it may be posted; else whom a second person was asked of, in one step with the asking."""
    if guard.go_ahead(session, by, card.reply_id, terms, card.examined.findings):
        return None
    return handing.ask(session, by, session.get_one(Reply, card.reply_id))


@decision("pakai-usulan", may=Right.DRAFT)
async def pakai_usulan(context: Context, reply: int, shown: str, start: int, end: int) -> CardHere:
    """Take over a better wording: a new draft, the old one stays on record."""
    await case_of_reply(context, reply, Right.DRAFT)
    store, by = context.services.store, hand(context)
    await store.read(approvals.check_author, by, reply)
    card = await reply_card(context.services, reply)
    taken = [f for f in card.examined.findings if f.swap and (f.swap.start, f.swap.end) == (start, end)][:1]
    if card.state not in replies.DISCARDABLE or card.shown != shown or not taken:
        raise UserError(replies.DraftChanged(card.number))
    text = swapped(card.text, taken)
    number = await store.write(guard.reword, by, reply, text, taken, context.origin)
    return CardHere(f"reply:{number}")
