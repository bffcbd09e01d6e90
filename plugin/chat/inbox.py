"""What a platform delivered: stored before it is acknowledged, worked off, then forgotten."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from plugin.chat.values import Incoming
from plugin.store.prepared import Prepared
from plugin.store.store import insert
from plugin.store.tables import Inbox

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
KEPT = timedelta(days=7)
MOST_TRIES = 5
_HOLDER = Prepared(sa.select(col(Inbox.done_at), col(Inbox.owner)).where(col(Inbox.id) == sa.bindparam("id")))


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
    mine = sa.update(Inbox).where(col(Inbox.id) == row_id)
    session.connection().execute(mine.values(done_at=now, body=sa.null()))


@dataclass(slots=True)
class Taken:
    """What was left: to be worked off now, and given up because too many have died at it."""

    messages: list[tuple[int, Incoming]] = field(default_factory=list)
    given_up: list[Incoming] = field(default_factory=list)


def take_over(session: Session, owner: str, now: datetime, in_hand: Collection[int] = ()) -> Taken:
    """Lease what nobody works on any more: left by a crash, here or in another process.

    What is `in_hand` here may wait for its platform as long as it likes: it stays ours.
    """
    if in_hand:
        ours = sa.update(Inbox).where(col(Inbox.id).in_(in_hand), col(Inbox.owner) == owner)
        session.connection().execute(ours.values(leased_until=now + LEASE))
    rows = session.exec(
        select(Inbox)
        .where(col(Inbox.done_at).is_(None), col(Inbox.leased_until) < now)
        .order_by(col(Inbox.received_at), col(Inbox.id))
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    taken = Taken()
    for row in rows:
        assert row.id is not None
        message = _read(row)
        if row.tries >= MOST_TRIES or message is None:
            row.done_at, row.body = now, None
            log.error("a delivery of %s was given up after %d tries", row.platform, row.tries)
            taken.given_up += [message] if message is not None else []
            continue
        row.owner, row.leased_until, row.tries = owner, now + LEASE, row.tries + 1
        taken.messages.append((row.id, message))
    return taken


def is_ours(session: Session, row_id: int, owner: str) -> bool:
    """Whether it is still to be worked off, and by nobody else."""
    return [(None, owner)] == [tuple(row) for row in _HOLDER.rows(session, {"id": row_id})]


def release(session: Session, owner: str, now: datetime) -> None:
    """At the start: what a former life of this very process was working on may be taken at once."""
    for row in session.exec(select(Inbox).where(col(Inbox.done_at).is_(None), Inbox.owner == owner)):
        row.leased_until = now - LEASE


def forget(session: Session, now: datetime) -> None:
    """Drop the keys of long ago: no platform repeats a delivery after a week."""
    old = select(Inbox).where(col(Inbox.done_at) < now - KEPT).limit(5000)
    for row in session.exec(old):
        session.delete(row)


def _read(row: Inbox) -> Incoming | None:
    """The delivery; None where it cannot be read (any more). What it says is not told."""
    try:
        return _codec().validate_python(row.body) if row.body is not None else None
    except ValidationError:
        return None
