"""Several reports of one incident: joined by a person, answered together, and apart again if it was a mistake.

The one that is due first leads. The others are closed as its duplicates, so the incident waits and counts once,
with the number of its reporters; each of them gets the public answer (`companions`). Nobody's complaint may
disappear in a stranger's: what was answered or set aside is not joined, and a citizen who writes on after the
answer has a case of their own again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling import orders
from plugin.desk.handling.cases import Joined, left_out, locked
from plugin.desk.measures import clocks, counts, scoring
from plugin.desk.outgoing.calling_off import call_off
from plugin.public.recorded import CHANNELS
from plugin.store.tables import Reply, Report
from plugin.wording import Refusal, UserError

UNDER_WAY = (
    "asking", "approved", "confirmed", "sending", "waiting", "unknown", "stopped", "published", "withdrawing",
)  # fmt: skip


@dataclass(frozen=True)
class CannotJoin(Refusal):
    """`why`: same | closed | answered | on_its_way."""

    number: int
    into: int
    why: str


@dataclass(frozen=True)
class NotJoined(Refusal):
    """There is nothing to split."""

    number: int


def join(session: Session, by: Hand, number: int, other: int, zone: tzinfo) -> tuple[int, int, int]:
    """Make one case of two: (the one that is joined, the one that leads, its reporters), on record.

    The clock of the one that leads goes on, and it is the one due first.
    """
    if number == other:
        raise UserError(CannotJoin(number, other, "same"))
    first, second = (locked(session, n) for n in sorted((number, other)))
    if first.joined_to == second.id or second.joined_to == first.id:
        led, lead = (first, second) if first.joined_to == second.id else (second, first)
        return _number(led), _number(lead), lead.reporters
    for report in (first, second):
        if report.joined_to is not None:
            raise UserError(Joined(_number(report), report.joined_to))
        if not report.waits:
            why = "answered" if report.answered_at is not None else "closed"
            raise UserError(CannotJoin(_number(report), other if report.id == number else number, why))
    lead, led = sorted((first, second), key=lambda r: (r.due_at, _number(r)))
    if has_answer(session, led):
        raise UserError(CannotJoin(_number(led), _number(lead), "on_its_way"))
    _put_below(session, by, led, lead)
    counts.joined(session, led.agency_id, _came_to(session, led), led.received_at.astimezone(zone).date())
    record(session, by, "joined", led.id, into=lead.id)
    record(session, by, "joined_here", lead.id, other=led.id)
    return _number(led), _number(lead), lead.reporters


def split(session: Session, by: Hand, number: int, zone: tzinfo) -> tuple[Report, int]:
    """Make two cases of one again, on record: (the report as it stood, the one that led it).

    The incident's answer no longer goes to its reporter, if it is not out yet.
    """
    lead = session.exec(select(Report.joined_to).where(Report.id == number)).first()
    if lead is None:
        raise UserError(NotJoined(number))
    for n in sorted((number, lead)):
        locked(session, n)
    report = locked(session, number)
    if report.joined_to != lead:
        raise UserError(NotJoined(number))
    theirs = select(Reply).where(Reply.report_id == number, col(Reply.companion_of).is_not(None))
    along = session.exec(theirs.order_by(col(Reply.id)).with_for_update()).all()
    part(session, report, zone)
    report.closed_at = None
    report.state = _stood(session, report)
    session.flush()
    clocks.follow(session, report, by.at)
    if report.answered_at is None:
        counts.reopened(session, report.agency_id)
    for one in along:
        call_off(session, by, one)
    record(session, by, "split", number, lead=lead)
    record(session, by, "split_off", lead, other=number)
    return report, lead


def part(session: Session, report: Report, zone: tzinfo) -> None:
    """It is a case of its own again and counts as one. What it waits for is the caller's to say."""
    lead = report.joined_to
    assert lead is not None
    report.joined_to = None
    session.flush()
    _weigh(session, locked(session, lead))
    counts.apart(session, _came_to(session, report), report.received_at.astimezone(zone).date())
    if report.answered_at is not None:
        received = report.received_at.astimezone(zone).date()
        scoring.keep(session, scoring.judge(session, report, report.answered_at, report.due_at, received))
        counts.answered_apart(session, report.agency_id, report.answered_at.astimezone(zone).date())


