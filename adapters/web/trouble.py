"""What a database's trouble means to somebody who sends or reads: our far side is our own store."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from plugin.errors import TryLater, Unknown

BUSY = 5.0
"""Seconds after which a busy database is asked again; it names no figure of its own."""

# PostgreSQL rolled back, or never began: serialization failure, deadlock, lock not available, full house.
NOTHING_DONE = frozenset({"40001", "40P01", "55P03", "53300", "57P03"})


@contextlib.contextmanager
def as_delivery() -> Iterator[None]:
    """Turn trouble with the database into TryLater (nothing was done) or Unknown. Mistakes of ours rise."""
    try:
        yield
    except PoolTimeout as error:
        raise TryLater(BUSY, "database busy") from error
    except (OperationalError, InterfaceError) as error:
        if _is_busy(error):
            raise TryLater(BUSY, "database busy") from error
        raise Unknown("database did not answer") from error


def _is_busy(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return False
    said = str(error.orig)
    return "locked" in said or "busy" in said or getattr(error.orig, "sqlstate", "") in NOTHING_DONE
