"""Which answers are due, and whose it is to send their next part: claimed in one transaction, by one process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.accounts.connected import is_lost
from plugin.desk.audit import record, system
from plugin.desk.outgoing import parts
from plugin.desk.replying import enclosures
from plugin.store.prepared import Prepared
from plugin.store.tables import Account, Connection, PollCursor, Reply, ReplyPart, ReplyPicture

LEASE = timedelta(seconds=90)
"""Longer than any call may take, so that two processes are never inside the same call."""
STALE = timedelta(days=3)
"""What waited longer for its account is sent only when a person says so once more."""
LATE = timedelta(minutes=10)
"""What should have left so long ago is looked for first: we did not run, or this is the database of some days ago."""
SWEEP = 60.0
"""Seconds between two sweeps: what leaves in between waits in a timer of its own."""
OVER = ("published", "withdrawing", "withdrawn")
"""States of an answer of which no part is sent any more."""


_ON_THEIR_WAY = Prepared(
    sa.select(col(Reply.id), col(Reply.state), col(Reply.not_before), col(Reply.lease_until))
    .outerjoin(Connection, col(Connection.account_id) == Reply.account_id)
    .where(
        sa.or_(
            col(Reply.state).in_(("confirmed", "sending")),
            (col(Reply.state) == "waiting") & col(Connection.lost_at).is_(None),
        )
    )
    .order_by(col(Reply.id))
    .limit(500)
)


class Timed(Protocol):
    """What says of an answer when it may leave."""

    state: str
    not_before: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A post that is ours to send: a copy of what was confirmed.

    `again`: it is looked for before it is sent; `unsure`: for an earlier try of ours may have arrived.
    `pictures` go with an answer's first post.
    """

    reply_id: int
    report_id: int
    account: Account
    place: int
    text: str
    pictures: Sequence[ReplyPicture]
    target_post: str
    drafted_at: datetime
    tries: int
    again: bool
    companion_of: int | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: come back after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stale:
    """It waited too long for its account: a person looks at it once more."""

    reply_id: int
    report_id: int
    companion_of: int | None


def due(session: Session, now: datetime) -> list[int]:
    """Answers that should be on their way and whose time has come, or comes before the next sweep."""
    return [r.id for r in _ON_THEIR_WAY.rows(session) if _ready_in(r, now) <= SWEEP]


def claim(session: Session, reply_id: int, owner: str, now: datetime) -> Claim | Stale | Wait | None:
    """Take the answer's next part, if it is time and nobody else is at it."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state not in ("confirmed", "sending", "waiting"):
        return None
    waited = reply.state == "waiting"
    if waited and is_lost(session, reply.account_id):
        return None
    seconds = _ready_in(reply, now)
    if seconds > 0:
        return Wait(seconds)
    part = parts.upcoming(parts.of(session, reply_id))
    assert part is not None
    if waited and reply.confirmed_at is not None and now - reply.confirmed_at > STALE:
        return _stale(session, reply, part, now)
    late = _late(reply, now) or _before_a_silence(session, reply, now)
    unsure, part.begun, part.target = part.begun, True, _target(session, reply, part)
    reply.state, reply.owner, reply.not_before = "sending", owner, None
    reply.lease_until, reply.tries = now + LEASE, reply.tries + 1
    # What waited may have been posted by hand meanwhile, or by us before a backup was put back.
    return replace(copied(session, reply, part, unsure or waited or late), unsure=unsure)


def peek(session: Session, reply_id: int) -> Claim | None:
    """The answer's next part, to be looked for; None when all are out."""
    reply = session.get(Reply, reply_id)
    if reply is None or reply.state in OVER:
        return None
    part = parts.upcoming(parts.of(session, reply_id))
    return copied(session, reply, part, True) if part is not None else None


def _before_a_silence(session: Session, reply: Reply, now: datetime) -> bool:
    """Whether it was written before a time of which we do not know yet what the account published in it.

    A backup that was put back holds as a draft what went out that night, and its Kirim is pressed again.
    """
    cursor = session.get(PollCursor, reply.account_id)
    if cursor is None or cursor.last_ok_at is None:
        return False
    unheard = cursor.last_ok_at if cursor.last_ok_at < now - LATE else None
    since = cursor.own_since or unheard
    return since is not None and reply.drafted_at <= since + LATE


def copied(session: Session, reply: Reply, part: ReplyPart, again: bool) -> Claim:
    """A copy of a part, to be sent or looked for."""
    account = session.get_one(Account, reply.account_id)
    assert reply.id is not None
    return Claim(
        reply.id, reply.report_id, account, part.place, part.text,
        enclosures.of(session, reply) if part.place == 1 else (),
        _target(session, reply, part), reply.drafted_at, reply.tries, again, reply.companion_of,
    )  # fmt: skip


def free(session: Session, account_id: int) -> None:
    """The account is connected anew: what waited for it, or for its old tokens, need not wait any longer."""
    # Not what is `sending`: a timeline may lag behind, and what is looked for too soon is sent a second time.
    mine = select(Reply).where(Reply.account_id == account_id, Reply.state == "waiting")
    for reply in session.exec(mine.with_for_update()):
        reply.not_before = None


def halted(part: ReplyPart) -> str:
    """How an answer stands that does not go on with this part."""
    return "stopped" if part.place > 1 else "refused"


def _stale(session: Session, reply: Reply, part: ReplyPart, now: datetime) -> Stale:
    assert reply.id is not None
    reply.state, reply.refusal, reply.not_before = halted(part), "waited", None
    if part.begun:  # an earlier try may have arrived: nobody may be told that nothing was sent
        reply.state, reply.refusal = "unknown", ""
    record(session, system(now), reply.state, reply.report_id, reply=reply.id, code="waited", part=part.place)
    return Stale(reply.id, reply.report_id, reply.companion_of)


def _ready_in(reply: Timed, now: datetime) -> float:
    lease = reply.lease_until if reply.state == "sending" else None
    if lease is not None and reply.not_before is None and lease > now + 2 * LEASE:
        lease = None  # a clock took it that has been set back since
    times = [t for t in (reply.not_before, lease) if t]
    return max([(t - now).total_seconds() for t in times], default=0.0)


def _late(reply: Reply, now: datetime) -> bool:
    begins = [t for t in (reply.not_before, reply.confirmed_at) if t]
    return bool(begins) and max(begins) < now - LATE


def _target(session: Session, reply: Reply, part: ReplyPart) -> str:
    """What the part answers: the one before it, if there is one. Once begun it stays so."""
    if part.target or part.place == 1:
        return part.target or reply.target_post
    return session.get_one(ReplyPart, (reply.id, part.place - 1)).post_id or reply.target_post
