"""Two real databases for every test that stores something: SQLite always, PostgreSQL where a server answers.

`TEST_PG_URL` names the server (a database that may be connected to); without it the usual local one is tried.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.store.migrate import migrate
from plugin.store.store import Store

PG_URL = os.environ.get("TEST_PG_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
TEMPLATE = f"tanggap_template_{os.getpid()}"


def _admin() -> sa.Engine:
    url = sa.make_url(PG_URL)
    return sa.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 3}
    )


@pytest.fixture(scope="session")
def pg_template() -> Iterator[str]:
    """A migrated PostgreSQL database, to be copied for each test."""
    try:
        with _admin().connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {TEMPLATE}"))
            connection.execute(sa.text(f"CREATE DATABASE {TEMPLATE}"))
    except sa.exc.OperationalError:
        pytest.skip("no PostgreSQL server: set TEST_PG_URL or start one on 127.0.0.1:5432")
    migrate(sa.make_url(PG_URL).set(database=TEMPLATE))
    yield TEMPLATE
    with _admin().connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "app.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database of this test's own."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "app.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    pg_template: str = request.getfixturevalue("pg_template")
    name = f"tanggap_test_{uuid.uuid4().hex[:12]}"
    with _admin().connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {pg_template}"))
    yield sa.make_url(PG_URL).set(database=name).render_as_string(hide_password=False)
    with _admin().connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


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
