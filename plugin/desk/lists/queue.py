"""What waits for its first answer, the one due first on top; as quick with a million reports as with ten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.measures.counts import EVERYWHERE
from plugin.registry.snapshot import Node, Registry
from plugin.store.prepared import Prepared
from plugin.store.revisions import number_of
from plugin.store.search import matching
from plugin.store.tables import Agency, AgencyOpen, CaseProposal, Report

FEW = 2000
"""Up to here it is quicker to take an agency's own reports and sort; beyond, to walk all by due date."""


@dataclass(frozen=True, slots=True)
class Span:
    """The agencies of a subtree: a range of paths, or all of them."""

    low: str = ""
    high: str = ""

    @property
    def everything(self) -> bool:
        return not self.low

    def ids(self) -> Any:
        """The subtree's agency ids, as a subquery."""
        return _ids(self.low, self.high)

    @property
    def bounds(self) -> dict[str, str]:
        """What a statement made for any subtree is asked with."""
        return {} if self.everything else {"low": self.low, "high": self.high}


def _ids(low: Any, high: Any) -> Any:
    return sa.select(col(Agency.id)).where(col(Agency.path) >= low, col(Agency.path) < high)


# Any subtree's. The lists are asked for all day long, and building a statement takes longer than asking it.
ANY_SUBTREE = _ids(sa.bindparam("low"), sa.bindparam("high"))


def span_of(registry: Registry, node: Node) -> Span:
    """The node's subtree; the only government's root is everything."""
    if node.parent_id is None and len(registry.roots) == 1:
        return Span()
    return Span(node.path, node.path + "g")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits, as much of it as a list shows."""

    number: int
    agency_id: int
    text: str
    place: str
    photos: int
    state: str
    written_at: datetime
    due_at: datetime
    priority: int = 0
    held_by: int | None = None
    held_until: datetime | None = None
    reporters: int = 1

    def holder(self, now: datetime) -> int | None:
        """The official who is at work on it."""
        return self.held_by if self.held_until is not None and self.held_until > now else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the waiting reports a list shows; nothing set means all.

    `written_before` and `written_after` bound their age, `due_before` asks for those that are late by then,
    `priority` for that much and more. `categories` and the places are those that triage read in them.
    """

    words: str = ""
    written_before: datetime | None = None
    written_after: datetime | None = None
    due_before: datetime | None = None
    priority: int = 0
    categories: tuple[str, ...] = ()
    kecamatan: tuple[str, ...] = ()
    desa: tuple[str, ...] = ()

    def conditions(self, dialect: str) -> list[Any]:
        """As conditions on `report`."""
        asked: list[tuple[object, Callable[[], Any]]] = [
            (self.words, lambda: matching(dialect, self.words)),
            (self.written_before, lambda: col(Report.written_at) <= self.written_before),
            (self.written_after, lambda: col(Report.written_at) >= self.written_after),
            (self.due_before, lambda: col(Report.due_at) < self.due_before),
            (self.priority, lambda: col(Report.priority) >= self.priority),
            (self.categories or self.kecamatan or self.desa, lambda: _read_as(self)),
        ]
        return [made() for value, made in asked if value]


def _read_as(wanted: Wanted) -> Any:
    """Asked for each waiting report by its number: few wait, and of the rest triage said far more."""
    read = [col(CaseProposal.report_id) == col(Report.id)]
    if wanted.categories:
        read.append(col(CaseProposal.category).in_(wanted.categories))
    if wanted.kecamatan or wanted.desa:
        read.append(
            sa.or_(col(CaseProposal.kecamatan).in_(wanted.kecamatan), col(CaseProposal.desa).in_(wanted.desa))
        )
    return sa.exists().where(*read)


COLUMNS = (
    col(Report.id), col(Report.agency_id), col(Report.text), col(Report.place), col(Report.photos),
    col(Report.state), col(Report.written_at), col(Report.due_at), col(Report.priority), col(Report.held_by),
    col(Report.held_until), col(Report.reporters),
)  # fmt: skip
OPEN = (col(Report.answered_at).is_(None), col(Report.closed_at).is_(None))
APART = (*OPEN, col(Report.aside) == sa.true())
SHOWN = (*OPEN, col(Report.aside) == sa.false())
"""What waits, for every list, page, ladder and scorecard. What seems to be no report stands apart (`apart`): until
a person has looked it waits for nobody's answer, though its clock goes on."""


class Counts(NamedTuple):
    """How many reports wait and are listed, how many of them have priority, and how many stand apart."""

    waiting: int
    first: int
    apart: int


def counts(session: Session, span: Span) -> Counts:
    """The figures of these agencies, in one question; what waits is a kept figure and not counted."""
    [(waiting, first, apart)] = _counts(span.everything).rows(session, span.bounds)
    return Counts(int(waiting) - apart, first, apart)


