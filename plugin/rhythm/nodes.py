"""Which processes share the database, and which of them were heard lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.store.store import insert
from plugin.store.tables import Node

FORGOTTEN = timedelta(days=1)


def beat(session: Session, name: str) -> None:
    """This node is alive."""
    now = _now(session)
    row = insert(session, Node).values(name=name, seen_at=now)
    session.connection().execute(row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": now}))
    session.connection().execute(sa.delete(Node).where(col(Node.seen_at) < now - FORGOTTEN))


def leave(session: Session, name: str) -> None:
    """This node ends in order: others need not wait to take over what it leaves."""
    session.connection().execute(sa.delete(Node).where(col(Node.name) == name))


def alive(session: Session, silence: timedelta) -> set[str]:
    """The nodes that were heard within `silence`."""
    return set(session.exec(select(Node.name).where(col(Node.seen_at) > _now(session) - silence)))


def _now(session: Session) -> Any:  # Any: a moment, or an expression that the database works out
    """The moment by the one clock that all nodes share: where they are several, the database's."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    return sa.func.clock_timestamp()
