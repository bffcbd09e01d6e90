"""Topics that rise: more reports of one kind from one place within hours than chance would bring.

The usual is what the four weeks before brought. How unlikely so many are is asked of the Poisson distribution;
several people must have written, for one who writes ten times is no topic.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.rooms import nearest
from plugin.clock import Clock
from plugin.registry.paths import way_to
from plugin.rhythm import notices
from plugin.store.store import Store, insert
from plugin.store.tables import CaseProposal, Report, Rise, TopicDay

KIND = "rise"
EVERYWHERE = "*"

WINDOW = timedelta(hours=3)
WAKING = timedelta(hours=12)
"""The part of a day in which people write."""
BEFORE = timedelta(days=28)
FEWEST_DAYS = 7
OVER = timedelta(hours=6)
"""A rise has ended when nothing was unusual for so long."""
LEAST, PEOPLE = 5, 4
"""So many reports, by so many people, before anything is called a topic."""
UNLIKELY = 1e-4
TIMES = 3
LEAST_USUAL = 0.3
"""Where there was nothing before, we still expect a little."""

Topic = tuple[str, str]
"""(category, place)"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One report of the last hours."""

    category: str
    place: str
    agency_id: int
    author: str


@dataclass(frozen=True, slots=True)
class Rising:
    """A topic that is unusual now."""

    topic: Topic
    agency_id: int
    reports: int
    usual: float


def is_unusual(reports: int, usual: float) -> bool:
    """Whether so many, where so many are usual, are hardly chance."""
    expected = max(usual, LEAST_USUAL)
    return reports >= max(LEAST, TIMES * expected) and _chance(reports, expected) < UNLIKELY


def _chance(n: int, expected: float) -> float:
    """How likely `n` or more are."""
    less = math.fsum(math.exp(-expected + k * math.log(expected) - math.lgamma(k + 1)) for k in range(n))
    return max(0.0, 1.0 - less)


def rising(heard: Iterable[Heard], usual: Mapping[Topic, float]) -> list[Rising]:
    """What rises now, place by place; a category that rises everywhere and in no single place, as such."""
    groups: dict[Topic, list[Heard]] = defaultdict(list)
    for one in heard:
        groups[one.category, one.place].append(one)
        groups[one.category, EVERYWHERE].append(one)
    found = {topic: made for topic, some in groups.items() if (made := _rising(topic, some, usual))}
    placed = {category for category, place in found if place != EVERYWHERE}
    return [
        made for (category, place), made in found.items() if place != EVERYWHERE or category not in placed
    ]


def _rising(topic: Topic, heard: Sequence[Heard], usual: Mapping[Topic, float]) -> Rising | None:
    expected = usual.get(topic, 0.0)
    if len({one.author for one in heard}) < PEOPLE or not is_unusual(len(heard), expected):
        return None
    agency, _ = Counter(one.agency_id for one in heard).most_common(1)[0]
    return Rising(topic, agency, len(heard), expected)


