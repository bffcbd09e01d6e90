"""Bringing a database to today's shape, at every start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from plugin.errors import OperatorError
from plugin.store.store import sync_engine

LOCK = 0x7A66  # one number for "this application is migrating", in PostgreSQL's advisory locks


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
            command.upgrade(config(connection), "head")
            _nothing_dangles(connection)
            connection.commit()
    except CommandError:
        raise OperatorError("later_database") from None
    finally:
        engine.dispose()


def _nothing_dangles(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    tables = {row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if tables:
        raise OperatorError("dangling_rows", tables=sorted(tables))


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings; with a connection, migrations run in its transaction (SQLite: BEGIN IMMEDIATE)."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made
