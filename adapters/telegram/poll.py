"""Asking Telegram for updates, and confirming each only after it has been passed on."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from telegram.error import TelegramError

from adapters.telegram.bot import LONG_POLL, DiscreetBot
from adapters.telegram.door import Arrival, Door
from adapters.telegram.health import Health
from adapters.telegram.trouble import phrase, wait_for

LONGEST_RETRY = 10
"""How many times the first pause the pause before another try may become: others wait as long."""


QUIET = 6 * 24 * 3600.0
"""Seconds without an update after which the offset is let go of: "If there are no new updates for at least a week,
then identifier of the next update will be chosen randomly" (core.telegram.org/bots/api#update)."""


class Poller:
    """Long polling. Telegram forgets an update when a later offset is asked for, and not before.

    So the offset stays at the first update that is not done; those behind it that are done come again and
    are passed over.
    """

    def __init__(
        self, bot: DiscreetBot, door: Door, health: Health, pause: float, quiet: float = QUIET
    ) -> None:
        self._bot = bot
        self._door = door
        self._health = health
        self._pause = pause
        self._quiet = quiet
        self._heard_at = time.monotonic()
        self._offset: int | None = None
        self._done: set[int] = set()

    async def run(self) -> None:
        """Poll until cancelled."""
        troubles = stuck = 0
        while True:
            try:
                batch = await self._bot.updates(self._offset, wait=0 if stuck else LONG_POLL)
            except TelegramError as error:
                self._health.wrong("updates", phrase(error))
                await asyncio.sleep(wait_for(error, self._pause, troubles))
                troubles += 1
                continue
            self._health.well("updates")
            troubles = 0
            stuck = stuck + 1 if await self._some_must_wait(batch) else 0
            if stuck:
                await asyncio.sleep(self._pause * min(2 ** min(stuck - 1, 10), LONGEST_RETRY))

    async def _some_must_wait(self, batch: list[dict[str, Any]]) -> bool:  # Any: as Telegram wrote them
        """Pass on what is new in the batch and move the offset; whether something has to be tried again."""
        if not batch:
            if time.monotonic() - self._heard_at >= self._quiet:  # the next number may be below our offset
                self._offset = None
            return False
        self._heard_at = time.monotonic()
        lanes: dict[str, list[Arrival]] = {}
        for data in batch:
            if data["update_id"] not in self._done:
                arrival = self._door.arrival(data)
                lanes.setdefault(arrival.lane, []).append(arrival)
        await asyncio.gather(*map(self._in_order, lanes.values()))
        numbers = [data["update_id"] for data in batch]
        waiting = [number for number in numbers if number not in self._done]
        self._offset = min(waiting) if waiting else max(numbers) + 1
        self._done = {number for number in self._done if waiting and number > self._offset}
        return bool(waiting)

    async def _in_order(self, arrivals: list[Arrival]) -> None:
        for arrival in arrivals:
            if await self._door.take(arrival):
                self._done.add(arrival.update_id)
            elif not self._door.patience.exhausted(arrival.update_id):
                return
