"""What each minute does to the clocks: those that changed are counted, and what was silent long enough closes,
and who is to hear that something takes too long is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlmodel import Session

from plugin.clock import Clock
from plugin.desk.measures import clocks
from plugin.rhythm import halves, notices, ordering, shut_rooms
from plugin.rhythm.escalation import MANY, Policy, escalate
from plugin.rhythm.limits import Tables
from plugin.rhythm.promisekeeper import Promisekeeper
from plugin.rhythm.unanswered import close_silent
from plugin.store import revisions
from plugin.store.store import Store

BATCHES = 20
"""Of clocks counted in one minute: after a change of the tables the work is spread."""
COUNTED_BY = "limits"
"""Where the fingerprint of the tables stands by which the clocks were counted."""


class Timekeeper:
    """Keeps the clocks of one government. Any number of processes may; they never do a thing twice."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: Tables,
        policy: Policy,
        *,
        refresh: Callable[[str], Awaitable[None]],
        put: Callable[[str, int], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._policy = policy
        self._promises = Promisekeeper(store, clock, limits, policy.quiet)
        self._refresh = refresh
        self._put = put
        self._agreed = False

    async def tick(self) -> None:
        """To be called every minute, and at the start."""
        if not self._agreed:
            await self._store.write(_agree, self._limits.fingerprint)
            self._agreed = True
        for _ in range(BATCHES):
            if await self._store.write(clocks.count, self._limits) < clocks.MANY:
                break
        for number in await self._store.write(close_silent, self._clock()):
            await self._refresh(f"report:{number}")
        for _ in range(BATCHES):
            if await self._store.write(escalate, self._policy, self._clock()) < MANY:
                break
        for about in await self._promises.tick():
            await self._refresh(about)
        if not self._policy.quiet.holds(self._clock()):
            await self._store.write(ordering.watch, self._limits, self._clock())
        await self._store.write(halves.tell, self._clock())
        await self._store.write(shut_rooms.tell, self._clock())
        for notice in await self._store.survey(notices.due, self._clock()):
            await self._put("notice", notice)


def _agree(session: Session, fingerprint: int) -> None:
    """Have the running clocks counted anew when the tables are not those they were counted by."""
    if revisions.hold(session, COUNTED_BY, fingerprint) != fingerprint:
        revisions.note(session, COUNTED_BY, fingerprint)
        clocks.count_anew(session)
