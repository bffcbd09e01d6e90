"""A database that has been in use is brought to today's shape, and nothing that stood in it is lost."""

from __future__ import annotations

import itertools
import shutil
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from plugin.store.migrate import config, migrate, newest
from plugin.store.store import sync_engine

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A SQLite file of each shape that there was, made step by step."""
    made, path = {}, tmp_path_factory.mktemp("shapes") / "app.db"
    for revision in REVISIONS[:-1]:
        _upgrade(sa.make_url(f"sqlite:///{path}"), revision)
        made[revision] = path.with_name(f"{revision}.db")
        shutil.copyfile(path, made[revision])
    return made


def _upgrade(url: sa.URL, revision: str) -> None:
    engine = sync_engine(url)
    with engine.connect() as connection:
        command.upgrade(config(connection), revision)
        connection.commit()
    engine.dispose()


@pytest.fixture
def shape(revision: str, fresh_url: sa.URL, request: pytest.FixtureRequest) -> sa.URL:
    """An empty database as it was at that revision."""
    if fresh_url.get_backend_name() == "sqlite":
        shutil.copyfile(request.getfixturevalue("files")[revision], str(fresh_url.database))
    else:
        _upgrade(fresh_url, revision)
    return fresh_url


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_stood_in_it_stays(shape: sa.URL) -> None:
    empty = sync_engine(shape)
    with empty.begin() as connection:
        filled = fill(connection)
    migrate(empty.url)

    with empty.connect() as connection:
        left = {name for name in filled if connection.exec_driver_sql(f'SELECT 1 FROM "{name}"').first()}
        assert left == filled
        if empty.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    empty.dispose()


def test_the_newest_migration_is_known_by_its_name() -> None:
    assert newest() == REVISIONS[-1]


def fill(connection: sa.Connection) -> set[str]:
    """A row in each table, referring to a row wherever it can; the names of the tables."""
    metadata = sa.MetaData()
    with warnings.catch_warnings(action="ignore"):  # tables that refer to each other, types without a name
        metadata.reflect(connection, resolve_fks=False)
        tables = [t for t in metadata.sorted_tables if "fts" not in t.name and t.name != "alembic_version"]
    known: dict[str, Any] = {}
    for table in tables:
        row = {c.name: value for c in table.columns if (value := _value(c, known)) is not None}
        connection.execute(table.insert().values(row))
        [first, *_] = table.primary_key.columns
        known[f"{table.name}.{first.name}"] = row[first.name]
    return {t.name for t in tables}


SAMPLES: Mapping[type[Any], Any] = {
    sa.Boolean: False,
    sa.DateTime: datetime(2026, 8, 18, 3, tzinfo=UTC),
    sa.Date: date(2026, 8, 18),
    sa.Time: time(7, 0),
    sa.JSON: {},
    sa.LargeBinary: b"x",
}


def _value(column: sa.Column[Any], known: dict[str, Any]) -> Any:
    """Something that this column can hold."""
    for key in column.foreign_keys:
        return known.get(key.target_fullname)
    for kind, sample in SAMPLES.items():
        if isinstance(column.type, kind):
            return sample
    number = next(_numbers)
    return str(number)[-(column.type.length or 9) :] if isinstance(column.type, sa.String) else number
