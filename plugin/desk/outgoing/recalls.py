"""An answer that is taken back, in its rows: who asked for it, what stands yet, what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record, system
from plugin.desk.handling.cases import TRANSITIONS, locked
from plugin.desk.handling.steps import open_incident, wait_anew, wait_where_it_is
from plugin.desk.measures import first_answers
from plugin.desk.outgoing import claims, parts, sending
from plugin.desk.outgoing.calling_off import begin_withdrawal, call_off
from plugin.desk.outgoing.claims import SWEEP, Claim
from plugin.desk.replying import companions
from plugin.desk.replying.replies import NotPublic
from plugin.limits import Limits
from plugin.public.values import PostRef
from plugin.store.prepared import Prepared
from plugin.store.tables import Account, Reply, Report
from plugin.wording import UserError

MOST_TRIES = 5
IN_PART = ("stopped", "unknown", "waiting")
"""States in which some parts may stand though the answer is not public as a whole."""
_WITHDRAWING = Prepared(
    sa.select(col(Reply.id), col(Reply.not_before))
    .where(col(Reply.state) == "withdrawing")
    .order_by(col(Reply.id))
    .limit(500)
)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be taken back: the last part that stands. `lost`: a part that may be out as well.

    `lead`: the report of the same incident that this one was joined to.
    """

    reply_id: int
    report_id: int
    lead: int | None
    account: Account
    standing: tuple[PostRef, ...]
    lost: Claim | None
    companion_of: int | None


def ask(session: Session, by: Hand, reply_id: int) -> None:
    """A person wants it back, from every reporter of the incident. Asked again, nothing changes."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state in ("withdrawing", "withdrawn"):
        return
    if not stands(session, reply):
        raise UserError(NotPublic(reply.report_id))
    along = [*companions.locked(session, reply_id)]
    if reply.state == "published":  # what it was to take the place of elsewhere is no more wanted than it is
        along += [parts.locked_reply(session, one.corrects) for one in along if one.corrects is not None]
    _take_back(session, by, reply)
    for other in along:
        if other.state == "published":
            _take_back(session, by, other)
        else:
            call_off(session, by, other)


def stands(session: Session, reply: Reply) -> bool:
    """Whether it stands in public, or some of it does, and nobody is about to add to it.

    Also what may stand, where somebody wanted it back before and it could not be looked for.
    """
    if reply.state == "published" or (reply.state == "unknown" and reply.withdrawn_by is not None):
        return True
    mine = parts.of(session, reply.id)
    following = parts.upcoming(mine)
    # While it waits for the channel, no call is under way.
    waits = reply.state == "sending" and following is not None and not following.begun
    return (waits or reply.state in IN_PART) and bool(parts.standing(mine))


def due(session: Session, now: datetime) -> list[int]:
    """Withdrawals that are not done: what the sweep starts again."""
    return [r.id for r in _WITHDRAWING.rows(session) if _wait(r.not_before, now) <= SWEEP]


def newest_public(session: Session, report_id: int) -> Reply | None:
    """The answer that stands in public last."""
    public = select(Reply).where(Reply.report_id == report_id, Reply.state == "published")
    return session.exec(public.order_by(col(Reply.published_at).desc(), col(Reply.id).desc())).first()


def newest_standing(session: Session, report_id: int) -> Reply | None:
    """The answer of which something stands in public last: all of it, or some parts."""
    some = select(Reply).where(
        Reply.report_id == report_id, col(Reply.state).in_(("published", "sending", *IN_PART))
    )
    found = session.exec(some.order_by(col(Reply.confirmed_at).desc(), col(Reply.id).desc()))
    return next((reply for reply in found if stands(session, reply)), None)


def begun(session: Session, reply_id: int, now: datetime) -> Task | float | None:
    """What is to be done for it now; seconds to wait, or None where it is not being taken back."""
    reply = session.get(Reply, reply_id)
    if reply is None or reply.state != "withdrawing":
        return None
    seconds = _wait(reply.not_before, now)
    return seconds if seconds > 0 else peek(session, reply_id)


def peek(session: Session, reply_id: int) -> Task:
    """What stands of it, whether somebody wants it back or not."""
    reply = session.get_one(Reply, reply_id)
    account = session.get_one(Account, reply.account_id)
    mine = parts.of(session, reply_id)
    next_one = parts.upcoming(mine)
    lost = claims.copied(session, reply, next_one, True) if next_one is not None and next_one.begun else None
    refs = tuple(PostRef(part.post_id or "", part.url) for part in parts.standing(mine))
    lead = session.get_one(Report, reply.report_id).joined_to
    return Task(reply_id, reply.report_id, lead, account, refs, lost, reply.companion_of)


def searched(session: Session, reply_id: int, place: int, found: PostRef | None, now: datetime) -> None:
    """We have looked for a part that might be out: it goes with the others, or there is nothing of it."""
    reply = parts.locked_reply(session, reply_id)
    part = parts.upcoming(parts.of(session, reply_id))
    if reply.state != "withdrawing" or part is None or part.place != place:
        return
    part.begun = False
    if found is not None:
        sending.came_out(session, reply, part, found, now)


def nothing(session: Session, reply_id: int, limits: Limits, now: datetime) -> None:
    """Nothing of it stands. What was called off and never came out counts as never sent."""
    report = _with_its_lead(session, session.get_one(Reply, reply_id).report_id)
    reply = parts.locked_reply(session, reply_id)
    mine = parts.of(session, reply_id)
    following = parts.upcoming(mine)
    if reply.state != "withdrawing" or parts.standing(mine) or (following is not None and following.begun):
        return
    if any(part.gone_at for part in mine):
        _all_gone(session, report, reply, limits, now)
        return
    reply.state, reply.not_before = "cancelled", None
    record(session, system(now), "held_back", reply.report_id, reply=reply_id)


def gone(session: Session, reply_id: int, post_id: str, limits: Limits, now: datetime) -> bool:
    """A part is out of public; True when others stand yet."""
    report = _with_its_lead(session, session.get_one(Reply, reply_id).report_id)
    reply = parts.locked_reply(session, reply_id)
    if reply.state not in ("withdrawing", "published", *IN_PART):
        return False
    for part in parts.standing(parts.of(session, reply_id)):
        if part.post_id == post_id:
            part.gone_at, reply.tries, reply.not_before = now, 0, None
    session.flush()
    if parts.standing(parts.of(session, reply_id)):
        return True
    _all_gone(session, report, reply, limits, now)
    return False


def handed_back(session: Session, reply_id: int, code: str, now: datetime) -> None:
    """The channel does not take it back for us: it stands there still, and a person has to delete it."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state == "withdrawing":
        stands = bool(parts.standing(parts.of(session, reply_id)))
        reply.state = "published" if reply.published_at else "stopped" if stands else "unknown"
        reply.refusal, reply.not_before = code, None
        record(session, system(now), "withdrawal_refused", reply.report_id, reply=reply_id, code=code)


