"""Photos are fetched whenever some may be waiting, and shown on the cards of their reports."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from plugin.clock import Clock
from plugin.desk.posts.photos import fetch_waiting
from plugin.errors import place_of
from plugin.public.port import PublicChannel
from plugin.store.store import Store

log = logging.getLogger(__name__)


class Fetching:
    """Fetches what waits, in one process; others may do so at the same time."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        folder: Path,
        clock: Clock,
        *,
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._folder = folder
        self._clock = clock
        self._refresh = refresh
        self._rung = asyncio.Event()

    async def ring(self) -> None:
        """Some may be waiting."""
        self._rung.set()

    async def run(self) -> None:
        """Fetch whenever it was rung, until cancelled. Trouble is written down and waits for the next ring."""
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                fetched = await fetch_waiting(self._store, self._channels, self._folder, self._clock)
                for number in fetched.reports:
                    await self._refresh(f"report:{number}")
            except Exception as error:  # the door: a photo must not end the desk
                log.error("photos wait: %s", place_of(error))