@cache
def _counts(everything: bool) -> Prepared:
    asked = (_counting(everything), _how_many(_first(everything)), _how_many(_apart(everything)))
    return Prepared(sa.select(*(one.scalar_subquery() for one in asked)))


def _how_many(reports: Any) -> Any:
    return reports.with_only_columns(sa.func.count())


def apart(session: Session, span: Span, *, limit: int, offset: int = 0) -> tuple[int, list[Waiting]]:
    """(how many stand apart, a page of them, the newest first)."""
    return counts(session, span).apart, _page(session, _newest_apart(span.everything), span, limit, offset)


@cache
def _newest_apart(everything: bool) -> Prepared:
    return Prepared(_cut(_apart(everything).order_by(col(Report.id).desc())))


def _apart(everything: bool) -> Any:
    query = sa.select(*COLUMNS).where(*APART)
    # The unary plus as in `_first`.
    return query if everything else query.where(sa.literal_column("+report.agency_id").in_(ANY_SUBTREE))


@cache
def _counting(everything: bool) -> Any:
    if everything:
        return sa.select(sa.func.coalesce(number_of(EVERYWHERE).scalar_subquery(), 0))
    query = sa.select(sa.func.coalesce(sa.func.sum(AgencyOpen.waiting), 0))
    return query.where(col(AgencyOpen.agency_id).in_(ANY_SUBTREE))


def oldest(session: Session, span: Span, *, limit: int, offset: int = 0) -> tuple[int, list[Waiting]]:
    """(how many wait, the ones due first)."""
    total = counts(session, span).waiting
    return total, _due_first(session, span, total, limit=limit, offset=offset)


def _due_first(
    session: Session, span: Span, total: int, *, limit: int, offset: int, rest: bool = False
) -> list[Waiting]:
    return _page(session, _by_due_date(span.everything, total <= FEW, rest=rest), span, limit, offset)


@cache
def _by_due_date(everything: bool, few: bool, *, rest: bool = False) -> Prepared:
    query = sa.select(*COLUMNS).where(*SHOWN)
    if rest:
        query = query.where(col(Report.priority) == 0)
    if not everything:
        # The unary plus keeps the database from fetching and sorting all of a large agency's reports.
        agency: Any = col(Report.agency_id) if few else sa.literal_column("+report.agency_id")
        query = query.where(agency.in_(ANY_SUBTREE))
    return Prepared(_cut(query.order_by(col(Report.due_at), col(Report.id))))


def listed(session: Session, span: Span, figures: Counts, *, limit: int, offset: int = 0) -> list[Waiting]:
    """A page of what waits, by its `counts`: what has priority on top, then the ones due first.

    Few have priority, and they are asked for by themselves: so the long rest is walked by its index.
    """
    made, total, first = list[Waiting](), figures.waiting, figures.first
    if offset < first:
        made += _page(session, _gravest(span.everything), span, limit, offset)
    if len(made) < limit:
        left, skipped = limit - len(made), max(0, offset - first)
        made += _due_first(session, span, total, limit=left, offset=skipped, rest=first > 0)
    return made


@cache
def _gravest(everything: bool) -> Prepared:
    return Prepared(_cut(_ranked(_first(everything))))


def _first(everything: bool) -> Any:
    """Those with priority."""
    query = sa.select(*COLUMNS).where(*SHOWN, col(Report.priority) > sa.literal_column("0"))
    # The unary plus keeps the database to the few that have priority.
    return query if everything else query.where(sa.literal_column("+report.agency_id").in_(ANY_SUBTREE))


def _page(session: Session, asked: Prepared, span: Span, limit: int, offset: int) -> list[Waiting]:
    rows = asked.rows(session, span.bounds | {"most": limit, "skipped": offset})
    return [Waiting(*row) for row in rows]


def found(
    session: Session, span: Span, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[Waiting]]:
    """(how many waiting reports are wanted, a page of them): priority first, then the ones due first."""
    conditions = [*SHOWN, *wanted.conditions(session.get_bind().dialect.name)]
    if not span.everything:
        conditions.append(col(Report.agency_id).in_(span.ids()))
    # What is looked for is found once, and counted on the way.
    query = sa.select(*COLUMNS, sa.func.count().over()).where(*conditions)
    made = session.connection().execute(_ranked(query).limit(limit).offset(offset)).all()
    if made or not offset:
        return (made[0][-1] if made else 0), [Waiting(*row[:-1]) for row in made]
    total = sa.select(sa.func.count()).select_from(Report).where(*conditions)
    return int(session.connection().execute(total).scalar_one()), []


def _ranked(query: Any) -> Any:
    return query.order_by(col(Report.priority).desc(), col(Report.due_at), col(Report.id))


def _cut(query: Any) -> Any:
    return query.limit(sa.bindparam("most")).offset(sa.bindparam("skipped"))