class Topics:
    """Looks for what rises, every few minutes, in any number of processes; each rise is told once."""

    def __init__(
        self, store: Store, clock: Clock, zone: ZoneInfo, put: Callable[[str, int], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._put = put

    async def tick(self) -> None:
        """Count the days anew, and tell what has begun to rise."""
        now = self._clock()
        days = await self._store.survey(_count, now, self._zone)
        if days:
            await self._store.write(_keep, days)
        found = await self._store.survey(_look, now, self._zone)
        await self._store.write(_note, found, now)
        for notice in await self._store.survey(notices.due, now):
            await self._put("notice", notice)


def _first_since(session: Session, moment: datetime) -> int:
    """The number of the first report that came since then: numbers rise with time, so it is sought by halves."""
    last = session.connection().execute(sa.select(sa.func.max(Report.id))).scalar() or 0
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        query = sa.select(col(Report.id), col(Report.received_at)).where(col(Report.id) >= middle)
        found = session.connection().execute(query.order_by(col(Report.id)).limit(1)).first()
        if found is None or found.received_at >= moment:
            high = middle
        else:
            low = found.id + 1
    return low


def _recent(since: int) -> tuple[Any, ...]:  # Any: conditions of whatever make
    """Reports from that number on which are some."""
    return (
        col(CaseProposal.report_id) >= since, col(Report.id) == col(CaseProposal.report_id),
        col(CaseProposal.is_report), col(Report.state) != "not_report",
    )  # fmt: skip


def _count(session: Session, now: datetime, zone: ZoneInfo) -> list[dict[str, object]]:
    """Yesterday's and today's reports by category and place."""
    today = now.astimezone(zone).date()
    begins = datetime.combine(today - timedelta(days=1), time(), zone)
    query = sa.select(
        col(CaseProposal.category), col(CaseProposal.kecamatan), col(Report.received_at)
    ).where(*_recent(_first_since(session, begins)))  # fmt: skip
    counted: Counter[tuple[date, str, str]] = Counter()
    for category, place, received in session.connection().execute(query):
        counted[received.astimezone(zone).date(), category, place] += 1
    return [
        {"day": day, "category": category, "place": place, "reports": n}
        for (day, category, place), n in sorted(counted.items())
    ]


def _keep(session: Session, days: list[dict[str, object]]) -> None:
    statement = insert(session, TopicDay)
    keys = ["day", "category", "place"]
    kept = statement.on_conflict_do_update(index_elements=keys, set_={"reports": statement.excluded.reports})
    session.connection().execute(kept, days)


def _look(session: Session, now: datetime, zone: ZoneInfo) -> list[Rising]:
    query = sa.select(
        col(CaseProposal.category), col(CaseProposal.kecamatan), col(Report.agency_id), col(Report.author_id)
    ).where(*_recent(_first_since(session, now - WINDOW)), col(Report.received_at) >= now - WINDOW)
    heard = [Heard(*row) for row in session.connection().execute(query)]
    if len(heard) < LEAST:
        return []
    return rising(heard, _usual(session, {one.category for one in heard}, now.astimezone(zone).date()))


def _usual(session: Session, categories: Iterable[str], today: date) -> dict[Topic, float]:
    """What the weeks before today would let expect within the window."""
    first = session.connection().execute(sa.select(sa.func.min(TopicDay.day))).scalar()
    days = min(BEFORE.days, max(FEWEST_DAYS, (today - first).days if first else 0))
    query = sa.select(col(TopicDay.category), col(TopicDay.place), sa.func.sum(TopicDay.reports)).where(
        col(TopicDay.day) >= today - timedelta(days=days), col(TopicDay.day) < today,
        col(TopicDay.category).in_(list(categories)),
    )  # fmt: skip
    usual: dict[Topic, float] = defaultdict(float)
    for category, place, n in session.connection().execute(
        query.group_by(col(TopicDay.category), col(TopicDay.place))
    ):
        expected = float(n) / days * (WINDOW / WAKING)
        usual[category, place] += expected
        usual[category, EVERYWHERE] += expected
    return usual


def _note(session: Session, found: Sequence[Rising], now: datetime) -> None:
    """Begin a rise that is new and have it told; keep awake those that last; end those that are over."""
    for one in found:
        category, place = one.topic
        row = {
            "category": category, "place": place, "agency_id": one.agency_id, "reports": one.reports,
            "usual": one.usual, "began_at": now, "last_at": now,
        }  # fmt: skip
        made = insert(session, Rise).values(**row).on_conflict_do_nothing().returning(col(Rise.id))
        number = session.connection().execute(made).scalar()
        if number is not None:
            _tell(session, number, one.agency_id, now)
            continue
        here = (col(Rise.category) == category, col(Rise.place) == place, col(Rise.ended_at).is_(None))
        session.connection().execute(sa.update(Rise).where(*here).values(last_at=now))
    over = (col(Rise.ended_at).is_(None), col(Rise.last_at) < now - OVER)
    session.connection().execute(sa.update(Rise).where(*over).values(ended_at=now))


def _tell(session: Session, number: int, agency_id: int, now: datetime) -> None:
    way = way_to(session, agency_id)
    rooms = dict.fromkeys([*nearest(session, way), *nearest(session, way[-1:])])
    notices.put(session, rooms, KIND, {"rise": number}, f"{KIND}:{number}", now)
