"""A report's dispositions: who handed it to whom, or gave it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.store.tables import Disposition


def chain(session: Session, number: int) -> Sequence[Disposition]:
    """All of a report's, the first one first."""
    query = select(Disposition).where(Disposition.report_id == number)
    return session.exec(query.order_by(col(Disposition.id))).all()


def newest(session: Session, number: int) -> Disposition | None:
    """The last one, if the report was ever handed on."""
    query = select(Disposition).where(Disposition.report_id == number)
    return session.exec(query.order_by(col(Disposition.id).desc()).limit(1)).first()


def chains(session: Session, numbers: Any) -> Mapping[int, list[Disposition]]:
    """Those of many reports, by the moment they were given: who held a report when. `numbers` may be a query."""
    found: dict[int, list[Disposition]] = defaultdict(list)
    query = select(Disposition).where(col(Disposition.report_id).in_(numbers))
    for one in session.exec(query.order_by(col(Disposition.given_at), col(Disposition.id))):
        found[one.report_id].append(one)
    return found


def go_along(session: Session, number: int, other: int) -> None:
    """What was ordered about the one report is ordered about the other from now on: it takes its place."""
    mine = sa.update(Disposition).where(col(Disposition.report_id) == number)
    session.connection().execute(mine.values(report_id=other))
