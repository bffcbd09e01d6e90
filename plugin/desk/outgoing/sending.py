"""How the sending of a part ended, marked in its rows: it is out, refused, in doubt, or to be tried again.

The mark checks owner and try, so that a process that woke up late cannot overwrite what another has found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session, select

from plugin.desk.accounts.connected import is_lost
from plugin.desk.audit import record, system
from plugin.desk.handling.cases import locked
from plugin.desk.outgoing import parts
from plugin.desk.outgoing.answered import answered
from plugin.desk.outgoing.calling_off import begin_withdrawal
from plugin.desk.outgoing.claims import LEASE, OVER, Claim, halted
from plugin.desk.outgoing.parts import SETTLE
from plugin.desk.replying import replies
from plugin.public.values import PostRef
from plugin.store.tables import Connection, Reply, ReplyPart


@dataclass(frozen=True, slots=True)
class Out:
    """A part stands in public. `more`: others are to follow. `back`: the answer to be taken back now."""

    more: bool
    back: int | None = None


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
    reply.state, reply.refusal = halted(part), code
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
