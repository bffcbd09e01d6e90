"""The Sekda's morning page: what one look at a telephone must tell about a node and all below it.

It is made from figures that are kept, and from what waits; never by counting the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.handling.owed import given_by, owed
from plugin.desk.lists.queue import SHOWN, Span
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.rhythm.outages import Missed, missed
from plugin.rhythm.topics import EVERYWHERE
from plugin.rhythm.waiting import (
    DayFigures,
    Oldest,
    apart_at,
    course_of,
    labels_of,
    oldest_at,
    overdue_at,
    waiting_at,
    within,
)
from plugin.store.tables import Disposition, Promise, Report, Rise
from plugin.wording import Drawing, Press, Say, View

TOP = 3
DRAWN = 6
DAYS = 14


@dataclass(frozen=True, slots=True)
class Behind:
    """An agency where reports wait, and how many of them are overdue."""

    agency: str
    waiting: int
    overdue: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Risen:
    """A topic that rose since yesterday morning: how many reports of it came within hours, and from where.

    `place` is "" where it is not known, or everywhere.
    """

    category: str
    place: str
    reports: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What the page says. `day` is the day it is about to be read on, `at` the moment it was made.

    `course` are the last fourteen days, today the last. `behind` are the first agencies by what is overdue
    there, `more_behind` counts the others where reports wait. `urgent` wait with a priority, the first by number;
    `broken` are the reports, not closed yet, whose promise was not kept; `risen` the topics that rose, the newest
    first. `apart` seem to be no reports and wait for a person to say so: they are none of the others. `orders_late`
    are the reports with an order to these agencies, or from somebody who serves there, whose own deadline is over.
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
    urgent: int = 0
    urgent_first: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()
    risen: tuple[Risen, ...] = ()
    apart: int = 0
    orders_late: tuple[int, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing that anybody would have to know this morning."""
        figures = self.new_yesterday + self.new_today + self.waiting + self.answered_yesterday + self.apart
        news = (self.missed, self.broken, self.risen, self.orders_late)
        return not figures and not any(news)


@dataclass(frozen=True)
class Page(View):
    """The digest as a message; with the picture when it comes by itself, without when somebody waits for it.

    `record`: the mark of the record, for those who get the page about everything (plugin/desk/audit.py).
    """

    digest: Digest
    agency: str = ""
    picture: bool = False
    code: str = ""
    record: str = ""

    @property
    def to_blame(self) -> Behind | None:
        """The agency below this one where most is overdue."""
        late = (b for b in self.digest.behind if b.overdue and b.code != self.code)
        return next(late, None)

    def presses(self) -> Mapping[str, Press]:
        oldest, late = self.digest.oldest, self.to_blame
        pressed: dict[str, Press] = {
            "new": Say("/laporan-baru"), "none": Say("/belum-punya-akun"), "detail": Say("/rapor"),
        }  # fmt: skip
        if oldest:
            pressed["dispose"] = Say(f"/disposisi {oldest.number}")
            pressed["snooze"] = Say(f"/tunda {oldest.number}")
        if late:
            pressed["blame"] = Say(f"/tegur {late.code}")
        return pressed

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
    labels = labels_of(session, behind[:DRAWN])
    urgent, first = _urgent(session, span)
    return Digest(
        day=today,
        at=now,
        new_yesterday=course[-2].incoming,
        new_today=course[-1].incoming,
        waiting=sum(waiting.values()),
        overdue=sum(overdue.values()),
        answered_yesterday=course[-2].answered,
        oldest=oldest_at(session, span),
        behind=tuple(
            Behind(labels[a][0], waiting[a], overdue.get(a, 0), labels[a][1]) for a in behind[:DRAWN]
        ),
        more_behind=len(behind[TOP:]),
        missed=missed(session, span, now - timedelta(days=1)),
        without_account=accounts[0],
        agencies=accounts[1],
        course=course,
        urgent=urgent,
        urgent_first=first,
        broken=_broken(session, span),
        risen=_risen(session, span, now - timedelta(days=1)),
        apart=sum(apart_at(session, span).values()),
        orders_late=_orders_late(session, span, now),
    )


def _urgent(session: Session, span: Span) -> tuple[int, tuple[int, ...]]:
    """(how many wait with a priority, the numbers of the first)."""
    query = sa.select(col(Report.id)).where(*SHOWN, col(Report.priority) > 0)
    query = within(query, col(Report.agency_id), span).order_by(
        col(Report.priority).desc(), col(Report.due_at)
    )
    numbers = session.connection().execute(query).scalars().all()
    return len(numbers), tuple(numbers[:TOP])


def _broken(session: Session, span: Span) -> tuple[int, ...]:
    """The newest first; whoever has closed the case since has nothing left to keep."""
    query = (
        sa.select(col(Promise.report_id))
        .join(Report, col(Report.id) == col(Promise.report_id))
        .where(col(Promise.state) == "broken", col(Report.closed_at).is_(None))
    )
    query = within(query, col(Promise.agency_id), span).order_by(col(Promise.due_at).desc())
    return tuple(dict.fromkeys(session.connection().execute(query).scalars()))


def _orders_late(session: Session, span: Span, now: datetime) -> tuple[int, ...]:
    """The longest first."""
    query = owed(col(Disposition.report_id)).where(col(Disposition.due_at) <= now)
    if not span.everything:
        query = query.where(sa.or_(col(Disposition.to_agency).in_(span.ids()), given_by(span.ids())))
    return tuple(dict.fromkeys(session.connection().execute(query).scalars()))


def _risen(session: Session, span: Span, since: datetime) -> tuple[Risen, ...]:
    query = sa.select(col(Rise.category), col(Rise.place), col(Rise.reports)).where(
        col(Rise.began_at) >= since
    )
    query = within(query, col(Rise.agency_id), span).order_by(col(Rise.began_at).desc(), col(Rise.id).desc())
    return tuple(
        Risen(category, "" if place == EVERYWHERE else place, reports)
        for category, place, reports in session.connection().execute(query)
    )
