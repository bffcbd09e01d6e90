"""An answer that a person posted by hand, attached by its address: where it could not be found by its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from sqlmodel import Session, col, select

from plugin.desk import parts
from plugin.desk.audit import Hand, record
from plugin.desk.cases import locked
from plugin.desk.sending import Claim, Out, put_out
from plugin.errors import Refused
from plugin.public.port import PublicChannel
from plugin.public.values import PostRef, PublicAccount
from plugin.store.tables import Reply, ReplyPart
from plugin.wording import Refusal, UserError

OPEN = ("drafted", "asking", "approved", "waiting", "refused", "unknown", "stopped")
"""States in which a person may have posted the answer instead of us."""


@dataclass(frozen=True)
class NoAddress(Refusal):
    """What was pasted is no address of a post on that channel."""

    given: str
    channel: str


@dataclass(frozen=True)
class OthersPost(Refusal):
    """The address names a post of somebody else's account."""

    number: int
    handle: str
    account: str


@dataclass(frozen=True)
class NotThere(Refusal):
    """Nobody can see a post at that address."""

    number: int


@dataclass(frozen=True)
class AttachedBefore(Refusal):
    """That post belongs to an answer already, or this answer is out already."""

    number: int


async def find(
    channel: PublicChannel, account: PublicAccount, number: int, address: str
) -> tuple[PostRef, bool]:
    """(the post, whether the channel says that it is there). Raises UserError, or a delivery error to wait for.

    A channel that refuses us (no credit, suspended) cannot be asked; then the person's word stands, on record.
    """
    found = channel.post_at(address)
    if found is None:
        raise UserError(NoAddress(address.strip()[:80], account.channel))
    handle, ref = found
    if handle and handle.casefold() != account.handle.casefold():
        raise UserError(OthersPost(number, handle, account.handle))
    try:
        seen = [a async for a in channel.recheck(account, [ref])]
    except Refused:
        return ref, False
    if not seen or seen[0].state != "there":
        raise UserError(NotThere(number))
    return ref, True


def attach(session: Session, by: Hand, meant: Claim, ref: PostRef, checked: bool, zone: tzinfo) -> Out:
    """That post is the answer's next part, on record. Raises AttachedBefore."""
    locked(session, meant.report_id)
    reply = parts.locked_reply(session, meant.reply_id)
    part = parts.upcoming(parts.of(session, reply.id))
    taken = (
        select(ReplyPart.place)
        .join(Reply, col(Reply.id) == ReplyPart.reply_id)
        .where(ReplyPart.post_id == ref.id, Reply.account_id == reply.account_id)
    )
    is_free = session.exec(taken).first() is None
    if reply.state not in OPEN or part is None or part.place != meant.place or not is_free:
        raise UserError(AttachedBefore(reply.report_id))
    reply.confirmed_by, reply.confirmed_at = by.official_id, by.at
    record(session, by, "attached", reply.report_id, reply=reply.id, post=ref.id, checked=checked)
    return put_out(session, reply, part, ref, by.at, zone)
