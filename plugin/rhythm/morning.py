"""The morning page goes out: once to each recipient on each day of the government's calendar.

A run is claimed, sent, and marked, each committed before the next begins. Where a process died between sending and
marking, the platform is asked whether the message arrived; where it cannot tell, the page is not sent again,
but one line that says so.

The page is sent late when nobody ran at the hour, up to thirteen hours (20.00 for a page of 07.00) and never
after midnight: then there is none for that day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.rhythm import runs
from plugin.rhythm.durable import guarded
from plugin.rhythm.runs import Claim, Opening, mark
from plugin.rhythm.wishes import wishes
from plugin.store import numbers
from plugin.store.store import Store
from plugin.wording import View

log = logging.getLogger(__name__)

Compose = Callable[[Claim], Awaitable[View]]
"""Makes the page that a run is for, as of now."""

Deliver = Callable[[Room, View, str], Awaitable[None]]
"""Sends a view into a room under a key. Raises TryLater, Refused or Unknown."""

SentBefore = Callable[[Room, str], Awaitable[bool | None]]
"""Whether a message arrived under a key, as the platform knows it; None where it cannot tell."""

LATEST = timedelta(hours=13)
LEASE = timedelta(minutes=5)
PATIENCE = 240.0  # seconds for one sending, less than the lease
SOON = timedelta(minutes=1)
WORKERS = 8


@dataclass(frozen=True)
class PerhapsSent(View):
    """One line instead of a second page."""

    day: date


@dataclass(frozen=True, slots=True)
class Hours:
    """When the page goes out on one day."""

    day: date
    opens: datetime
    closes: datetime


def hours(now: datetime, zone: ZoneInfo, at: time) -> Hours:
    """The hours of the day that it is now in the government's zone."""
    day = now.astimezone(zone).date()
    opens = datetime.combine(day, at, zone)
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return Hours(day, opens, min(opens + LATEST, midnight))


def _never(day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Times:
    """When a government gets its pages: its zone, the usual hour, and which days are days of rest."""

    zone: ZoneInfo
    at: time
    rest: Callable[[date], bool] = _never


class Morning:
    """Sends the page to everybody who is to get it. `owner` names this process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        times: Times,
        owner: str,
        compose: Compose,
        deliver: Deliver,
        sent_before: SentBefore,
    ) -> None:
        self._store = store
        self._clock = clock
        self._times = times
        self._owner = owner
        self._compose = compose
        self._deliver = deliver
        self._sent_before = sent_before
        self._busy = False

    async def tick(self) -> None:
        """Send what is due now. To be called every minute, by any number of processes."""
        if self._busy:
            return
        self._busy = True
        try:
            await self._due()
        finally:
            self._busy = False

    async def _due(self) -> None:
        now = self._clock()
        openings, today = await self._openings(now)
        over = today.day if now >= today.closes else today.day - timedelta(days=1)
        if await self._store.read(runs.left_open, over):
            await self._store.write(runs.close_runs, over, now)
        if not today.opens <= now < today.closes:
            return
        for opening in openings:
            missing = await self._store.read(runs.missing, opening) if opening.opens <= now else 0
            if missing:
                await self._store.write(numbers.wake, now)
                await self._store.write(runs.open_runs, opening)
        if left := await self._store.read(runs.left_open, today.day, WORKERS):
            async with asyncio.TaskGroup() as workers:
                for _ in range(left):
                    workers.create_task(self._work(today))

    async def _openings(self, now: datetime) -> tuple[list[Opening], Hours]:
        """The hours that anybody named, and the usual one; from the first of them until the last is over."""
        named = {wish.at for wish in (await self._store.read(wishes)).values() if wish.at is not None}
        usual = self._times.at
        found = {at: hours(now, self._times.zone, at) for at in sorted(named | {usual})}
        day = found[usual].day
        rest = self._times.rest(day)
        openings = [Opening(day, at, h.opens, at == usual, rest) for at, h in found.items()]
        return openings, Hours(
            day, min(h.opens for h in found.values()), max(h.closes for h in found.values())
        )

    async def _work(self, today: Hours) -> None:
        while (now := self._clock()) < today.closes:
            claimed = await self._store.write(runs.claim, today.day, self._owner, now, now + LEASE)
            if claimed is None:
                return
            await guarded(f"digest run {claimed.id}", self._send(claimed, today))

    async def _send(self, claimed: Claim, today: Hours) -> None:
        if claimed.again and not await self._must_go_out(claimed):
            return
        if not claimed.again and await self._went_out_before(claimed, today):
            return
        view = await guarded("the morning page", self._compose(claimed))
        if view is None:
            later = self._clock() + LEASE
            if claimed.again:
                await self._mark(claimed, lease_until=later)
            else:
                await self._mark(claimed, state="waiting", not_before=later, lease_until=None)
            return
        await self._carry(claimed, view)

    async def _carry(self, claimed: Claim, view: View) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._deliver(claimed.room, view, claimed.key)
        except TryLater as busy:
            later = self._clock() + timedelta(seconds=busy.after)
            await self._mark(claimed, state="waiting", not_before=later, lease_until=None)
        except Refused as refused:
            log.warning("a room of %s does not take the digest: %s", claimed.room.platform, refused.why)
            await self._mark(claimed, state="refused")
        except (DeliveryError, TimeoutError):
            await self._mark(claimed, lease_until=self._clock() + SOON)  # found again, it is looked up first
        else:
            await self._mark(claimed, state="sent", sent_at=self._clock())

    async def _must_go_out(self, claimed: Claim) -> bool:
        """Somebody began to send this and never said how it ended. Whether it is to be sent (again)."""
        try:
            arrived = await self._sent_before(claimed.room, claimed.key)
        except Refused:
            arrived = None
        except DeliveryError as error:
            wait = timedelta(seconds=error.after) if isinstance(error, TryLater) else SOON
            await self._mark(claimed, lease_until=self._clock() + wait)
            return False
        if arrived:
            await self._mark(claimed, state="sent", sent_at=self._clock())
        elif arrived is None:
            await self._say_perhaps(claimed)
        return arrived is False

    async def _went_out_before(self, claimed: Claim, today: Hours) -> bool:
        """Whether it is there already, though this database, put back from a backup, knows nothing of it.

        Where the platform cannot tell it goes out: most silences are none of that kind, and nobody had it.
        """
        if not await self._store.read(numbers.silent_after, today.opens):
            return False
        try:
            arrived = await self._sent_before(claimed.room, claimed.key)
        except DeliveryError:
            return False
        if arrived:
            await self._mark(claimed, state="sent", sent_at=self._clock())
        return bool(arrived)

    async def _say_perhaps(self, claimed: Claim) -> None:
        # Marked first: of this line, too, there may be one at most.
        if await self._mark(claimed, state="unknown"):
            try:
                await self._deliver(claimed.room, PerhapsSent(claimed.day), f"{claimed.key}:perhaps")
            except DeliveryError as error:
                log.warning("a digest may have been sent, and nobody could be told: %s", type(error).__name__)

    async def _mark(self, claimed: Claim, **how: object) -> bool:
        ours = await self._store.write(mark, claimed, **how)
        if not ours:
            log.warning("digest run %d was taken over while it was being sent", claimed.id)
        return ours
