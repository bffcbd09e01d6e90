"""Nobody speaks faster than a platform allows, however many of us there are, and what matters most goes first.

One row for each lane holds the pace (GCRA). A reply books the lane's next free moment and waits for it outside.
Whoever may wait longer books nothing ahead: an alert passes only when a moment is free now and one more would be
left for a reply, an audit when two would; until then they ask again. So a reply never stands behind them.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from enum import IntEnum
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.errors import TryLater
from plugin.store.store import Store, insert_for
from plugin.store.tables import Gate

GATE = SQLModel.metadata.tables[str(Gate.__tablename__)]
FOREVER = 1e9
LONGEST_QUEUE, MOST_AHEAD = 3600.0, 100
"""A lane that is booked further ahead than so many seconds, its burst and so many turns was booked by a clock that
has been set back since: it is free."""
LONGEST_NAP = 30.0
"""Seconds after which a waiting one looks again in any case: the lane may have been closed or opened meanwhile."""


class Rank(IntEnum):
    """What goes first on a lane: an answer to a person, then what somebody must hear, then what only looks after."""

    REPLY = 0
    ALERT = 1
    AUDIT = 2


class Gates:
    """The lanes of everybody who shares a database, as one process asks for its turns."""

    def __init__(self, store: Store, nap: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._store = store
        self._nap = nap
        self._queues: WeakValueDictionary[tuple[str, Rank], asyncio.Lock] = WeakValueDictionary()

    async def turn(
        self,
        lane: str,
        *,
        per_second: float,
        burst: int = 1,
        rank: Rank = Rank.REPLY,
        patience: float = FOREVER,
    ) -> None:
        """Wait for a turn; raises TryLater, with nothing booked, when it would be longer than `patience`."""
        queue = self._queues.setdefault((lane, rank), asyncio.Lock())
        waited = 0.0
        async with queue if rank else contextlib.nullcontext():
            while True:
                left = patience - waited
                booked, wait = await self._store.write(_take, lane, 1 / per_second, burst, rank, left)
                if booked:
                    return await self._wait_out(lane, wait, left)
                if wait > left:
                    raise TryLater(wait, "pace")
                nap = min(wait, LONGEST_NAP)
                await self._nap(nap)
                waited += nap

    async def pass_by(
        self, lane: str, *, per_second: float, burst: int = 1, patience: float = FOREVER
    ) -> None:
        """Go now, and let everybody else make room for it; only a lane that the platform closed is waited for."""
        _, closed = await self._store.write(_book, lane, 1 / per_second, burst)
        if closed > 0:
            await self._until_open(lane, patience)

    async def close(self, lane: str, seconds: float) -> None:
        """The platform said so (Retry-After): nothing leaves on the lane for so long."""
        await push_back(self._store, lane, seconds)

    async def _wait_out(self, lane: str, wait: float, patience: float) -> None:
        if wait > 0:
            await self._nap(wait)
            await self._until_open(lane, patience - wait)  # somebody may have been told to wait meanwhile

    async def _until_open(self, lane: str, patience: float) -> None:
        while (wait := await self._store.read(_closed_for, lane)) > 0:
            if wait > patience:
                raise TryLater(wait, "closed")
            await self._nap(min(wait, LONGEST_NAP))
            patience -= wait


async def reserve(store: Store, lane: str, *, per_second: float, burst: int = 1) -> float:
    """Book the lane's next free moment and say how many seconds away it is.

    In the long run `per_second` calls leave, at most `burst` of them at once, whoever books. A moment that is
    booked and not used is lost.
    """
    wait, _ = await store.write(_book, lane, 1 / per_second, burst)
    return wait


async def push_back(store: Store, lane: str, seconds: float) -> None:
    """Let nothing on the lane leave for so many seconds: the platform said so (Retry-After)."""
    await store.write(_close, lane, seconds)


def _book(session: Session, lane: str, step: float, burst: int) -> tuple[float, float]:
    """(the seconds until the booked moment, those until the lane opens)."""
    connection = session.connection()  # on SQLite the writer's lock is ours from here on
    asked = {"lane": lane, "step": step, "burst": burst, "now": time.time()}
    row = connection.execute(_booking(connection.dialect.name), asked).one()
    return _until(row, step, burst), float(row.closed_until - row.now)


def _take(
    session: Session, lane: str, step: float, burst: int, rank: Rank, patience: float
) -> tuple[bool, float]:
    """(whether a moment was booked, the seconds until it, or until it is worth asking again)."""
    connection = session.connection()
    asked = {
        "lane": lane, "step": step, "burst": burst, "now": time.time(),
        "patience": patience if rank is Rank.REPLY else 0.0,
        "ahead": (burst - rank - 1) * step,
    }  # fmt: skip
    row = connection.execute(_taking(connection.dialect.name), asked).one_or_none()
    if row is not None:
        return True, _until(row, step, burst)
    now = _now(connection.dialect.name).label("now")
    there = sa.select(GATE.c.free_at, GATE.c.closed_until, now).where(GATE.c.lane == sa.bindparam("lane"))
    kept = connection.execute(there, {"lane": lane, "now": asked["now"]}).one()
    free = kept.free_at - asked["ahead"]
    return False, max(float(max(free, kept.closed_until) - kept.now), step / 100)


def _until(row: Any, step: float, burst: int) -> float:
    # When it was booked for, less what a burst may take in advance; never before the lane opens.
    booked = row.free_at - burst * step
    return float(max(0.0, booked - row.now, row.closed_until - row.now))


def _closed_for(session: Session, lane: str) -> float:
    connection = session.connection()
    there = sa.select(GATE.c.closed_until - _now(connection.dialect.name)).where(GATE.c.lane == lane)
    return float(connection.execute(there, {"now": time.time()}).scalar() or 0.0)


@cache
def _booking(dialect: str) -> Any:
    """One statement, so that the row is locked only while it runs."""
    kept, now = _kept(dialect)
    return kept().returning(GATE.c.free_at, GATE.c.closed_until, now.label("now"))


@cache
def _taking(dialect: str) -> Any:
    """The same, if the moment is near enough; else nothing is changed and nothing comes back."""
    kept, now = _kept(dialect)
    soon = now + sa.bindparam("patience", type_=sa.Float)
    free = _booked(now) - sa.bindparam("ahead", type_=sa.Float)
    near = (free <= soon) & (GATE.c.closed_until <= soon)
    return kept(where=near).returning(GATE.c.free_at, GATE.c.closed_until, now.label("now"))


def _kept(dialect: str) -> tuple[Callable[..., Any], sa.ColumnElement[float]]:
    now = _now(dialect)
    step = sa.bindparam("step", type_=sa.Float)
    opens = _later(_later(_booked(now), GATE.c.closed_until), now)
    made = insert_for(dialect, GATE).values(lane=sa.bindparam("lane"), free_at=now + step, closed_until=0.0)

    def on_conflict(where: Any = None) -> Any:
        return made.on_conflict_do_update(
            index_elements=["lane"], set_={"free_at": opens + step}, where=where
        )

    return on_conflict, now


def _booked(now: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
    """Until when a lane is booked, if that can be."""
    turns = sa.bindparam("burst", type_=sa.Float) + MOST_AHEAD
    farthest = now + LONGEST_QUEUE + turns * sa.bindparam("step", type_=sa.Float)
    return sa.case((GATE.c.free_at > farthest, now), else_=GATE.c.free_at)


def _close(session: Session, lane: str, seconds: float) -> None:
    connection = session.connection()
    until = _now(connection.dialect.name) + sa.bindparam("seconds", type_=sa.Float)
    made = insert_for(connection.dialect.name, GATE).values(lane=lane, free_at=0.0, closed_until=until)
    longer = _later(GATE.c.closed_until, made.excluded.closed_until)
    kept = made.on_conflict_do_update(index_elements=["lane"], set_={"closed_until": longer})
    connection.execute(kept, {"seconds": seconds, "now": time.time()})


def _now(dialect: str) -> sa.ColumnElement[float]:
    """The database's clock where several machines share one, else ours."""
    if dialect == "postgresql":
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float(53))
    return sa.bindparam("now", type_=sa.Float)


def _later(one: Any, other: Any) -> sa.ColumnElement[float]:
    return sa.case((one > other, one), else_=other)
