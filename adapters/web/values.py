"""Who meets in the training room, where, and what the room is built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adapters.web.bell import Bell
from adapters.web.pictures import Album
from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.store.store import Store
from plugin.wording import Wording

PLATFORM = "web"
PRIVATE = "pribadi:"
"""The beginning of a private room's key; the rest is the persona's."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody whom a visitor of the training room can be."""

    key: str
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class WebRoom:
    """A group chat of the training room."""

    key: str
    title: str


People = Callable[[], Awaitable[Sequence[Persona]]]
Rooms = Callable[[], Awaitable[Sequence[WebRoom]]]


@dataclass(frozen=True)
class Site:
    """What every part of the training room stands on.

    `hosts` are the names (with port) under which browsers may ask for it; `address` is the one to show.
    """

    store: Store
    wording: Wording
    clock: Clock
    album: Album
    bell: Bell
    people: People
    rooms: Rooms
    hosts: tuple[str, ...]
    address: str
    zone: ZoneInfo

    async def persona(self, key: str) -> Persona | None:
        """Who that is, if there is such a persona."""
        return next((p for p in await self.people() if p.key == key), None)

    async def exists(self, room: Room) -> bool:
        """Whether that is one of our rooms, or the private one of a persona."""
        if room.platform != PLATFORM:
            return False
        if room.key.startswith(PRIVATE):
            return await self.persona(room.key.removeprefix(PRIVATE)) is not None
        return any(r.key == room.key for r in await self.rooms())


def visible_to(persona: Persona, rooms: Sequence[WebRoom]) -> list[str]:
    """The keys of the rooms this persona can look into."""
    return [r.key for r in rooms] + [PRIVATE + persona.key]
