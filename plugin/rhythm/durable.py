"""Work that survives a crash: each piece is a row of ours, and somebody works on it until it is done.

Our own tables are the truth. The engine only remembers who is at work on which row, and its database may be
deleted at any time: a sweep asks every minute "what is due and not done?" and begins it again. So every
handler must bear being run again at any moment, even while an older run of it has not quite ended.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from plugin.errands import Errands, end
from plugin.errors import OperatorError, place_of
from plugin.rhythm.engine import Engine, Run
from plugin.rhythm.nodes import alive, beat, leave
from plugin.store.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

Job = Callable[[int], Awaitable[float | None]]
"""Works on the row with this id. Returns None when it is done, or the seconds until it wants to go on."""

Tick = Callable[[], Coroutine[Any, Any, None]]
"""Does whatever is due now."""

Due = Callable[[], Awaitable[Iterable[tuple[str, int]]]]
"""Tells what is due and not done: (job, row id)."""

SWEEP = "sweep"
SET = 30.0
"""A clock that goes so many seconds wrong from one beat to the next was set, or the machine has slept."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the house looks after itself. `sweep` is cron in UTC (six fields: the first is seconds)."""

    sweep: str = "* * * * *"
    beat: float = 5.0
    silence: timedelta = timedelta(seconds=20)  # a node not heard for so long is taken for dead
    keep: timedelta = timedelta(minutes=30)  # how long the engine remembers what has ended
    at_once: int = 16  # rows that one node works on at the same time
    poll: float = 0.25


