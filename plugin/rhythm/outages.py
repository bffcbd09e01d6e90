"""When we did not hear the public: the gaps of all accounts, those that overlap as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.lists.queue import Span
from plugin.store.tables import Account, Gap


@dataclass(frozen=True, slots=True)
class Missed:
    """A time in which we did not hear the public. `closed_at` is None until all of it was caught up with."""

    began_at: datetime
    ended_at: datetime
    closed_at: datetime | None
    lost: bool


def missed(session: Session, span: Span, since: datetime) -> tuple[Missed, ...]:
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
