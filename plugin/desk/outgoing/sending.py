"""The rows of an answer on its way: each part claimed, marked, or given back, in one transaction each.

The mark checks owner and try, so that a process that woke up late cannot overwrite what another has found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.accounts.tokens import is_lost
from plugin.desk.audit import record, system
from plugin.desk.handling.cases import locked
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.answered import answered
from plugin.desk.outgoing.calling_off import begin_withdrawal
from plugin.desk.outgoing.parts import SETTLE
from plugin.desk.replying import enclosures, replies
from plugin.public.values import PostRef
from plugin.store.tables import Account, Connection, Reply, ReplyPart, ReplyPicture

LEASE = timedelta(seconds=90)
"""Longer than any call may take, so that two processes are never inside the same call."""
STALE = timedelta(days=3)
"""What waited longer for its account is sent only when a person says so once more."""
LATE = timedelta(minutes=10)
"""What should have left so long ago is looked for first: we did not run, or this is the database of some days ago."""
SWEEP = 60.0
"""Seconds between two sweeps: what leaves in between waits in a timer of its own."""
OVER = ("published", "withdrawing", "withdrawn")


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


@dataclass(frozen=True, slots=True)
class Out:
    """A part stands in public. `more`: others are to follow. `back`: the answer to be taken back now."""

    more: bool
    back: int | None = None


def due(session: Session, now: datetime) -> list[int]:
    """Answers that should be on their way and whose time has come, or comes before the next sweep."""
    rows = session.exec(
        select(Reply)
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
    return [r.id for r in rows if r.id is not None and _ready_in(r, now) <= SWEEP]


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
    late = _late(reply, now)
    unsure, part.begun, part.target = part.begun, True, _target(session, reply, part)
    reply.state, reply.owner, reply.not_before = "sending", owner, None
    reply.lease_until, reply.tries = now + LEASE, reply.tries + 1
    # What waited may have been posted by hand meanwhile, or by us before a backup was put back.
    return replace(copied(session, reply, part, unsure or waited or late), unsure=unsure)


def _stale(session: Session, reply: Reply, part: ReplyPart, now: datetime) -> Stale:
    assert reply.id is not None
    reply.state, reply.refusal, reply.not_before = _halted(part), "waited", None
    if part.begun:  # an earlier try may have arrived: nobody may be told that nothing was sent
        reply.state, reply.refusal = "unknown", ""
    record(session, system(now), reply.state, reply.report_id, reply=reply.id, code="waited", part=part.place)
    return Stale(reply.id, reply.report_id, reply.companion_of)


def _halted(part: ReplyPart) -> str:
    """How an answer stands that does not go on with this part."""
    return "stopped" if part.place > 1 else "refused"


def peek(session: Session, reply_id: int) -> Claim | None:
    """The answer's next part, to be looked for; None when all are out."""
    reply = session.get(Reply, reply_id)
    if reply is None or reply.state in OVER:
        return None
    part = parts.upcoming(parts.of(session, reply_id))
    return copied(session, reply, part, True) if part is not None else None


def posted(
    session: Session, taken: Claim, owner: str | None, ref: PostRef, now: datetime, zone: tzinfo
) -> Out | None:
    """The part is out; without an owner somebody has found it there. None when another has marked it before."""
    locked(session, taken.report_id)  # before the answer, as everybody does who wants both
    found = _mine(session, taken, owner)
    if found is not None:
        return put_out(session, *found, ref, now, zone)
    called_off = _called_off(session, taken, owner)
    if called_off is None:
        return None
    reply, part = called_off
    came_out(session, reply, part, ref, now)
    reply.not_before = None
    return Out(False, reply.id)


def put_out(
    session: Session, reply: Reply, part: ReplyPart, ref: PostRef, now: datetime, zone: tzinfo
) -> Out:
    """The part stands there; with the last one the citizen is answered."""
    _mark(reply, part, ref, now)
    reply.tries, reply.lease_until, reply.not_before = 0, None, None
    session.flush()
    if parts.upcoming(parts.of(session, reply.id)) is None:
        return Out(False, _became_public(session, reply, now, zone))
    record(session, system(now), "part_out", reply.report_id, reply=reply.id, part=part.place, post=ref.id)
    # What a person has found moves nothing by itself: the rest leaves when somebody says so.
    reply.state = "sending" if reply.state in ("confirmed", "sending") else "stopped"
    reply.refusal = ""
    return Out(True)


