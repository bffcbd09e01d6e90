"""What the store promises, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session, SQLModel

from plugin.store.migrate import migrate
from plugin.store.search import OWN_TABLES
from plugin.store.store import LONG_LOG, Store, insert, sync_engine
from plugin.store.tables import Gate


def put(session: Session, lane: str, free_at: float = 0.0) -> None:
    session.add(Gate(lane=lane, free_at=free_at))


def count_up(session: Session, lane: str) -> None:
    row = session.exec(sa.select(Gate).where(sa.column("lane") == lane).with_for_update()).scalar_one()  # type: ignore[call-overload]
    row.free_at += 1


def value(session: Session, lane: str) -> float | None:
    row = session.get(Gate, lane)
    return row.free_at if row else None


async def test_what_is_written_can_be_read(store: Store) -> None:
    await store.write(put, "a", 3.0)

    assert await store.read(value, "a") == 3.0
    assert await store.survey(value, "a") == 3.0


async def test_a_failed_step_leaves_nothing(store: Store) -> None:
    def half(session: Session) -> None:
        put(session, "half")
        session.flush()
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await store.write(half)

    assert await store.read(value, "half") is None


async def test_what_is_stored_is_not_quoted_in_errors_and_logs(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await store.write(put, "0812-3456-7890")
    with pytest.raises(sa.exc.IntegrityError) as caught:
        await store.write(put, "0812-3456-7890")

    assert "0812" not in str(caught.value).partition("DETAIL")[0]
    assert "0812" not in caplog.text


async def test_many_writers_lose_nothing(store: Store) -> None:
    await store.write(put, "n")
    await asyncio.gather(*[store.write(count_up, "n") for _ in range(40)])

    assert await store.read(value, "n") == 40


async def test_two_that_wait_for_each_other_both_come_through(store: Store) -> None:
    await store.write(put, "a")
    await store.write(put, "b")
    # SQLite has one writer, so there they do not meet.
    meeting = threading.Barrier(1 if store.is_sqlite else 2)

    def both(session: Session, first: str, second: str) -> None:
        count_up(session, first)
        session.flush()
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(5)
        if not store.is_sqlite:
            meeting.abort()  # the second time nobody waits
        count_up(session, second)

    await asyncio.gather(store.write(both, "a", "b"), store.write(both, "b", "a"))

    assert [await store.read(value, lane) for lane in "ab"] == [2, 2]


async def test_two_processes_lose_nothing(store: Store, database_url: str) -> None:
    other = Store(database_url)
    await store.write(put, "n")
    await asyncio.gather(*[s.write(count_up, "n") for s in (store, other) * 20])
    await other.aclose()

    assert await store.read(value, "n") == 40


async def test_a_long_log_is_brought_home_while_the_store_is_open(tmp_path: Path) -> None:
    file = tmp_path / "app.db"
    migrate(f"sqlite:///{file}")
    store = Store(f"sqlite:///{file}")
    with contextlib.closing(sqlite3.connect(file)) as other:  # the last to close would bring it home anyway
        other.execute("SELECT count(*) FROM gate").fetchone()
        await store.write(put, "x" * 2 * LONG_LOG)
        await store.aclose()

        assert file.stat().st_size > 2 * LONG_LOG


async def test_inserting_again_can_do_nothing(store: Store) -> None:
    def twice(session: Session) -> int:
        statement = insert(session, Gate).values(lane="x", free_at=1).on_conflict_do_nothing()
        added = [session.connection().execute(statement.returning(Gate.lane)).all() for _ in range(2)]
        return sum(len(rows) for rows in added)

    assert await store.write(twice) == 1


def test_tables_and_migrations_agree(database_url: str) -> None:
    migrate(database_url)
    engine = sync_engine(sa.make_url(database_url))
    with engine.connect() as connection:
        found = compare_metadata(
            MigrationContext.configure(
                connection,
                opts={"include_name": lambda name, kind, _p: kind != "table" or name not in OWN_TABLES},
            ),
            SQLModel.metadata,
        )
    engine.dispose()

    assert [d for d in found if "report_fts" not in str(d)] == []
