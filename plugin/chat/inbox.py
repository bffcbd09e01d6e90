"""What a platform delivered: stored before it is acknowledged, worked off, then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from plugin.chat.values import Incoming
from plugin.store.store import insert
from plugin.store.tables import Inbox

LEASE = timedelta(seconds=90)
KEPT = timedelta(days=7)
MOST_TRIES = 5


@cache
def _codec() -> TypeAdapter[Incoming]:
    return TypeAdapter(Incoming)


def store(session: Session, message: Incoming, owner: str, now: datetime) -> int | None:
    """Keep a delivery, leased to `owner`; None when it was delivered before."""
    statement = (
        insert(session, Inbox)
        .values(
            platform=message.room.platform,
            key=message.key,
            body=_codec().dump_python(message, mode="json"),
            received_at=now,
            owner=owner,
            leased_until=now + LEASE,
            tries=1,
        )
        .on_conflict_do_nothing(index_elements=["platform", "key"])
        .returning(Inbox.id)
    )
    found: int | None = session.connection().execute(statement).scalar()
    return found


def done(session: Session, row_id: int, now: datetime) -> None:
    """It is worked off: its words are forgotten, its key is kept against repetition."""
    row = session.get(Inbox, row_id)
    if row is not None:
        row.done_at, row.body = now, None


def take_over(session: Session, owner: str, now: datetime) -> list[tuple[int, Incoming]]:
    """Lease what nobody works on any more: left by a crash, here or in another process."""
    rows = session.exec(
        select(Inbox)
        .where(col(Inbox.done_at).is_(None), col(Inbox.leased_until) < now)
        .order_by(col(Inbox.received_at), col(Inbox.id))
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    taken: list[tuple[int, Incoming]] = []
    for row in rows:
        assert row.id is not None
        if row.tries >= MOST_TRIES or row.body is None:
            row.done_at, row.body = now, None
            continue
        row.owner, row.leased_until, row.tries = owner, now + LEASE, row.tries + 1
        taken.append((row.id, _read(row.body)))
    return taken


def release(session: Session, owner: str, now: datetime) -> None:
    """At the start: what a former life of this very process was working on may be taken at once."""
    for row in session.exec(select(Inbox).where(col(Inbox.done_at).is_(None), Inbox.owner == owner)):
        row.leased_until = now - LEASE


def forget(session: Session, now: datetime) -> None:
    """Drop the keys of long ago: no platform repeats a delivery after a week."""
    old = select(Inbox).where(col(Inbox.done_at) < now - KEPT).limit(5000)
    for row in session.exec(old):
        session.delete(row)


def _read(body: dict[str, Any]) -> Incoming:
    return _codec().validate_python(body)