def came_out(session: Session, reply: Reply, part: ReplyPart, ref: PostRef, now: datetime) -> None:
    """The part of an answer that was called off stands there all the same: on record, and to be taken back."""
    _mark(reply, part, ref, now)
    record(session, system(now), "part_out", reply.report_id, reply=reply.id, part=part.place, post=ref.id)


def _mark(reply: Reply, part: ReplyPart, ref: PostRef, now: datetime) -> None:
    part.post_id, part.url, part.out_at, part.begun = ref.id, ref.url, now, False
    if part.place == 1:
        reply.post_id, reply.url = ref.id, ref.url


def refused(session: Session, taken: Claim, owner: str, code: str, now: datetime) -> bool:
    """The channel does not want it; True where it may be tried below another post.

    Some channels let an account answer nobody who did not name it, and that may mean itself: then the part goes
    where the first one went, below the citizen's post.
    """
    found = _mine(session, taken, owner)
    if found is None:
        _leave_off(session, taken, owner, perhaps=False, until=None)
        return False
    reply, part = found
    part.begun, reply.lease_until = False, None
    if code == "not_summoned" and taken.target_post != reply.target_post:
        part.target, reply.tries = reply.target_post, 0
        return True
    reply.state, reply.refusal = _halted(part), code
    record(session, system(now), reply.state, reply.report_id, reply=reply.id, code=code, part=part.place)
    return False


def waiting(session: Session, taken: Claim, owner: str, until: datetime, now: datetime) -> float | None:
    """It stays confirmed and waits for its account: nothing is lost, and nobody has to write it again."""
    found = _mine(session, taken, owner)
    if found is None:
        _leave_off(session, taken, owner, perhaps=taken.unsure, until=None)
        return None
    reply, part = found
    if _connected_since(session, reply):
        until = now
    part.begun = taken.unsure
    reply.state, reply.lease_until, reply.not_before = "waiting", None, until
    # With a part in public already it cannot be thrown away as if nothing had been sent.
    held = taken.unsure or part.place > 1
    reply.tries, reply.refusal = 0, replies.PERHAPS if held else ""
    record(
        session, system(now), "account_waits", reply.report_id, reply=reply.id, account=reply.account_id
    )  # fmt: skip
    return None if is_lost(session, reply.account_id) else max((until - now).total_seconds(), 0.0)


def _connected_since(session: Session, reply: Reply) -> bool:
    """Whether its account was connected anew while it was being tried with the old tokens."""
    connection = session.get(Connection, reply.account_id, populate_existing=True)
    return bool(connection and reply.lease_until and connection.since > reply.lease_until - LEASE)


def free(session: Session, account_id: int) -> None:
    """The account is connected anew: what waited for it, or for its old tokens, need not wait any longer."""
    # Not what is `sending`: a timeline may lag behind, and what is looked for too soon is sent a second time.
    mine = select(Reply).where(Reply.account_id == account_id, Reply.state == "waiting")
    for reply in session.exec(mine.with_for_update()):
        reply.not_before = None


def unknown(session: Session, taken: Claim, owner: str, code: str, now: datetime) -> None:
    """Nobody can tell whether the part is out: a person looks. `code`: what the channel said last, if anything."""
    found = _mine(session, taken, owner)
    if found is None:
        return _leave_off(session, taken, owner, perhaps=True, until=now + SETTLE)
    reply, part = found
    reply.state, reply.refusal, reply.lease_until = "unknown", code, None
    record(session, system(now), "unknown", reply.report_id, reply=reply.id, part=part.place)
    return None


def set_back(
    session: Session, taken: Claim, owner: str, until: datetime, now: datetime, *, called: bool, counted: bool
) -> float | None:
    """Come back then. `called`: perhaps it went out. `counted`: this was one of the tries that it has."""
    found = _mine(session, taken, owner)
    if found is None:
        _leave_off(session, taken, owner, perhaps=called, until=min(until, now + SETTLE) if called else None)
        return None
    reply, part = found
    part.begun = called
    reply.state = "sending" if called or part.place > 1 else "confirmed"
    if taken.again and not called:  # it had waited for its account, and is looked for before it is sent
        reply.state = "waiting"
    reply.lease_until = reply.not_before = until
    reply.tries -= not counted
    return max((until - now).total_seconds(), 0.0)


