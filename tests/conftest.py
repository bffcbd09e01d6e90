"""Two real databases for every test that stores something: SQLite always, PostgreSQL where a server answers.

`TEST_PG_URL` names the server (a database that may be connected to); without it the usual local one is tried.
"""

from __future__ import annotations

import contextlib
import gc
import os
import uuid
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any  # how an engine is made
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa

from plugin.store import store as stores
from plugin.store.migrate import migrate
from plugin.store.store import Store

PG_URL = os.environ.get("TEST_PG_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
KINDS = ("sqlite", "postgresql")
ON_BOTH = frozenset(
    {
        "test_arrivals",
        "test_calling_off",
        "test_chain",
        "test_gabung",
        "test_sending",
        "test_tanggapi",
        "test_tarik",
    }
)
"""Conversations in which people and processes meet over one row."""
EMPTY = """
DO $$ DECLARE it record; filled boolean; BEGIN
PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid();
DROP SCHEMA IF EXISTS dbos CASCADE;
SET LOCAL session_replication_role = replica;
FOR it IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
    AND c.relkind = 'r' AND c.relname <> 'alembic_version' LOOP
  EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || it.name || ')' INTO filled;
  IF filled THEN EXECUTE 'DELETE FROM ' || it.name; END IF;
END LOOP;
FOR it IN SELECT seqrelid::regclass AS name FROM pg_sequence LOOP
  EXECUTE 'ALTER SEQUENCE ' || it.name || ' RESTART';
END LOOP;
END $$
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Conversations take turns (see `_is_others_turn`). What may take long begins first, so that no worker is left
    alone with it at the end."""
    left = set() if "TEST_BOTH" in os.environ else {item for item in items if _is_others_turn(item)}
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def _is_others_turn(item: pytest.Item) -> bool:
    """Whether it is a conversation that is held on the other database this time, and every time.

    What is stored, sent, joined and taken in is tried on both. What a command says of it is the same on both: each
    conversation is held on one of them, and with `TEST_BOTH=1` on both.
    """
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("database_url") if callspec is not None else None
    if kind not in KINDS or item.path.parent.name != "commands" or item.path.stem in ON_BOTH:
        return False
    turn = zlib.crc32(item.nodeid.replace(kind, "").encode()) % len(KINDS)
    return _server_answers() and KINDS[turn] != kind


@cache
def _server_answers() -> bool:
    try:
        with _admin().connect():
            return True
    except sa.exc.OperationalError:
        return False


def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: the collector need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _admin() -> sa.Engine:
    url = sa.make_url(PG_URL)
    return sa.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 3}
    )


@contextlib.contextmanager
def pg_database(name: str) -> Iterator[sa.URL]:
    """An empty PostgreSQL database of that name, for as long as it is needed."""
    try:
        with _admin().connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        pytest.skip("no PostgreSQL server: set TEST_PG_URL or start one on 127.0.0.1:5432")
    yield sa.make_url(PG_URL).set(database=name)
    with _admin().connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def pg_migrated() -> Iterator[sa.URL]:
    """A migrated PostgreSQL database, emptied after each test: to drop one and make another takes a checkpoint."""
    with pg_database(f"tanggap_test_{os.getpid()}") as url:
        migrate(url)
        with _admin().connect() as connection:
            connection.execute(sa.text(f"ALTER DATABASE {url.database} SET synchronous_commit = off"))
        yield url


def _empty(url: sa.URL) -> None:
    """As it was after the migrations, whatever a test or a process that it killed has left."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(EMPTY)


@pytest.fixture(params=KINDS)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.URL]:
    """The URL of a database in which there is nothing at all, not even tables."""
    if request.param == "sqlite":
        yield sa.make_url(f"sqlite:///{tmp_path / 'fresh.db'}")
        return
    with pg_database(f"tanggap_fresh_{uuid.uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "app.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty, migrated database that is this test's alone; the same one for the next test."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = template.with_name("test.db")
        for old in template.parent.glob(f"{path.name}*"):
            old.unlink()
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    url: sa.URL = request.getfixturevalue("pg_migrated")
    yield url.render_as_string(hide_password=False)
    _empty(url)


@pytest.fixture(scope="session", autouse=True)
def engines_that_remember() -> Iterator[None]:
    """An engine whose store was closed serves the next store of the same database.

    SQLAlchemy keeps the SQL it has made of a statement with the engine: so it makes it once, and not for each test.
    """
    idle: dict[tuple[Any, ...], list[sa.Engine]] = {}
    made: WeakKeyDictionary[sa.Engine, tuple[Any, ...]] = WeakKeyDictionary()

    def kept(make: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
        def taken(url: sa.URL, **how: Any) -> sa.Engine:
            key = (make, url, *how.values())
            engine = idle[key].pop() if idle.get(key) else make(url, **how)
            made[engine] = key
            return engine

        return taken

    async def aclose(store: Store) -> None:
        await closed(store)
        for engine in {store._engine, store._surveyed, *([store._near._engine] if store._near else [])}:
            if key := made.pop(engine, None):
                idle.setdefault(key, []).append(engine)

    closed = Store.aclose
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_writer", "_reader"):
            patch.setattr(f"plugin.store.store.{name}", kept(getattr(stores, name)))
        patch.setattr(Store, "aclose", aclose)
        yield


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store over this test's database; the test runs once on each kind."""
    made = Store(database_url)
    yield made
    await made.aclose()


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> MovableClock:
    """Tuesday 18 August 2026, 10.00 WIB, until moved."""
    return MovableClock(datetime(2026, 8, 18, 3, 0, tzinfo=UTC))
