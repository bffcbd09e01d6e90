"""Who gets the morning page: rooms that are bound, and officials who asked for it in their private room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.rooms import shut_chat
from plugin.chat.values import Room
from plugin.store.tables import Agency, DigestRun, Role, RoomRow, Subscription

Wanted = dict[Room, int]
"""The rooms, and the agency each is told about."""


def wanted(session: Session, before: datetime) -> Wanted:
    """Everybody who was to get the page at `before`: who came later gets it from the next day on."""
    return _subscribed(session, before) | _bound(session, before)


def is_wanted(session: Session, room: Room, agency_id: int) -> bool:
    """Whether this room may still be told about this agency: it may have been unbound meanwhile."""
    row = session.exec(
        select(RoomRow).where(RoomRow.platform == room.platform, RoomRow.key == room.key)
    ).first()
    if row is not None and row.shut_at is not None:
        return False
    if row is not None and row.agency_id is not None:
        return row.agency_id == agency_id
    return _subscribed(session, None, room).get(room) == agency_id


def without_run(session: Session, day: date, before: datetime) -> Wanted:
    """Those of the wanted who have no run for the day, neither under a name they had before they moved."""
    runs = session.exec(select(DigestRun.recipient, DigestRun.state).where(DigestRun.day == day)).all()
    served = {Room.at(recipient) for recipient, _ in runs}
    served |= set(_moved_to(session, {Room.at(name) for name, state in runs if state != "dropped"}))
    return {room: agency for room, agency in wanted(session, before).items() if room not in served}


def _bound(session: Session, before: datetime) -> Wanted:
    rows = session.connection().execute(
        sa.select(col(RoomRow.platform), col(RoomRow.key), col(RoomRow.agency_id))
        .where(col(RoomRow.agency_id).is_not(None), col(RoomRow.superseded_by).is_(None))
        .where(col(RoomRow.shut_at).is_(None))
        .where(sa.or_(col(RoomRow.bound_at).is_(None), col(RoomRow.bound_at) <= before))
    )
    return {Room(platform, key): agency for platform, key, agency in rows if agency is not None}


def _subscribed(session: Session, before: datetime | None, room: Room | None = None) -> Wanted:
    """An official is told about the highest node where a role is held; who holds none any more, about none."""
    query = (
        sa.select(col(Subscription.platform), col(Subscription.room), col(Role.agency_id))
        .join(Role, col(Role.official_id) == Subscription.official_id)
        .join(Agency, col(Agency.id) == Role.agency_id)
        .where(col(Role.ended_at).is_(None), ~shut_chat())
        .order_by(sa.func.length(Agency.path).desc(), col(Role.id).desc())
    )
    if before is not None:
        query = query.where(col(Subscription.since) <= before)
    if room is not None:
        query = query.where(col(Subscription.platform) == room.platform, col(Subscription.room) == room.key)
    return {Room(platform, key): agency for platform, key, agency in session.connection().execute(query)}


def _moved_to(session: Session, rooms: set[Room]) -> Iterable[Room]:
    """Where rooms went that a platform gave a new key, however often."""
    rows = session.connection().execute(
        sa.select(col(RoomRow.platform), col(RoomRow.key), col(RoomRow.superseded_by)).where(
            col(RoomRow.superseded_by).is_not(None)
        )
    )
    moves = {Room(platform, key): Room(platform, to) for platform, key, to in rows if to is not None}
    for start in rooms:
        seen, room = {start}, moves.get(start)
        while room is not None and room not in seen:
            yield room
            seen.add(room)
            room = moves.get(room)