def lead_on(session: Session, by: Hand, number: int, zone: tzinfo) -> int | None:
    """The incident's leading report (whose incident is ours) cannot be answered any more: of the reporters who still
    wait, the one due first leads, on record, and the work goes on there. None where nobody else waits for an answer.
    """
    old = locked(session, number)
    waiting = [one for one in left_out(session, number) if not has_answer(session, one)]
    if not old.waits or not waiting:
        return None
    new = min(waiting, key=lambda r: (r.due_at, _number(r)))
    came_to = _came_to(session, old)
    part(session, new, zone)
    if orders.chain(session, number):  # else it stays with the agency to which its reporter wrote
        new.agency_id, new.held_by, new.held_until = old.agency_id, old.held_by, old.held_until
        orders.go_along(session, number, _number(new))
    new.state, new.closed_at, new.kind = old.state, None, old.kind
    session.flush()
    clocks.follow(session, new, by.at)
    counts.reopened(session, new.agency_id)
    _put_below(session, by, old, new)
    counts.joined(session, old.agency_id, came_to, old.received_at.astimezone(zone).date())
    record(session, by, "joined", number, into=new.id)
    record(session, by, "leads_on", new.id, other=number)
    return _number(new)


def lock_incident(session: Session, number: int) -> None:
    """Hold the report and those joined to it until the transaction ends: nobody answers one of them meanwhile."""
    whole = sa.or_(col(Report.id) == number, col(Report.joined_to) == number)
    session.exec(select(Report.id).where(whole).order_by(col(Report.id)).with_for_update()).all()


def joined(session: Session, number: int) -> Sequence[Report]:
    """The reports that were joined to this one, the oldest first."""
    return session.exec(select(Report).where(Report.joined_to == number).order_by(col(Report.id))).all()


def in_person(session: Session, number: int) -> tuple[int, ...]:
    """Those of the incident that this one leads, itself as well, whose reporters a person answers."""
    whole = sa.or_(col(Report.id) == number, col(Report.joined_to) == number)
    recorded = select(Report.id).where(whole, col(Report.channel).in_(CHANNELS)).order_by(col(Report.id))
    return tuple(found for found in session.exec(recorded) if found is not None)


def _put_below(session: Session, by: Hand, led: Report, lead: Report) -> None:
    session.connection().execute(
        sa.update(Report).where(col(Report.joined_to) == led.id).values(joined_to=lead.id)
    )
    led.state, led.joined_to, led.closed_at, led.aside = "duplicate", lead.id, by.at, False
    led.held_by = led.held_until = None
    led.reporters = 1
    lead.priority, lead.aside = max(lead.priority, led.priority), False
    session.flush()
    clocks.follow(session, led, by.at)
    _weigh(session, lead)


def _weigh(session: Session, lead: Report) -> None:
    """How many people tell of it: somebody who tells it twice is one."""
    whose = sa.func.coalesce(sa.func.nullif(Report.author_id, ""), sa.cast(Report.id, sa.String))
    people = sa.select(sa.func.count(sa.distinct(whose))).where(
        sa.or_(col(Report.id) == lead.id, col(Report.joined_to) == lead.id)
    )
    lead.reporters = int(session.connection().execute(people).scalar_one())
    session.flush()


def has_answer(session: Session, report: Report, but: Collection[int | None] = ()) -> bool:
    """Whether an answer to it, other than these, is out or on its way: then it goes on by itself."""
    answers = select(Reply.id).where(
        Reply.report_id == report.id, col(Reply.state).in_(UNDER_WAY), col(Reply.id).not_in(but)
    )
    return session.exec(answers.limit(1)).first() is not None


def _stood(session: Session, report: Report) -> str:
    if report.answered_at is not None:
        return "replied"
    return "disposed" if orders.chain(session, _number(report)) else "new"


def _came_to(session: Session, report: Report) -> int:
    """The agency where it came in: there it was counted."""
    moves = orders.chain(session, _number(report))
    return moves[0].from_agency if moves else report.agency_id


def _number(report: Report) -> int:
    assert report.id is not None
    return report.id
