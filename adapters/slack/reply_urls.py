"""The addresses at which Slack lets us answer an interaction: for half an hour, five times.

They reach where the Web API does not: a room that the app was not invited to, and a message that only one
person sees. They are kept in memory only; after a restart the Web API's refusal stands.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from plugin.chat.values import MessageRef, Person, Room
from plugin.clock import Clock

LASTS = timedelta(minutes=29)
USES = 5
MOST = 2000
Key = TypeVar("Key")


@dataclass(slots=True)
class ReplyUrl:
    """One such address. `is_whisper`: it belongs to a message that only one person sees."""

    url: str
    until: datetime
    is_whisper: bool = False
    left: int = USES


class ReplyUrls:
    """The newest address for each person in a room, and for each message whose button was pressed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: OrderedDict[tuple[Room, str], ReplyUrl] = OrderedDict()
        self._pressed: OrderedDict[MessageRef, ReplyUrl] = OrderedDict()

    def keep(self, url: str, room: Room, person: Person, on: MessageRef | None, *, is_whisper: bool) -> None:
        """Remember where to answer what `person` did in `room`, perhaps `on` a message."""
        if not url:
            return
        kept = ReplyUrl(url, self._clock() + LASTS, is_whisper)
        _put(self._said, (room, person.key), kept)
        if on is not None:
            _put(self._pressed, on, kept)

    def for_room(self, room: Room, person: Person | None) -> ReplyUrl | None:
        """One that reaches the room; for `person` alone it must be that person's own."""
        for (where, who), kept in reversed(self._said.items()):
            if where == room and (person is None or who == person.key) and self._holds(kept):
                return kept
        return None

    def for_message(self, ref: MessageRef) -> ReplyUrl | None:
        """The one that can replace the message."""
        kept = self._pressed.get(ref)
        return kept if kept is not None and self._holds(kept) else None

    def _holds(self, kept: ReplyUrl) -> bool:
        return kept.left > 0 and kept.until > self._clock()


def _put(kept: OrderedDict[Key, ReplyUrl], key: Key, url: ReplyUrl) -> None:
    kept.pop(key, None)
    kept[key] = url
    while len(kept) > MOST:
        kept.popitem(last=False)
