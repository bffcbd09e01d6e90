"""What waits for its first answer, the one due first on top; as quick with a million reports as with ten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.registry.snapshot import Node, Registry
from plugin.store.search import matching
from plugin.store.tables import Agency, AgencyOpen, Report

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


COLUMNS = (
    col(Report.id), col(Report.agency_id), col(Report.text), col(Report.place), col(Report.photos),
    col(Report.state), col(Report.written_at), col(Report.due_at),
)  # fmt: skip
OPEN = (col(Report.answered_at).is_(None), col(Report.closed_at).is_(None))


def count(session: Session, span: Span) -> int:
    """How many reports of these agencies wait: from the kept figures, without counting."""
    asked = session.connection().execute(_counting(span.everything), span.bounds)
    return int(asked.scalar_one())


@cache
def _counting(everything: bool) -> Any:
    query = sa.select(sa.func.coalesce(sa.func.sum(AgencyOpen.waiting), 0))
    return query if everything else query.where(col(AgencyOpen.agency_id).in_(ANY_SUBTREE))


def oldest(session: Session, span: Span, *, limit: int, offset: int = 0) -> tuple[int, list[Waiting]]:
    """(how many wait, the ones due first)."""
    total = count(session, span)
    made = _by_due_date(span.everything, total <= FEW)
    asked = session.connection().execute(made, span.bounds | {"most": limit, "skipped": offset})
    return total, [Waiting(*row) for row in asked]


@cache
def _by_due_date(everything: bool, few: bool) -> Any:
    query = sa.select(*COLUMNS).where(*OPEN)
    if not everything:
        # The unary plus keeps the database from fetching and sorting all of a large agency's reports.
        agency: Any = col(Report.agency_id) if few else sa.literal_column("+report.agency_id")
        query = query.where(agency.in_(ANY_SUBTREE))
    return _sorted(query, sa.bindparam("most"), sa.bindparam("skipped"))


def found(
    session: Session, span: Span, words: str, *, limit: int, offset: int = 0
) -> tuple[int, list[Waiting]]:
    """(how many waiting reports have all these words, the ones due first)."""
    condition = matching(session.get_bind().dialect.name, words)
    query = sa.select(*COLUMNS).where(*OPEN, condition)
    total = sa.select(sa.func.count()).select_from(Report).where(*OPEN, condition)
    if not span.everything:
        query = query.where(col(Report.agency_id).in_(span.ids()))
        total = total.where(col(Report.agency_id).in_(span.ids()))
    return int(session.connection().execute(total).scalar_one()), _rows(session, query, limit, offset)


def _rows(session: Session, query: Any, limit: int, offset: int) -> list[Waiting]:
    return [Waiting(*row) for row in session.connection().execute(_sorted(query, limit, offset))]


def _sorted(query: Any, limit: Any, offset: Any) -> Any:
    return query.order_by(col(Report.due_at), col(Report.id)).limit(limit).offset(offset)
