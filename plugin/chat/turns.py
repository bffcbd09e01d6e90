"""When a message may set out to a room: at the pace of its platform, and what nobody asked for after what was."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from plugin.chat.markup import parse, plain
from plugin.chat.values import Capabilities, Outgoing, Room
from plugin.errors import TryLater
from plugin.store.gates import FOREVER, Gates, Rank, reserve
from plugin.store.store import Store

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds that an answer waits for a busy platform before it is given up."""
BURST = 3
SOON = 30.0
"""Seconds after which whoever waited too long behind others asks again."""


class Turns:
    """The turns of rooms, as one process asks for them."""

    def __init__(self, store: Store, nap: Callable[[float], Awaitable[None]]) -> None:
        self._store = store
        self._nap = nap
        self._gates = Gates(store, nap)
        self._rooms: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def in_order(self, room: Room, patience: float) -> AsyncIterator[float]:
        """What nobody asked for sets out when the one before it is there; the patience that is left then."""
        began, turn = asyncio.get_running_loop().time(), self._turn(room)
        try:
            async with asyncio.timeout(patience if patience < FOREVER else None):
                await turn.acquire()
        except TimeoutError:
            raise TryLater(SOON, "others are before it") from None
        try:
            yield patience - (asyncio.get_running_loop().time() - began)
        finally:
            turn.release()

    async def take(
        self, room: Room, can: Capabilities, count: int, *, asked: bool, patience: float = FOREVER
    ) -> None:
        """What nobody waits for keeps the pace of the room and of all rooms together, and lets every answer pass.

        Whatever is `count` messages on the platform takes up as many turns: what comes after waits for all.
        """
        for lane, per_second, burst in (
            (room.address, can.per_second, BURST),
            (room.platform, can.together, math.ceil(can.together)),
        ):
            if not per_second:
                continue
            if asked:
                await self._gates.pass_by(lane, per_second=per_second, burst=burst, patience=PATIENCE)
            else:
                await self._gates.turn(
                    lane, per_second=per_second, burst=burst, rank=Rank.ALERT, patience=patience
                )
            if count > 1:
                await reserve(self._store, lane, per_second=per_second / (count - 1), burst=burst)

    async def patiently(self, room: Room, call: Callable[[], Awaitable[T]]) -> T:
        """Do it, waiting as long as the platform asks; what comes after in that room waits as long."""
        waited = 0.0
        while True:
            try:
                return await call()
            except TryLater as busy:
                waited += busy.after
                await self._gates.close(room.address, busy.after)
                if waited > PATIENCE:
                    raise
                await self._nap(busy.after)

    def _turn(self, room: Room) -> asyncio.Lock:
        return self._rooms.setdefault(room.address, asyncio.Lock())


def parts(message: Outgoing, longest: int) -> int:
    """About how many messages it is on a platform that takes so many characters in one."""
    pages = 1 if message.rest is not None else math.ceil(len(plain(parse(message.text))) / longest)
    return max(1, pages) + len(message.pictures) + len(message.files)