def _ready_in(reply: Reply, now: datetime) -> float:
    lease = reply.lease_until if reply.state == "sending" else None
    if lease is not None and reply.not_before is None and lease > now + 2 * LEASE:
        lease = None  # a clock took it that has been set back since
    times = [t for t in (reply.not_before, lease) if t]
    return max([(t - now).total_seconds() for t in times], default=0.0)


def _late(reply: Reply, now: datetime) -> bool:
    begins = [t for t in (reply.not_before, reply.confirmed_at) if t]
    return bool(begins) and max(begins) < now - LATE


def copied(session: Session, reply: Reply, part: ReplyPart, again: bool) -> Claim:
    """A copy of a part, to be sent or looked for."""
    account = session.get_one(Account, reply.account_id)
    assert reply.id is not None
    return Claim(
        reply.id, reply.report_id, account, part.place, part.text,
        enclosures.of(session, reply) if part.place == 1 else (),
        _target(session, reply, part), reply.drafted_at, reply.tries, again, reply.companion_of,
    )  # fmt: skip


def _target(session: Session, reply: Reply, part: ReplyPart) -> str:
    """What the part answers: the one before it, if there is one. Once begun it stays so."""
    if part.target or part.place == 1:
        return part.target or reply.target_post
    return session.get_one(ReplyPart, (reply.id, part.place - 1)).post_id or reply.target_post


def _mine(session: Session, taken: Claim, owner: str | None) -> tuple[Reply, ReplyPart] | None:
    """The rows, if they are still ours (same owner, same try), and the part is nowhere marked as out."""
    reply = parts.locked_reply(session, taken.reply_id)
    if reply.state in OVER:
        return None
    if owner is not None and (reply.state, reply.owner, reply.tries) != ("sending", owner, taken.tries):
        return None
    part = parts.upcoming(parts.of(session, reply.id))
    return (reply, part) if part is not None and part.place == taken.place else None


def _called_off(session: Session, taken: Claim, owner: str | None) -> tuple[Reply, ReplyPart] | None:
    """The rows, if the answer was called off while this call of ours was under way."""
    reply = parts.locked_reply(session, taken.reply_id)
    if owner is None or (reply.state, reply.owner) != ("withdrawing", owner):
        return None
    part = parts.upcoming(parts.of(session, reply.id))
    return (reply, part) if part is not None and part.begun and part.place == taken.place else None


def _leave_off(session: Session, taken: Claim, owner: str, *, perhaps: bool, until: datetime | None) -> None:
    """A call has ended after its answer was called off. `perhaps`: it is looked for, `until` when it can be seen."""
    found = _called_off(session, taken, owner)
    if found is not None:
        reply, part = found
        part.begun, reply.not_before = perhaps, until


def is_called_off(session: Session, reply_id: int) -> bool:
    """Whether somebody has called it off since it was claimed."""
    return session.exec(select(Reply.state).where(Reply.id == reply_id)).first() == "withdrawing"


def _became_public(session: Session, reply: Reply, now: datetime, zone: tzinfo) -> int | None:
    """The answer stands there: the citizen waits no longer. Gives the answer that it corrects, if any."""
    old = parts.locked_reply(session, reply.corrects) if reply.corrects is not None else None
    reply.state, reply.published_at, reply.refusal = "published", now, ""
    report = locked(session, reply.report_id)
    noted = answered(session, report, reply.confirmed_by, now, zone, reply)
    record(session, system(now), "published", reply.report_id, reply=reply.id, post=reply.post_id, **noted)
    return _corrected(session, reply, old, now)


def _corrected(session: Session, reply: Reply, old: Reply | None, now: datetime) -> int | None:
    if old is None or old.state != "published":
        return None
    begin_withdrawal(old, reply.confirmed_by)
    record(session, system(now), "corrected", reply.report_id, reply=old.id, better=reply.id)
    return old.id
