"""What waits at agencies, how late it is, and what came in day by day.

It is read from figures that are kept, and from what waits; never by counting the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.lists import queue
from plugin.desk.lists.queue import APART, OPEN, Span
from plugin.desk.masking import excerpt, shortened
from plugin.store.tables import Agency, AgencyDay, AgencyOpen, Report, ReportClock
from plugin.store.tables.clocks import RUNNING

EXCERPT = 55
LABEL = 24


@dataclass(frozen=True, slots=True)
class Oldest:
    """The report that has been due longest; the citizen waits for this answer `since` then."""

    number: int
    agency: str
    since: datetime
    excerpt: str


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How many reports came in on a day, and how many got their first answer."""

    day: date
    incoming: int
    answered: int


def course_of(session: Session, span: Span, first: date, last: date) -> tuple[DayFigures, ...]:
    """The figures of each of these days, also of those on which nothing happened."""
    query = sa.select(
        col(AgencyDay.day), sa.func.sum(AgencyDay.incoming), sa.func.sum(AgencyDay.answered)
    ).where(col(AgencyDay.day).between(first, last))
    query = within(query, col(AgencyDay.agency_id), span).group_by(col(AgencyDay.day))
    kept = {day: (int(new), int(done)) for day, new, done in session.connection().execute(query)}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(DayFigures(day, *kept.get(day, (0, 0))) for day in days)


def waiting_at(session: Session, span: Span) -> dict[int, int]:
    """How many reports wait at each of these agencies, as its list shows them."""
    query = sa.select(col(AgencyOpen.agency_id), col(AgencyOpen.waiting)).where(col(AgencyOpen.waiting) > 0)
    query = within(query, col(AgencyOpen.agency_id), span)
    kept = {agency: waiting for agency, waiting in session.connection().execute(query)}
    return _less(kept, apart_at(session, span))


def apart_at(session: Session, span: Span) -> dict[int, int]:
    """At how many it is for a person to say whether they are reports at all: they are counted among those kept."""
    return _apart(session, span, sa.func.count())


def overdue_at(session: Session, span: Span, now: datetime) -> dict[int, int]:
    """How many of them are overdue."""
    late = col(Report.due_at) < now
    query = sa.select(col(Report.agency_id), sa.func.count()).where(*OPEN, late)
    query = within(query, col(Report.agency_id), span).group_by(col(Report.agency_id))
    many = {agency: n for agency, n in session.connection().execute(query)}
    # Few stand apart. To leave them out of the many that wait, each of these would have to be looked at.
    return _less(many, _apart(session, span, sa.func.sum(sa.case((late, 1), else_=0))))


def oldest_at(session: Session, span: Span) -> Oldest | None:
    """The report of these agencies that has been due longest."""
    _, first = queue.oldest(session, span, limit=1)
    if not first:
        return None
    agency, _ = labels_of(session, [first[0].agency_id])[first[0].agency_id]
    return Oldest(first[0].number, agency, _since(session, first[0].number), excerpt(first[0].text, EXCERPT))


def labels_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """For each of these agencies its short name and its code."""
    columns = (col(Agency.id), col(Agency.short), col(Agency.name), col(Agency.code))
    rows = session.connection().execute(sa.select(*columns).where(col(Agency.id).in_(ids)))
    return {
        id_: (shortened(short or name, LABEL), code) for id_, short, name, code in rows if id_ is not None
    }


def within(query: Any, agency_id: Any, span: Span) -> Any:
    """The query, of these agencies only."""
    return query if span.everything else query.where(agency_id.in_(span.ids()))


def _apart(session: Session, span: Span, figure: sa.ColumnElement[int]) -> dict[int, int]:
    # The unary plus keeps the database to the index of the few, not to one that is sorted by agency.
    agency: Any = sa.literal_column("+report.agency_id")
    query = sa.select(agency, figure).select_from(Report).where(*APART)
    query = within(query, agency, span).group_by(agency)
    return {agency_id: int(n) for agency_id, n in session.connection().execute(query)}


def _less(many: dict[int, int], few: dict[int, int]) -> dict[int, int]:
    """What is left of them at each agency where anything is."""
    return {agency: left for agency, n in many.items() if (left := n - few.get(agency, 0)) > 0}


def _since(session: Session, number: int) -> datetime:
    """What was answered before waits since it was opened again, by its clock."""
    mine = col(ReportClock.report_id) == col(Report.id), col(ReportClock.clock) == "first_answer"
    running = sa.select(col(ReportClock.started_at)).where(sa.text(RUNNING), *mine).scalar_subquery()
    query = sa.select(running, col(Report.received_at)).where(col(Report.id) == number)
    began, received_at = session.connection().execute(query).one()
    return began or received_at
