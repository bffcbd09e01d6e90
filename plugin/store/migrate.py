"""Bringing a database to today's shape, at every start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from plugin.errors import OperatorError
from plugin.store.store import sync_engine

if TYPE_CHECKING:  # Alembic is large, and only needed when there is something to migrate
    from alembic.config import Config

LOCK = 0x7A66  # one number for "this application is migrating", in PostgreSQL's advisory locks
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: sa.URL | str) -> None:
    """Apply every migration that is missing, one process at a time. Safe to call at each start.

    Raises OperatorError when a later version of the program was here before.
    """
    # SQLite changes a table by building it anew, and to drop the old one would touch all rows that refer to it.
    engine = sync_engine(sa.make_url(url), foreign_keys=False)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
            if _shape(connection) != newest():
                _upgrade(connection)
                _nothing_dangles(connection)
            connection.commit()
    finally:
        engine.dispose()


def newest() -> str:
    """Today's shape: migrations are named by their numbers."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _shape(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(config(connection), "head")
    except CommandError:
        raise OperatorError("later_database") from None


def _nothing_dangles(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    tables = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if tables:
        raise OperatorError("dangling_rows", tables=sorted(tables))


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings; with a connection, migrations run in its transaction (SQLite: BEGIN IMMEDIATE)."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
