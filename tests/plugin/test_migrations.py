"""A database that has been in use is brought to today's shape, and nothing that stood in it is lost."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from plugin.store.migrate import config, migrate, newest
from plugin.store.store import sync_engine

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
_numbers = itertools.count(1)


@pytest.mark.timeout(300)
def test_what_stood_in_it_stays(fresh_url: sa.URL) -> None:
    """Something is put into each table of each shape that there was, and goes through all that came after it.

    All of it in one transaction, as at a start after years: what one migration leaves behind must not stop the next.
    """
    engine = sync_engine(fresh_url, foreign_keys=False)
    with engine.connect() as connection:
        stood: dict[str, int] = {}
        for revision in REVISIONS:
            command.upgrade(config(connection), revision)
            assert lost(connection, stood) == {}, revision
            stood = counted(connection, fill(connection))
        assert dangling(connection) == []
    engine.dispose()


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
def test_a_start_brings_it_to_todays_shape(revision: str, fresh_url: sa.URL) -> None:
    engine = sync_engine(fresh_url)
    with engine.connect() as connection:
        command.upgrade(config(connection), revision)
        stood = counted(connection, fill(connection))
        connection.commit()
    migrate(fresh_url)

    with engine.connect() as connection:
        assert lost(connection, stood) == {}
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest()
        assert dangling(connection) == []
    engine.dispose()


def test_the_newest_migration_is_known_by_its_name() -> None:
    assert newest() == REVISIONS[-1]


def counted(connection: sa.Connection, tables: Iterable[str]) -> dict[str, int]:
    """How many rows stand in each of these."""
    return {n: connection.exec_driver_sql(f'SELECT count(*) FROM "{n}"').scalar_one() for n in tables}


def lost(connection: sa.Connection, stood: Mapping[str, int]) -> dict[str, int]:
    """Of which tables fewer rows are left than stood there, and how many."""
    left = counted(connection, stood)
    return {name: left[name] for name, before in stood.items() if left[name] < before}


def dangling(connection: sa.Connection) -> list[Any]:
    """Rows that refer to none; PostgreSQL takes none."""
    if connection.dialect.name != "sqlite":
        return []
    return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


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
