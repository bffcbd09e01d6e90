"""One process serves a SQLite file; on PostgreSQL each process has a name of its own.

A start takes up at once what a former life of the same name left in hand. Were that life still running, both would
answer, hang cards and tick: so it is asked for before anything is touched. The lock goes with the process, however
that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from plugin.errors import OperatorError

LOCK = 0x7A68  # "the process of this name runs", in PostgreSQL's advisory locks
PATIENCE, PAUSE = 30.0, 1.0
"""Seconds until PostgreSQL has noticed the end of a machine that lost its power, and between two questions."""
NOTICED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"


@contextlib.contextmanager
def alone(url: sa.URL, node: str, *, patience: float = PATIENCE) -> Iterator[None]:
    """As long as this lasts nobody else serves the file, or is the process of that name.

    Raises OperatorError where somebody else is, or where the database cannot be asked.
    """
    if url.get_backend_name() == "postgresql":
        with _named(url, node, patience):
            yield
    elif url.database in (None, "", ":memory:"):
        yield
    else:
        with _of_file(Path(f"{url.database}.serving")):
            yield


@contextlib.contextmanager
def _of_file(path: Path) -> Iterator[None]:
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OperatorError("database", why=f"{path}: {error.strerror}") from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise OperatorError("already_served", file=str(path.with_suffix(""))) from None
    try:
        yield
    finally:
        os.close(held)  # the file stays: who removes it could remove another's


@contextlib.contextmanager
def _named(url: sa.URL, node: str, patience: float) -> Iterator[None]:
    engine = sa.create_engine(
        url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT", connect_args={"options": NOTICED}
    )
    try:
        connection = engine.connect()
        if not _is_free(connection, node, patience):
            raise OperatorError("node_taken", node=node)
    except sa.exc.SQLAlchemyError as error:
        raise OperatorError("database", why=str(getattr(error, "orig", error)).splitlines()[0]) from None
    with connection:
        yield


def _is_free(connection: sa.Connection, node: str, patience: float) -> bool:
    ask = sa.select(sa.func.pg_try_advisory_lock(LOCK, sa.func.hashtext(node)))
    until = time.monotonic() + patience
    while not connection.execute(ask).scalar():
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE)
    return True
