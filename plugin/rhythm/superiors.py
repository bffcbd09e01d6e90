"""Who fills a level at an agency, and the rooms in which they can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.chat.rights import Right, holds_on
from plugin.chat.rooms import bound_to, nearest, shut_chat
from plugin.chat.values import Room
from plugin.registry.paths import way_to
from plugin.store.tables import Official, Role, Subscription

HEADS = ("kepala", "penanggung-jawab")
"""Who answers for an agency, and is told as its head."""


@dataclass(frozen=True, slots=True)
class Level:
    """The people of one level, where they serve, and where they are told: their rooms, their direct chats."""

    agency_id: int
    names: tuple[str, ...] = ()
    rooms: tuple[Room, ...] = ()

    @property
    def filled(self) -> bool:
        return bool(self.rooms)

    @property
    def who(self) -> str:
        return ", ".join(self.names)[:200]


class Superiors:
    """Asked about many reports in one transaction; each answer is kept."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[tuple[int, str], Level] = {}

    def level(self, agency_id: int, level: str) -> Level:
        """Those who fill the level at the agency: its own heads, or the nearest above who hold that role."""
        key = (agency_id, level)
        if key not in self._found:
            self._found[key] = self._find(agency_id, level)
        return self._found[key]

    def holders(self, agency_id: int, official_id: int | None = None) -> Level:
        """The agency's rooms, or the nearest above that has any; and the direct chat of a holder who serves."""
        way = self._way(agency_id)
        rooms = nearest(self._session, way)
        serves = official_id is not None and holds_on(self._session, official_id, Right.DRAFT, way)
        names, direct = self._people([official_id] if official_id and serves else [])
        return Level(agency_id, names, tuple(dict.fromkeys([*rooms, *direct])))

    def last_resort(self, agency_id: int) -> Level:
        """Where it is said that nobody is above: the highest room on the way up."""
        for agency in reversed(self._way(agency_id)):
            if rooms := bound_to(self._session, [agency]):
                return Level(agency, (), tuple(rooms))
        return Level(agency_id)

    def _find(self, agency_id: int, level: str) -> Level:
        heads = level == "kepala"
        roles = HEADS if heads else (level,)
        for agency in [agency_id] if heads else self._way(agency_id):
            held = select(Role.official_id).where(
                Role.agency_id == agency, col(Role.role).in_(roles), col(Role.ended_at).is_(None)
            )
            ids = list(self._session.exec(held.order_by(col(Role.id))))
            if not ids:
                continue
            names, direct = self._people(ids)
            rooms = tuple(dict.fromkeys([*bound_to(self._session, [agency]), *direct]))
            if rooms:
                return Level(agency, names, rooms)
        return Level(agency_id)

    def _people(self, ids: Sequence[int]) -> tuple[tuple[str, ...], list[Room]]:
        if not ids:
            return (), []
        people = self._session.exec(
            select(Official).where(col(Official.id).in_(ids)).order_by(col(Official.id))
        )
        names = tuple(person.shown for person in people)
        chats = self._session.exec(
            select(Subscription).where(col(Subscription.official_id).in_(ids), ~shut_chat())
        )
        return names, [Room(chat.platform, chat.room, private=True) for chat in chats]

    def _way(self, agency_id: int) -> Sequence[int]:
        return way_to(self._session, agency_id)
