"""What tells every open browser tab of this process that there is something new."""

from __future__ import annotations

import asyncio
import contextlib

PATIENCE = 2.0
"""Another process may have written: after so many seconds a tab looks for itself."""


class Bell:
    """Take a ticket with `next_ring`, look at what there is, then `wait` with it: no ring is missed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self.closed = False

    def next_ring(self) -> asyncio.Event:
        """The ring that comes next, seen from now."""
        return self._next

    def ring(self) -> None:
        """Wake everybody who waits."""
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    async def wait(self, ring: asyncio.Event) -> None:
        """Wait for that ring, but not longer than patience lasts."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ring.wait(), PATIENCE)

    def close(self) -> None:
        """Send everybody home. Safe to call twice."""
        self.closed = True
        self.ring()
