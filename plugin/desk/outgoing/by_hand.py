"""An answer that a person posted by hand, attached by its address: where it could not be found by its words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import tzinfo

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import locked
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.claims import Claim
from plugin.desk.outgoing.sending import Out, put_out
from plugin.errors import Refused
from plugin.public.port import PublicChannel
from plugin.public.values import PostRef, PublicAccount
from plugin.store.tables import Followup, Reply, ReplyPart, Report
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
    """The address names a post of somebody else's account; whose, is not always told."""

    number: int
    handle: str
    account: str


@dataclass(frozen=True)
class NotThere(Refusal):
    """Nobody can see a post at that address."""

    number: int


@dataclass(frozen=True)
class AnswersNobody(Refusal):
    """The post is the account's own, but stands below no post of this citizen's."""

    number: int
    account: str


@dataclass(frozen=True)
class AttachedBefore(Refusal):
    """That post belongs to an answer already, or this answer is out already."""

    number: int


def below(session: Session, meant: Claim) -> frozenset[str]:
    """The posts below which an answer stands: all of the citizen's in this case, and its own parts so far."""
    report = session.get_one(Report, meant.report_id)
    further = session.exec(select(Followup.post_id).where(Followup.report_id == report.id))
    own = [part.post_id for part in parts.standing(parts.of(session, meant.reply_id)) if part.post_id]
    return frozenset((meant.target_post, report.post_id, *further, *own))


async def find(
    channel: PublicChannel, account: PublicAccount, number: int, address: str, answered: Collection[str]
) -> tuple[PostRef, bool]:
    """(the post, whether the channel says that it is the account's, there, and an answer to one of those).

    Raises UserError, or a delivery error to wait for. The address proves nothing: X shows any post under any name.
    A channel that refuses us (no credit, suspended) cannot be asked; then the person's word stands, on record.
    """
    found = channel.post_at(address)
    if found is None:
        raise UserError(NoAddress(address.strip()[:80], account.channel))
    handle, ref = found
    if handle and handle.casefold() != account.handle.casefold():
        raise UserError(OthersPost(number, handle, account.handle))
    try:
        post = await channel.look_at(account, ref)
    except Refused:
        return ref, False
    if post is None:
        raise UserError(NotThere(number))
    if post.author.handle.casefold() != account.handle.casefold():
        raise UserError(OthersPost(number, post.author.handle, account.handle))
    if post.answers not in answered:
        raise UserError(AnswersNobody(number, account.handle))
    return ref, True


def attach(session: Session, by: Hand, meant: Claim, ref: PostRef, checked: bool, zone: tzinfo) -> Out:
    """That post is the answer's next part, on record. Raises AttachedBefore, or OthersPost for a citizen's."""
    locked(session, meant.report_id)
    reply = parts.locked_reply(session, meant.reply_id)
    part = parts.upcoming(parts.of(session, reply.id))
    taken = (
        select(ReplyPart.place)
        .join(Reply, col(Reply.id) == ReplyPart.reply_id)
        .where(ReplyPart.post_id == ref.id, Reply.account_id == reply.account_id)
    )
    if _is_citizens(session, meant.account.channel, ref.id):
        raise UserError(OthersPost(reply.report_id, "", meant.account.handle))
    is_free = session.exec(taken).first() is None
    if reply.state not in OPEN or part is None or part.place != meant.place or not is_free:
        raise UserError(AttachedBefore(reply.report_id))
    reply.confirmed_by, reply.confirmed_at = by.official_id, by.at
    record(session, by, "attached", reply.report_id, reply=reply.id, post=ref.id, checked=checked)
    return put_out(session, reply, part, ref, by.at, zone)


def _is_citizens(session: Session, channel: str, post_id: str) -> bool:
    """Whether we know the post as one that was written to us."""
    told = [
        select(row.id).where(row.channel == channel, row.post_id == post_id) for row in (Report, Followup)
    ]
    return any(session.exec(query).first() is not None for query in told)
