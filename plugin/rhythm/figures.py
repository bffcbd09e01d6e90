"""The figures of a node over some days: what came in, what was answered, how quickly, and where.

Everything is read from what is kept by day and from what waits now; never by counting the archive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.lists.queue import Span, span_of
from plugin.desk.measures.scores import Tally, ranked, tallies, together
from plugin.registry.snapshot import Node, Registry
from plugin.rhythm.waiting import DayFigures, course_of, overdue_at, waiting_at
from plugin.store.tables import AgencyDay


@dataclass(frozen=True, slots=True)
class Parts:
    """What a node is divided into: itself and each node directly below, with everything below that."""

    node: Node
    span: Span
    names: Mapping[int, Node]
    part_of: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one part. `incoming` came in at it, `tally` is judged at it."""

    name: str
    code: str
    incoming: int
    waiting: int
    overdue: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """From `first` to `last`, as of `at`; `before` are (incoming, answered) in as many days before those.

    `parts` are those where anything happened or waits, the one with most reports first.
    """

    agency: str
    first: date
    last: date
    at: datetime
    course: tuple[DayFigures, ...]
    before: tuple[int, int]
    waiting: int
    overdue: int
    tally: Tally
    parts: tuple[Part, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing happened that a picture could show."""
        return not (self.incoming or self.answered or self.tally.cases)

    @property
    def incoming(self) -> int:
        return sum(day.incoming for day in self.course)

    @property
    def answered(self) -> int:
        return sum(day.answered for day in self.course)

    @property
    def change(self) -> int | None:
        """By how many percent more came in than before; None where nothing came in before."""
        before = self.before[0]
        return round(100 * (self.incoming - before) / before) if before else None

    @property
    def ranking(self) -> list[Part]:
        """The parts that can be compared, the best first."""
        named = {part.code: part for part in self.parts}
        return [named[code] for code, _ in ranked((part.code, part.tally) for part in self.parts)]


def parts_of(registry: Registry, node: Node) -> Parts:
    """Made once for each picture of the registry: it walks the whole subtree."""

    def made() -> Parts:
        parts = {below.id: part.id for part in registry.children(node) for below in registry.subtree(part)}
        names = {part.id: part for part in (node, *registry.children(node))}
        return Parts(node, span_of(registry, node), names, parts | {node.id: node.id})

    return registry.kept(("parts", node.id), made)


def each_of(registry: Registry, node: Node) -> Parts:
    """The node and every single agency below it, each as a part of its own."""
    below = {agency.id: agency for agency in registry.subtree(node)}
    return Parts(node, span_of(registry, node), below, {id_: id_ for id_ in below})


def figures(
    session: Session,
    parts: Parts,
    first: date,
    last: date,
    before: tuple[date, date],
    now: datetime,
    zone: ZoneInfo,
) -> Figures:
    """The figures of all parts of a node; `before` are the first and last day to compare with."""
    span = parts.span
    waiting, overdue = waiting_at(session, span), overdue_at(session, span, now)
    judged = tallies(session, span, first, last, now, zone)
    came = _incoming(session, span, first, last)
    earlier = course_of(session, span, *before)
    came_at, waits_at, late_at = (_by_part(parts, of) for of in (came, waiting, overdue))
    cards: dict[int, list[Tally]] = defaultdict(list)
    for agency, tally in judged.items():
        cards[parts.part_of.get(agency, parts.node.id)].append(tally)
    made = [
        Part(node.label, node.code, came_at[n], waits_at[n], late_at[n], together(cards.get(n, ())))
        for n, node in parts.names.items()
        if came_at[n] or waits_at[n] or n in cards
    ]
    return Figures(
        agency=parts.node.label,
        first=first,
        last=last,
        at=now,
        course=course_of(session, span, first, last),
        before=(sum(d.incoming for d in earlier), sum(d.answered for d in earlier)),
        waiting=sum(waiting.values()),
        overdue=sum(overdue.values()),
        tally=together(judged.values()),
        parts=tuple(sorted(made, key=lambda part: (-part.incoming, part.name))),
    )


def _by_part(parts: Parts, figure: Mapping[int, int]) -> Counter[int]:
    summed: Counter[int] = Counter()
    for agency, n in figure.items():
        summed[parts.part_of.get(agency, parts.node.id)] += n
    return summed


def _incoming(session: Session, span: Span, first: date, last: date) -> Counter[int]:
    query = sa.select(col(AgencyDay.agency_id), sa.func.sum(AgencyDay.incoming)).where(
        col(AgencyDay.day).between(first, last)
    )
    if not span.everything:
        query = query.where(col(AgencyDay.agency_id).in_(span.ids()))
    rows = session.connection().execute(query.group_by(col(AgencyDay.agency_id)))
    return Counter({agency: int(n) for agency, n in rows if n})


def days_before(first: date, last: date) -> tuple[date, date]:
    """As many days, just before these."""
    length = last - first
    return first - timedelta(days=1) - length, first - timedelta(days=1)


def month_before(first: date, last: date) -> tuple[date, date]:
    """The same days of the month before; a whole month is compared with a whole one."""
    end = first - timedelta(days=1)
    start = end.replace(day=1)
    whole = (last + timedelta(days=1)).day == 1
    return start, end if whole else min(end, start + (last - first))
