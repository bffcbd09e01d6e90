"""The Sekda's morning page: what one look at a telephone must tell about a node and all below it.

It is made from figures that are kept, and from what waits; never by counting the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk import queue
from plugin.desk.masking import excerpt, shortened
from plugin.desk.queue import OPEN, Span
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.store.tables import Account, Agency, AgencyDay, AgencyOpen, Gap, Report
from plugin.wording import Drawing, Press, Say, View

EXCERPT = 55
LABEL = 24
TOP = 3
DRAWN = 6
DAYS = 14


@dataclass(frozen=True, slots=True)
class Oldest:
    """The report that has been due longest."""

    number: int
    agency: str
    received_at: datetime
    excerpt: str


@dataclass(frozen=True, slots=True)
class Behind:
    """An agency where reports wait, and how many of them are overdue."""

    agency: str
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """How many reports came in on a day, and how many got their first answer."""

    day: date
    incoming: int
    answered: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A time in which we did not hear the public. `closed_at` is None until all of it was caught up with."""

    began_at: datetime
    ended_at: datetime
    closed_at: datetime | None
    lost: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """What the page says. `day` is the day it is about to be read on, `at` the moment it was made.

    `course` are the last fourteen days, today the last. `behind` are the first agencies by what is overdue
    there, `more_behind` counts the others where reports wait.
    """

    day: date
    at: datetime
    new_yesterday: int
    new_today: int
    waiting: int
    overdue: int
    answered_yesterday: int
    oldest: Oldest | None
    behind: tuple[Behind, ...]
    more_behind: int
    missed: tuple[Missed, ...]
    without_account: int
    agencies: int
    course: tuple[DayFigures, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing that anybody would have to know this morning."""
        figures = self.new_yesterday + self.new_today + self.waiting + self.answered_yesterday
        return not figures and not self.missed


@dataclass(frozen=True)
class Page(View):
    """The digest as a message; with the picture when it comes by itself, without when somebody waits for it."""

    digest: Digest
    agency: str = ""
    picture: bool = False

    def presses(self) -> Mapping[str, Press]:
        oldest = self.digest.oldest
        pressed = {"new": Say("/laporan-baru"), "none": Say("/belum-punya-akun")}
        return pressed | ({"dispose": Say(f"/disposisi {oldest.number}")} if oldest else {})

    def drawings(self) -> Sequence[Drawing]:
        shown = self.picture and not self.digest.quiet
        return (MorningPicture(self.agency, self.digest.course, self.digest.behind),) if shown else ()


@dataclass(frozen=True)
class MorningPicture(Drawing):
    """Fourteen days of what came in and what was answered, and where reports are overdue now."""

    agency: str
    course: tuple[DayFigures, ...]
    behind: tuple[Behind, ...]

    def sheet(self, say: Callable[[str], str]) -> Sheet:
        days = tuple(f"{d.day.day}" for d in self.course)
        late = [b for b in self.behind if b.overdue]
        return Sheet(
            f"ringkasan-{self.course[-1].day}",
            say("title"),
            (
                Columns(say("incoming"), days, tuple(d.incoming for d in self.course), part=1),
                Columns(say("answered"), days, tuple(d.answered for d in self.course), Tone.GOOD, part=1),
                Rows(
                    say("overdue"), tuple(b.agency for b in late), tuple(b.overdue for b in late), Tone.BAD,
                    nothing=say("nothing"),
                ),
            ),
            say("alt"),
        )  # fmt: skip


def digest(session: Session, span: Span, now: datetime, zone: ZoneInfo, accounts: tuple[int, int]) -> Digest:
    """The page about these agencies, as of now. `accounts`: how many have none, of how many."""
    today = now.astimezone(zone).date()
    course = course_of(session, span, today - timedelta(days=DAYS - 1), today)
    overdue = overdue_at(session, span, now)
    waiting = waiting_at(session, span)
    behind = sorted(waiting, key=lambda a: (-overdue.get(a, 0), -waiting[a], a))
    labels = _labels(session, behind[:DRAWN])
    return Digest(
        day=today,
        at=now,
        new_yesterday=course[-2].incoming,
        new_today=course[-1].incoming,
        waiting=sum(waiting.values()),
        overdue=sum(overdue.values()),
        answered_yesterday=course[-2].answered,
        oldest=_oldest(session, span),
        behind=tuple(Behind(labels[a], waiting[a], overdue.get(a, 0)) for a in behind[:DRAWN]),
        more_behind=len(behind[TOP:]),
        missed=_missed(session, span, now - timedelta(days=1)),
        without_account=accounts[0],
        agencies=accounts[1],
        course=course,
    )


def course_of(session: Session, span: Span, first: date, last: date) -> tuple[DayFigures, ...]:
    """The figures of each of these days, also of those on which nothing happened."""
    query = sa.select(
        col(AgencyDay.day), sa.func.sum(AgencyDay.incoming), sa.func.sum(AgencyDay.answered)
    ).where(col(AgencyDay.day).between(first, last))
    query = _within(query, col(AgencyDay.agency_id), span).group_by(col(AgencyDay.day))
    kept = {day: (int(new), int(done)) for day, new, done in session.connection().execute(query)}
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(DayFigures(day, *kept.get(day, (0, 0))) for day in days)


def waiting_at(session: Session, span: Span) -> dict[int, int]:
    query = sa.select(col(AgencyOpen.agency_id), col(AgencyOpen.waiting)).where(col(AgencyOpen.waiting) > 0)
    query = _within(query, col(AgencyOpen.agency_id), span)
    return {agency: waiting for agency, waiting in session.connection().execute(query)}


def overdue_at(session: Session, span: Span, now: datetime) -> dict[int, int]:
    query = sa.select(col(Report.agency_id), sa.func.count()).where(*OPEN, col(Report.due_at) < now)
    query = _within(query, col(Report.agency_id), span).group_by(col(Report.agency_id))
    return {agency: n for agency, n in session.connection().execute(query)}


def _oldest(session: Session, span: Span) -> Oldest | None:
    _, first = queue.oldest(session, span, limit=1)
    if not first:
        return None
    query = sa.select(col(Report.received_at)).where(col(Report.id) == first[0].number)
    received_at = session.connection().execute(query).scalar_one()
    agency = _labels(session, [first[0].agency_id])[first[0].agency_id]
    return Oldest(first[0].number, agency, received_at, excerpt(first[0].text, EXCERPT))


def _labels(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(col(Agency.id), col(Agency.short), col(Agency.name)).where(col(Agency.id).in_(ids))
    rows = session.connection().execute(query)
    return {agency: shortened(short or name, LABEL) for agency, short, name in rows if agency is not None}


def _missed(session: Session, span: Span, since: datetime) -> tuple[Missed, ...]:
    """The gaps that were closed since, or are not yet. Those that overlap are one: an outage hits all accounts."""
    recent = sa.or_(col(Gap.closed_at) >= since, col(Gap.closed_at).is_(None))
    gaps = sa.select(Gap).where(recent)
    if not span.everything:
        gaps = gaps.join(Account, col(Account.id) == Gap.account_id)
        gaps = gaps.where(col(Account.agency_id).in_(span.ids()))
    g = gaps.subquery().c
    overlap = sa.func.max(g.began_at) <= sa.func.min(g.ended_at)
    all_in_one = session.connection().execute(sa.select(overlap, *_outage(g))).one()
    if all_in_one[0] is None:
        return ()
    if all_in_one[0]:
        return (_made(*all_in_one[1:]),)
    before = sa.func.max(g.ended_at).over(order_by=(g.began_at, g.id), rows=(None, -1))
    first = sa.select(*g, before.label("before")).subquery()
    begins = sa.case((first.c.before >= first.c.began_at, 0), else_=1)
    which = sa.func.sum(begins).over(order_by=(first.c.began_at, first.c.id)).label("outage")
    n = sa.select(first, which).subquery().c
    query = sa.select(*_outage(n)).group_by(n.outage).order_by(sa.func.min(n.began_at))
    return tuple(_made(*row) for row in session.connection().execute(query))


def _outage(g: Any) -> tuple[Any, ...]:
    """What is to be known of some gaps together."""
    lost = sa.func.max(sa.cast(g.lost, sa.Integer))
    return (
        sa.func.min(g.began_at), sa.func.max(g.ended_at), sa.func.max(g.closed_at),
        sa.func.count() - sa.func.count(g.closed_at), lost,
    )  # fmt: skip


def _made(began: datetime, ended: datetime, closed: datetime | None, still_open: int, lost: int) -> Missed:
    return Missed(began, ended, None if still_open else closed, bool(lost))


def _within(query: Any, agency_id: Any, span: Span) -> Any:
    return query if span.everything else query.where(agency_id.in_(span.ids()))
