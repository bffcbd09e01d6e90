"""Rooms as we know them: which agency each belongs to, and what happens when a platform moves one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.store.tables import Card, PageWish, RoomRow, Subscription

SHUT = (col(RoomRow.shut_at).is_not(None), col(RoomRow.agency_id).is_not(None))
"""That an agency's room takes nothing."""


def row_of(session: Session, room: Room) -> RoomRow | None:
    """What we know of a room."""
    return session.exec(
        select(RoomRow).where(RoomRow.platform == room.platform, RoomRow.key == room.key)
    ).first()


def bind(session: Session, room: Room, agency_id: int, now: datetime) -> int | None:
    """Bind a room to an agency; returns the agency it was bound to before."""
    row = row_of(session, room)
    if row is None:
        row = RoomRow(platform=room.platform, key=room.key)
        session.add(row)
    before, row.agency_id, row.bound_at = row.agency_id, agency_id, now
    row.shut_at, row.shut_why = None, ""
    return before


def shut(session: Session, room: Room, why: str, now: datetime) -> None:
    """The platform says that it takes nothing from us any more: it is passed over until somebody speaks there. A room
    of which nobody expects anything (a direct chat that never began) is not noted."""
    row = row_of(session, room)
    if row is None:
        asked = Subscription.platform == room.platform, Subscription.room == room.key
        if session.exec(select(Subscription.official_id).where(*asked)).first() is None:
            return
        row = RoomRow(platform=room.platform, key=room.key)
        session.add(row)
    if row.shut_at is None:
        row.shut_at, row.shut_why = now, why[:200]


def open_again(session: Session, room: Room) -> None:
    """Somebody speaks to us there, so it takes what we say."""
    row = row_of(session, room)
    if row is not None:
        row.shut_at, row.shut_why = None, ""


def shut_chat() -> sa.ColumnElement[bool]:
    """That the direct chat of a subscription takes nothing."""
    row = sa.select(col(RoomRow.id)).where(
        col(RoomRow.platform) == col(Subscription.platform), col(RoomRow.key) == col(Subscription.room),
        col(RoomRow.shut_at).is_not(None),
    )  # fmt: skip
    return row.exists()


def are_shut(session: Session) -> list[RoomRow]:
    """The agencies' rooms that take nothing, the longest first."""
    return list(session.exec(select(RoomRow).where(*SHUT).order_by(col(RoomRow.shut_at), col(RoomRow.id))))


def move(session: Session, old: Room, new: Room) -> None:
    """The platform gave a room a new key: everything of the room goes with it but its cards. Safe to hear twice."""
    row = row_of(session, old)
    if row is None or old == new:
        return
    there = row_of(session, new)
    if there is None:
        session.add(
            RoomRow(platform=new.platform, key=new.key, agency_id=row.agency_id, bound_at=row.bound_at)
        )
    elif there.agency_id is None:
        there.agency_id, there.bound_at = row.agency_id, row.bound_at
    row.agency_id, row.superseded_by = None, new.key
    connection, names = session.connection(), (new.address, old.address)
    if session.get(PageWish, names[0]) is None:
        moved = sa.update(PageWish).where(col(PageWish.recipient) == names[1]).values(recipient=names[0])
        connection.execute(moved)
    digest = sa.update(Subscription).where(
        col(Subscription.platform) == old.platform, col(Subscription.room) == old.key
    )
    connection.execute(digest.values(room=new.key))
    # The new room counts its messages from 1 again: a card of the old one would be taken for another report's, and
    # we can reach none of them any more.
    connection.execute(sa.delete(Card).where(col(Card.platform) == old.platform, col(Card.room) == old.key))


def bound(session: Session) -> list[tuple[Room, int]]:
    """Every room that belongs to an agency, with the agency's id."""
    rows = session.exec(select(RoomRow).where(col(RoomRow.agency_id).is_not(None)).order_by(col(RoomRow.id)))
    return [(Room(r.platform, r.key), r.agency_id) for r in rows if r.agency_id is not None]


def bound_to(session: Session, agency_ids: list[int]) -> list[Room]:
    """The rooms of these agencies that take what we say."""
    theirs = col(RoomRow.agency_id).in_(agency_ids), col(RoomRow.shut_at).is_(None)
    rows = session.exec(select(RoomRow).where(*theirs).order_by(col(RoomRow.id)))
    return [Room(r.platform, r.key) for r in rows]


def nearest(session: Session, way: Sequence[int]) -> list[Room]:
    """The rooms of the first of these agencies that has any which take what we say."""
    return nearest_each(session, [way])[0]


def nearest_each(session: Session, ways: Sequence[Sequence[int]]) -> list[list[Room]]:
    """The same for many ways, in one question."""
    theirs = col(RoomRow.agency_id).in_({agency for way in ways for agency in way})
    rows = session.exec(
        select(RoomRow).where(theirs, col(RoomRow.shut_at).is_(None)).order_by(col(RoomRow.id))
    )
    found: dict[int | None, list[Room]] = defaultdict(list)
    for row in rows:
        found[row.agency_id].append(Room(row.platform, row.key))
    return [next((found[agency] for agency in way if agency in found), []) for way in ways]