def later(session: Session, reply_id: int, until: datetime, now: datetime, counted: bool) -> float | None:
    """Come back then. `counted`: this was one of the tries that it has; after the last a person has to delete it."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state != "withdrawing":
        return None
    if counted and reply.tries + 1 >= MOST_TRIES:
        handed_back(session, reply_id, "other", now)
        return None
    reply.tries, reply.not_before = reply.tries + counted, until
    return max((until - now).total_seconds(), 0.0)


def _take_back(session: Session, by: Hand, reply: Reply) -> None:
    begin_withdrawal(reply, by.official_id)
    record(session, by, "withdrawal_asked", reply.report_id, reply=reply.id, post=reply.post_id)


def _wait(until: datetime | None, now: datetime) -> float:
    return (until - now).total_seconds() if until else 0.0


def _with_its_lead(session: Session, number: int) -> Report:
    """The report, held together with the one that leads it, the smallest number first."""
    lead = session.exec(select(Report.joined_to).where(Report.id == number)).one()
    for one in sorted({number} | ({lead} if lead is not None else set())):
        locked(session, one)
    return locked(session, number)


def _all_gone(session: Session, report: Report, reply: Reply, limits: Limits, now: datetime) -> None:
    """It is out of public. Was it the only answer, the citizen waits again, and has all along."""
    reply.state, reply.withdrawn_at, reply.not_before, reply.refusal = "withdrawn", now, None, ""
    session.flush()
    counted = first_answers.take_off(session, limits, report, reply)
    alone = newest_public(session, reply.report_id) is None
    if alone and not report.waits and "reopened" in TRANSITIONS[report.state]:
        wait_anew(session, limits, report, now)
    elif alone and report.joined_to is not None:
        report.answered_at = None  # of the incident's reporters, this one has no answer any more
        open_incident(session, report.joined_to, reply.report_id, now)
    elif alone and not report.waits:
        wait_where_it_is(session, limits, report, now)  # it was handed on since it was answered
    record(
        session, system(now), "withdrawn", reply.report_id, reply=reply.id, post=reply.post_id, alone=alone,
        **counted,
    )  # fmt: skip
