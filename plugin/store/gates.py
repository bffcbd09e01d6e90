"""Nobody speaks faster than a platform allows, however many of us there are.

One row for each lane holds the pace (GCRA): a caller books the next free moment and waits for it outside.
"""

from __future__ import annotations

import time
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from plugin.store.store import Store
from plugin.store.tables import Gate

GATE = SQLModel.metadata.tables[str(Gate.__tablename__)]


async def reserve(store: Store, lane: str, *, per_second: float, burst: int = 1) -> float:
    """Book the lane's next free moment and say how many seconds away it is.

    In the long run `per_second` calls leave, at most `burst` of them at once, whoever books. A moment that is
    booked and not used is lost.
    """
    return await store.write(_book, lane, 1 / per_second, burst)


async def push_back(store: Store, lane: str, until: datetime) -> None:
    """Let nothing that is booked from now on leave before `until`: the platform said so (Retry-After)."""
    await store.write(_close, lane, until.timestamp())


def _book(session: Session, lane: str, step: float, burst: int) -> float:
    connection = session.connection()  # on SQLite the writer's lock is ours from here on
    asked = {"lane": lane, "step": step, "now": time.time()}
    row = connection.execute(_booking(connection.dialect.name), asked).one()
    # When it was booked for, less what a burst may take in advance; never before the lane opens.
    booked = row.free_at - burst * step
    return float(max(0.0, booked - row.now, row.closed_until - row.now))


@cache
def _booking(dialect: str) -> Any:
    """One statement, so that the row is locked only while it runs."""
    now = _now(dialect)
    step = sa.bindparam("step", type_=sa.Float)
    opens = _later(_later(GATE.c.free_at, GATE.c.closed_until), now)
    made = _insert(dialect).values(lane=sa.bindparam("lane"), free_at=now + step, closed_until=0.0)
    kept = made.on_conflict_do_update(index_elements=["lane"], set_={"free_at": opens + step})
    return kept.returning(GATE.c.free_at, GATE.c.closed_until, now.label("now"))


def _close(session: Session, lane: str, until: float) -> None:
    made = _insert(session.get_bind().dialect.name).values(lane=lane, free_at=0.0, closed_until=until)
    longer = _later(GATE.c.closed_until, made.excluded.closed_until)
    kept = made.on_conflict_do_update(index_elements=["lane"], set_={"closed_until": longer})
    session.connection().execute(kept)


def _now(dialect: str) -> sa.ColumnElement[float]:
    """The database's clock where several machines share one, else ours."""
    if dialect == "postgresql":
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float(53))
    return sa.bindparam("now", type_=sa.Float)


def _later(one: Any, other: Any) -> sa.ColumnElement[float]:
    return sa.case((one > other, one), else_=other)


def _insert(dialect: str) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(GATE)
