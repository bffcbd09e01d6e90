"""Who stands at the door of the HTTP server: many who ask nothing must not keep out those who deliver.

A connection that has not asked anything whole is let go after a while, and at once where there are too many: then
the one that has stood there longest makes room. A request that is whole is never cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 20.0
"""Seconds in which a request must be whole: a platform's delivery takes milliseconds, a photo by telephone less."""
FILES = 65_536
"""More open files than this help nobody."""
OTHERS = 256
"""Open files that are not connections to us: the database, platforms, what Python has open."""
FEWEST, MOST = 64, 1_000


def room() -> int:
    """How many connections there is room for, once we may open as many files as the system lets us."""
    files = 1_024
    with contextlib.suppress(
        ImportError, OSError, ValueError
    ):  # where there is no such limit, or it is not ours
        import resource

        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        if files < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            files = wanted
    return max(FEWEST, min(MOST, (files - OTHERS) // 2))


class Crowd:
    """Those who have not asked anything whole, who came first in front."""

    def __init__(self, most: int, patience: float = PATIENCE) -> None:
        self._most = most
        self._patience = patience
        self._waiting: dict[Guest, asyncio.TimerHandle] = {}

    def came(self, guest: Guest) -> None:
        """Somebody is there; where there are too many, whoever has waited longest goes, if need be this one."""
        self.waits(guest)
        if len(guest.connections) > self._most:
            self.lose(next(iter(self._waiting)))

    def waits(self, guest: Guest) -> None:
        """From now on something whole is expected of it."""
        self.is_served(guest)
        self._waiting[guest] = guest.loop.call_later(self._patience, self.lose, guest)

    def is_served(self, guest: Guest) -> None:
        """It has asked, or is gone."""
        timer = self._waiting.pop(guest, None)
        if timer is not None:
            timer.cancel()

    def lose(self, guest: Guest) -> None:
        """Let it go."""
        self.is_served(guest)
        guest.connections.discard(guest)  # its end is told later than others may come
        guest.transport.abort()


class Guest(HttpToolsProtocol):
    """A connection that the crowd knows of."""

    crowd: ClassVar[Crowd]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.crowd.came(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.is_served(self)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.crowd.waits(self)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self.cycle.response_complete:  # it was answered before it had ended
            self.crowd.waits(self)
        else:
            self.crowd.is_served(self)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and self.cycle.response_complete:
            self.crowd.waits(self)


def guests(most: int, patience: float = PATIENCE) -> type[Guest]:
    """What uvicorn is to make for each connection, at most so many."""

    class OfCrowd(Guest):
        crowd = Crowd(most, patience)

    return OfCrowd
