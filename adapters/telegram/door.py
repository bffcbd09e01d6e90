"""The way in: each update is read, passed on, and only then done with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update, User

from adapters.telegram.health import Health
from adapters.telegram.patience import Patience
from adapters.telegram.read import read
from plugin.chat.port import Receive
from plugin.chat.values import Incoming, Outgoing
from plugin.errands import Errands
from plugin.errors import DeliveryError, TryLater, place_of

log = logging.getLogger(__name__)

TRIES = 3
LONGEST_WAIT = 60.0

Speak = Callable[[Incoming, Outgoing], Awaitable[object]]
Calm = Callable[[str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came; `incoming` is None when it is none of our business."""

    update_id: int
    incoming: Incoming | None = None
    query: str = ""

    @property
    def lane(self) -> str:
        """Updates of one lane stay in order."""
        return self.incoming.room.key if self.incoming else ""


class Door:
    """Passes updates on. `speak` sends an answer that is ready; `calm` stops a pressed button's spinning."""

    def __init__(self, receive: Receive, me: User, health: Health, *, speak: Speak, calm: Calm) -> None:
        self._receive = receive
        self._me = me
        self._health = health
        self._speak = speak
        self._calm = calm
        self.patience = Patience()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._errands = Errands()

    def arrival(self, data: dict[str, Any]) -> Arrival:  # Any: an update as Telegram wrote it
        """Read an update. One that the library cannot read is skipped; the others must not suffer for it."""
        update_id = data["update_id"]
        try:
            update = Update.de_json(data)
            query = update.callback_query.id if update.callback_query else ""
            return Arrival(update_id, read(update, self._me), query)
        except Exception as error:  # a door: of a strange update nothing but the number is logged
            log.error("update %s cannot be read: %s", update_id, place_of(error))
            self._health.skipped()
            return Arrival(update_id)

    async def take(self, arrival: Arrival) -> bool:
        """Pass an update on; True when it need not come again."""
        if arrival.query:
            self._errands.start(self._calm_down(arrival.query))
        if arrival.incoming is None:
            return True
        try:
            answer = await self._receive(arrival.incoming)
        except Exception as error:  # the door: one bad delivery must not stop all others
            return self._not_taken(arrival.update_id, error)
        self.patience.passed(arrival.update_id)
        if not self.patience.tried:
            self._health.well("store")
        if answer is not None:
            self._errands.start(self._answer(arrival.incoming, answer))
        return True

    def report(self, incoming: Incoming) -> None:
        """Pass on something that we found out ourselves. If it cannot be stored, it will be found again."""
        self._errands.start(self._passed_on(incoming))

    def turn(self, lane: str) -> asyncio.Lock:
        """Held while something of this lane happens."""
        return self._turns.setdefault(lane, asyncio.Lock())

    async def aclose(self) -> None:
        """Let the last answers out."""
        await self._errands.stop(grace=3)

    def _not_taken(self, update_id: int, error: Exception) -> bool:
        if self.patience.failed(update_id):
            log.error("update %s is given up: %s", update_id, place_of(error))
            self._health.skipped()
            if not self.patience.tried:
                self._health.well("store")
            return True
        if self.patience.tries(update_id) == 1:
            log.warning("update %s cannot be stored and is tried again: %s", update_id, place_of(error))
        self._health.wrong("store", "updates cannot be stored")
        return False

    async def _answer(self, incoming: Incoming, answer: Outgoing) -> None:
        async with self.turn(f"answers:{incoming.room.key}"):
            for _ in range(TRIES):
                try:
                    await self._speak(incoming, answer)
                    return
                except TryLater as error:
                    await asyncio.sleep(min(error.after, LONGEST_WAIT))
                except DeliveryError as error:
                    log.warning("an answer to %s was not delivered: %s", incoming.key, error)
                    return
            log.warning("an answer to %s was not delivered: Telegram was busy", incoming.key)

    async def _passed_on(self, incoming: Incoming) -> None:
        try:
            await self._receive(incoming)
        except Exception as error:  # a door
            log.warning("%s was not stored: %s", incoming.key, place_of(error))

    async def _calm_down(self, query: str) -> None:
        try:
            await self._calm(query)
        except DeliveryError as error:
            # Mostly "query is too old": the button has stopped spinning by itself.
            log.debug("a pressed button was not answered: %s", error)
