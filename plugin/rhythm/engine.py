"""The engine that remembers who is at work on what: DBOS, and all that we know of it.

This is the only module that imports `dbos`. What it must do for us stands in `Engine`; another engine could
take its place. Its instance and its registry are one per process: `start` fills them, `stop` empties them.

What bites (3.4): SQLite is not set to WAL by it. Work of another application version is never touched, so the
version is pinned for good. The default serializer executes what it reads. It makes its own threads the loop's
default ones. It starts nothing from within its own context, so calls are made outside of it (`_apart`).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput, SetWorkflowID, WorkflowStatus

from plugin.errors import OperatorError

log = logging.getLogger(__name__)

T = TypeVar("T")

Work = Callable[[str, str, int], Awaitable[None]]
"""(run, job, row id): works on the row. Cancelled, it counts as not done."""

Watch = Callable[[str, str], Awaitable[None]]
"""(run, tick): does what is due at a tick."""

LIVE = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
QUEUE = "work"
LATE = timedelta(minutes=5)
"""A tick's moment that is longer past is let go: after a sleep the engine brings up every single one."""


@dataclass(frozen=True, slots=True)
class Run:
    """One time that somebody was to work on something. `node` is who took it, "" while nobody has."""

    id: str
    node: str
    live: bool
    changed_at: datetime


