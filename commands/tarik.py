"""/tarik 17: take a public answer back, after a second question; what was said and taken back stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.reply_card import reply_card
from plugin.desk.cards.telling import show_called_off
from plugin.desk.handling.cases import Case, permit_reply
from plugin.desk.outgoing import recalls
from plugin.desk.replying.companions import Companion
from plugin.desk.replying.replies import NotPublic, ToldInPerson
from plugin.errors import DeliveryError
from plugin.store.tables import Reply
from plugin.wording import CardHere, Decide, Press, UserError, View, Visit


@dataclass(frozen=True)
class Sure(View):
    """The second question: which posts stand there now, whose answers go too, and what becomes of the case.

    `along`: what other reporters of the incident were told with it and is taken back as well; `coming`: what has
    not reached them, and does not any more.
    """

    number: int
    reply_id: int
    account: str
    channel: str
    posts: tuple[str, ...]
    url: str
    published_at: datetime | None
    along: tuple[Companion, ...]
    coming: tuple[Companion, ...]

    def presses(self) -> Mapping[str, Press]:
        return {
            "yes": Decide("tarik-ya", {"reply": self.reply_id}),
            "correct": Decide("perbaiki", {"reply": self.reply_id}),
            "open": Visit(self.url),
        }


@dataclass(frozen=True)
class StillThere(View):
    """We looked and it can still be seen (or nobody can tell)."""

    whisper = True
    number: int
    account: str
    channel: str


@command("tarik", may=Right.PUBLISH)
async def tarik(context: Context, nomor: Case) -> Sure:
    row = await context.services.store.read(recalls.newest_standing, nomor.number)
    if row is None or row.id is None:
        raise UserError(NotPublic(nomor.number))
    return await _sure(context, row.id)


@decision("tarik", may=Right.PUBLISH)
async def tarik_ini(context: Context, reply: int) -> Sure:
    return await _sure(context, reply)


@decision("tarik-ya", may=Right.PUBLISH)
async def tarik_ya(context: Context, reply: int) -> CardHere:
    await permit_reply(context, Right.PUBLISH, reply)
    await context.services.store.write(recalls.ask, hand(context), reply)
    await context.services.withdraw(reply)
    await show_called_off(context.services, reply)
    await context.services.refresh(f"reply:{reply}")
    return CardHere(f"reply:{reply}")


@decision("sudah-dihapus", may=Right.PUBLISH)
async def sudah_dihapus(context: Context, reply: int) -> CardHere | StillThere:
    """A person deleted it on the channel itself: we look, and believe what we see."""
    row = await permit_reply(context, Right.PUBLISH, reply)
    try:
        gone = row.state == "withdrawn" or await context.services.look_gone(reply)
    except DeliveryError:
        gone = False
    card = await reply_card(context.services, reply)
    return CardHere(card.about) if gone else StillThere(card.number, card.account, card.channel)


async def _sure(context: Context, reply: int) -> Sure:
    row: Reply = await permit_reply(context, Right.PUBLISH, reply)
    if not await context.services.store.read(recalls.stands, row):
        raise UserError(NotPublic(row.report_id))
    card = await reply_card(context.services, reply)
    if card.mode == "told":
        raise UserError(ToldInPerson(card.number))
    out = tuple(post.text for post in card.posts if post.state == "out")
    along = tuple(one for one in card.along if one.stands and one.state != "withdrawing")
    coming = tuple(one for one in card.along if one.state in ("confirmed", "waiting"))
    return Sure(
        row.report_id, reply, card.account, card.channel, out, row.url, row.published_at, along, coming
    )