class Durable:
    """The runner of durable work in one process.

    `node` names this process among all that share the database: stable over restarts, and its own. What a
    node was at when it died goes on when a node of that name starts again, and, where several nodes share one
    database, on another one as soon as it was silent for a while.
    """

    _running: ClassVar[Durable | None] = None  # the engine is one per process

    def __init__(
        self, store: Store, *, node: str, pace: Pace | None = None, wall: Callable[[], float] = time.time
    ) -> None:
        if not 1 <= len(node) <= 80 or node == "local":
            raise OperatorError("node")
        self.node = node
        self._store = store
        self._pace = pace or Pace()
        self._engine = Engine(store.url, node=node, at_once=self._pace.at_once, poll=self._pace.poll)
        self._room = asyncio.Semaphore(self._pace.at_once)
        self._jobs: dict[str, Job] = {}
        self._ticks: dict[str, tuple[str, Tick]] = {}
        self._first: list[Tick] = []
        self._dues: list[Due] = []
        self._runs: dict[str, asyncio.Task[Any]] = {}
        self._errands = Errands()
        self._timers: dict[tuple[str, int], asyncio.TimerHandle] = {}
        self._pulse: asyncio.Task[None] | None = None
        self._stopping = False
        self._wall = wall

    def job(self, name: str, handler: Job) -> None:
        """Name the handler of one kind of row, before the start. `name`: a word that never changes."""
        if ":" in name or name in self._jobs:
            raise ValueError(f"no good name for a job: {name}")
        self._jobs[name] = handler

    def tick(self, name: str, handler: Tick, cron: str = "* * * * *", *, at_start: bool = False) -> None:
        """Call `handler` at each moment of `cron` (UTC), once in all processes together.

        Moments that passed while nobody ran are not made up for: a handler asks the tables what is due.
        `at_start`: each process also calls it when it begins, since something may be late by then.
        """
        if name == SWEEP or name in self._ticks:
            raise ValueError(f"no good name for a tick: {name}")
        self._ticks[name] = (cron, handler)
        if at_start:
            self._first.append(handler)

    def sweep(self, due: Due) -> None:
        """Ask `due` at the start and every minute, and begin what nobody is at."""
        self._dues.append(due)

    async def start(self) -> None:
        """Begin, or go on. Call it inside the running loop, when all that the handlers need is ready."""
        if Durable._running is not None:
            raise RuntimeError("another Durable runs in this process")
        Durable._running = self
        try:
            await self._store.write(beat, self.node)
            await self._engine.start(self._work, self._watch, self._crons())
        except BaseException:
            await self._engine.stop()
            Durable._running = None
            raise
        self._pulse = asyncio.create_task(self._beat())
        self._errand(self._sweep())
        for handler in self._first:
            self._errand(handler())

    def _crons(self) -> dict[str, str]:
        return {SWEEP: self._pace.sweep} | {name: cron for name, (cron, _) in self._ticks.items()}

    async def stop(self, grace: float = 10.0) -> None:
        """End: whoever is at work may finish within `grace` seconds, the rest is cut off and stays due.

        It goes on at the next start, or on another node. Safe to call twice.
        """
        if Durable._running is not self:
            return
        self._stopping = True
        for timer in self._timers.values():
            timer.cancel()
        if self._pulse is not None:
            self._pulse.cancel()
        await asyncio.gather(end(self._runs.values(), grace), self._errands.stop(grace))
        await self._engine.stop()
        await self._store.write(leave, self.node)
        Durable._running = None

    async def put(self, name: str, row_id: int) -> None:
        """Have a row worked on, at once. While somebody is at it, or about to be, this does nothing."""
        if name not in self._jobs:
            raise ValueError(f"no such job: {name}")
        await self._put(name, row_id, here=len(self._runs) < self._pace.at_once)

    async def _put(self, name: str, row_id: int, *, here: bool) -> None:
        if self._stopping:
            return  # it is due in our tables, and will be found
        self._stop_timer(name, row_id)
        generation, live = await self._engine.newest(name, row_id)
        if not live:
            # Two who ask at one moment choose the same generation, and the engine takes one of them.
            await self._engine.begin(name, row_id, generation + 1, here=here)

    async def _work(self, run: str, name: str, row_id: int) -> None:
        task = self._sign_in(run)
        async with self._room:
            if name not in self._jobs:
                log.error("a job that nobody knows any more: %s", name)
                return
            again = await guarded(f"{name} {row_id}", self._jobs[name](row_id))
        if again is not None:  # once this run has ended: until then it counts as being at it
            task.add_done_callback(lambda _: self._ask_again(name, row_id, again))

    async def _watch(self, run: str, name: str) -> None:
        self._sign_in(run)
        if name == SWEEP:
            await guarded(name, self._sweep())
        elif name in self._ticks:
            await guarded(name, self._ticks[name][1]())

    def _sign_in(self, run: str) -> asyncio.Task[Any]:
        """Note that this process is at a run, until its task has ended: the engine writes at the very end."""
        if self._stopping:
            raise asyncio.CancelledError  # so that it stays to be done
        task = asyncio.current_task()
        assert task is not None
        self._runs[run] = task
        task.add_done_callback(lambda _: self._runs.pop(run, None))
        return task

    def _ask_again(self, name: str, row_id: int, seconds: float) -> None:
        # Kept in memory alone: if this process ends before, the sweep finds the row due.
        if self._stopping:
            return
        self._stop_timer(name, row_id)
        self._timers[name, row_id] = asyncio.get_running_loop().call_later(
            max(0.0, seconds), lambda: self._errand(self._put(name, row_id, here=True))
        )

    def _stop_timer(self, name: str, row_id: int) -> None:
        timer = self._timers.pop((name, row_id), None)
        if timer is not None:
            timer.cancel()

    def _errand(self, doing: Coroutine[Any, Any, Any]) -> None:
        self._errands.start(guarded("errand", doing))

    async def _sweep(self) -> None:
        await self._engine.hand_over(await self._left())
        for due in self._dues:
            for name, row_id in await due():
                await self._put(name, row_id, here=False)
        await self._engine.forget(datetime.now(UTC) - self._pace.keep)

    async def _left(self) -> list[Run]:
        """What dead nodes were at; and what this one should be at but has lost track of."""
        living = await self._store.read(alive, self._pace.silence)
        old = datetime.now(UTC) - self._pace.silence
        return [
            run
            for run in await self._engine.taken()
            if (run.node not in living and run.node != self.node)
            or (run.node == self.node and run.id not in self._runs and run.changed_at < old)
        ]

    async def _beat(self) -> None:
        heard = True
        ahead = self._ahead()
        while True:
            await asyncio.sleep(self._pace.beat)
            ahead, before = self._ahead(), ahead
            if abs(ahead - before) > SET:
                log.warning(
                    "the clock was set by %+.0f seconds: the minutes are counted anew", ahead - before
                )
                self._errand(self._engine.schedule(self._crons(), f"{self._wall():.0f}"))
            try:
                await self._store.write(beat, self.node)
                heard = True
            except SQLAlchemyError as error:
                if heard:
                    log.error("cannot say that this node is alive: %s", type(error).__name__)
                heard = False

    def _ahead(self) -> float:
        """How far the wall's clock is ahead of the one that nobody sets."""
        return self._wall() - time.monotonic()


async def guarded(what: str, doing: Awaitable[T]) -> T | None:
    """The door of background work: what rises is logged once, by kind and place, never by its words.

    The row stays due, so the sweep asks for it again.
    """
    try:
        return await doing
    except Exception as error:
        log.error("%s failed: %s", what, place_of(error))
        return None