class Engine:
    """Runs and ticks, kept beside the application's own tables in a database that may be lost."""

    def __init__(self, url: sa.URL, *, node: str, at_once: int, poll: float) -> None:
        self._url = engine_url(url)
        self._node = node
        self._at_once = at_once
        self._poll = poll
        self._work: Callable[[str, int], Coroutine[Any, Any, None]] | None = None
        self._tick: Callable[[datetime, Any], Coroutine[Any, Any, None]] | None = None

    async def start(self, work: Work, watch: Watch, crons: Mapping[str, str]) -> None:
        """Begin inside the running loop: everything runs on it. What this node had begun goes on."""
        if self._url.get_backend_name() == "sqlite":
            _use_wal(str(self._url.database))
        quiet = logging.getLogger("dbos")
        if not quiet.handlers:  # or it prints to the terminal by itself
            quiet.addHandler(logging.NullHandler())
        DBOS(config=self._config())
        self._work = _work(work)
        tick = _tick(watch)
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._at_once,
            polling_interval_sec=self._poll,
            on_conflict="always_update",
        )
        self._tick = tick
        await self.schedule(crons)

    async def schedule(self, crons: Mapping[str, str], since: str = "") -> None:
        """Tick by these from now on, in place of what was before. Another `since` begins anew by the clock as it is
        now: the engine counts on from the moment before, so that a clock that is set back would stop it until then.
        """
        assert self._tick is not None
        names = {f"{name}@{since}" if since else name: name for name in crons}
        for old in await _apart(DBOS.list_schedules_async()):
            if old["schedule_name"] not in names:
                await _apart(DBOS.delete_schedule_async(old["schedule_name"]))
        made: list[ScheduleInput] = [
            {"schedule_name": full, "workflow_fn": self._tick, "schedule": crons[name], "context": name}
            for full, name in names.items()
        ]
        await _apart(DBOS.apply_schedules_async(made))

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="tanggap",
            system_database_url=self._url.render_as_string(hide_password=False),
            dbos_system_schema="dbos",
            executor_id=self._node,
            application_version="1",
            serializer=DBOSPortableJSONSerializer(),
            max_executor_threads=16,
            sys_db_pool_size=8,
            log_level="ERROR",
        )

    async def stop(self) -> None:
        """Let go of everything. Whoever is at work should have ended before."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as aside:  # on the loop's own threads it would wait for itself
            await loop.run_in_executor(aside, lambda: DBOS.destroy(destroy_registry=True))
        loop.set_default_executor(ThreadPoolExecutor())  # asyncio.to_thread needs some that still live

    async def begin(self, job: str, row_id: int, generation: int, *, here: bool) -> None:
        """Begin a run: `here`, in some milliseconds, or in the queue, for any node that has room.

        A run that exists already is left as it is.
        """
        await _apart(self._begin(job, row_id, generation, here))

    async def _begin(self, job: str, row_id: int, generation: int, here: bool) -> None:
        assert self._work is not None
        with SetWorkflowID(f"{job}:{row_id}:{generation}"):
            if here:
                await DBOS.start_workflow_async(self._work, job, row_id)
            else:
                await DBOS.enqueue_workflow_async(QUEUE, self._work, job, row_id)

    async def newest(self, job: str, row_id: int) -> tuple[int, bool]:
        """The last generation of runs for a row (0: none that is known), and whether any is live."""
        rows = await self._list(workflow_id_prefix=f"{job}:{row_id}:", limit=20, sort_desc=True)
        generations = [int(run.id.rpartition(":")[2]) for run in rows]
        return max(generations, default=0), any(run.live for run in rows)

    async def taken(self) -> list[Run]:
        """The runs that some node has taken and not ended."""
        return await self._list(status="PENDING")

    async def hand_over(self, runs: Iterable[Run]) -> None:
        """Put runs back into the queue."""
        ids = [run.id for run in runs]
        if ids:
            await _apart(DBOS.resume_workflows_async(ids, queue_name=QUEUE))

    async def forget(self, before: datetime) -> None:
        """Remove what ended before."""
        rows = await self._list(status=ENDED, completed_before=before.isoformat(), limit=1000)
        if rows:
            await _apart(DBOS.delete_workflows_async([run.id for run in rows]))

    async def _list(self, **which: Any) -> list[Run]:  # Any: passed through to the engine's own signature
        rows = await _apart(DBOS.list_workflows_async(load_input=False, load_output=False, **which))
        return [_run(row) for row in rows]


def engine_url(url: sa.URL) -> sa.URL:
    """Where the engine keeps its own: a file beside the SQLite file, a schema in the same PostgreSQL."""
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite", database=f"{url.database}.engine", query={})
    return url.set(drivername="postgresql")


def _use_wal(path: str) -> None:
    """Open its file; what a full disk or a power failure left of one is made anew, for nothing of ours is in it.

    Raises OperatorError where there cannot be one.
    """
    try:
        sound = _opens(path)
    except sqlite3.OperationalError as error:
        raise OperatorError("database", why=f"{path}: {error}") from None
    if not sound:
        log.warning("%s was damaged and is made anew", path)
        for end in ("", "-wal", "-shm"):
            Path(path + end).unlink(missing_ok=True)
        _opens(path)


def _opens(path: str) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=WAL")  # stays with the file
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return False


def _work(work: Work) -> Callable[[str, int], Coroutine[Any, Any, None]]:
    @DBOS.workflow(name="work")
    async def on_row(job: str, row_id: int) -> None:
        await work(DBOS.workflow_id or "", job, row_id)

    return on_row


def _tick(watch: Watch) -> Callable[[datetime, Any], Coroutine[Any, Any, None]]:
    @DBOS.workflow(name="tick")
    async def on_tick(at: datetime, name: Any) -> None:  # Any: what the engine's schedules carry
        if datetime.now(UTC) - at < LATE:
            await watch(DBOS.workflow_id or "", str(name))

    return on_tick


def _run(row: WorkflowStatus) -> Run:
    changed = timedelta(milliseconds=row.updated_at or row.created_at or 0)
    return Run(
        row.workflow_id, row.executor_id or "", row.status in LIVE, datetime.fromtimestamp(0, UTC) + changed
    )


async def _apart(call: Coroutine[Any, Any, T]) -> T:
    """Make a call outside the run that we may be inside of: the engine would make it a part of that run."""
    return await asyncio.create_task(call, context=Context())
