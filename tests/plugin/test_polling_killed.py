"""Killed at any moment, started again: nothing is lost and nothing is there twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from plugin.desk.measures import counts
from plugin.store.store import Store
from plugin.store.tables import Followup, Photo, PollCursor, Report
from tests.plugin.intake_world import NOW, found, rows, waiting
from tests.plugin.polling_victim import POSTS, said

ROOT = Path(__file__).parents[2]
DEATHS = (36, 54, 45)  # after how many statements: between pages, in the middle of one, before its commit


async def life(url: str, number: int, statements: int) -> int:
    """Start the victim two minutes after its last life, so that its lease has lapsed; its exit code."""
    start = NOW + number * timedelta(minutes=2)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.plugin.polling_victim", url, start.isoformat(), str(statements), cwd=ROOT
    )
    return await process.wait()


async def test_nothing_is_lost_or_doubled(store: Store, database_url: str) -> None:
    def only_one(session: Session) -> None:
        found(session)
        session.connection().execute(sa.text("UPDATE account SET mode = 'off' WHERE id <> 1"))

    await store.write(only_one)
    progress = []
    for number, statements in enumerate(DEATHS):
        assert await life(database_url, number, statements) == -signal.SIGKILL
        [cursor] = await rows(store, PollCursor)
        progress.append(int(cursor.cursor or 0))
        stored = {int(r.post_id) for table in (Report, Followup) for r in await rows(store, table)}
        assert stored == set(range(progress[-1]))  # a page and its cursor are there together or not at all
    assert await life(database_url, len(DEATHS), 0) == 0
    kept = await waiting(store)
    await store.write(counts.recount)

    assert 0 < progress[0] < progress[-1] < POSTS
    assert progress == sorted(progress)
    assert [r.post_id for r in await rows(store, Report)] == [str(n) for n in range(0, POSTS, 3)]
    assert [f.post_id for f in await rows(store, Followup)] == [str(n) for n in range(POSTS) if n % 3]
    assert len(await rows(store, Photo)) == sum(len(p.photos) for p in said())
    assert kept == await waiting(store) == {1: POSTS // 3}
