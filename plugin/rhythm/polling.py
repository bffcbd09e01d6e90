"""Every connected account's mentions are read, again and again, and nothing between is lost.

Each page is stored and the cursor moved in one transaction; so downtime, a crash or a second process need no
path of their own: whoever comes next goes on from the cursor.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from plugin.clock import Clock
from plugin.desk.posts.intake import Stored
from plugin.errands import Errands
from plugin.errors import Refused, TryLater, Unknown, place_of
from plugin.limits import Limits
from plugin.public.outcomes import REFUSALS
from plugin.public.port import PublicChannel
from plugin.public.values import Page, PublicAccount
from plugin.rhythm import cursors
from plugin.rhythm.cursors import Keeping, Turn
from plugin.rhythm.gaps import Hearing, hearings, quiet
from plugin.store.store import Store

log = logging.getLogger(__name__)

Connected = Callable[[int], Awaitable[PublicAccount | None]]
"""The account of that id with its tokens, or None when it has none."""

OnStored = Callable[[Stored], Awaitable[None]]
"""Told what a page brought, after it is safe. Only a hint: what must happen is found by a sweep."""

LOOK_AROUND = timedelta(seconds=30)
SOON = 60.0
SLOWEST_RETRY = timedelta(minutes=15)
SLOWEST_REFUSED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How polling works: a page must come within `patience`; at most `abreast` accounts are read at once."""

    zone: tzinfo
    limits: Limits
    lease: timedelta = timedelta(seconds=60)
    patience: timedelta = timedelta(seconds=45)
    abreast: int = 8


class Polling:
    """Reads the accounts of `channels`. Any number of processes may; `owner` names this one.

    `refused` is told of tokens that a channel does not take, `heard` of those that it takes; `caught_up` when all
    that was missed in a silence is read.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        connected: Connected,
        pace: Pace,
        *,
        clock: Clock,
        owner: str,
        on_stored: OnStored | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._channels = channels
        self._connected = connected
        self._pace = pace
        self._clock = clock
        self._owner = owner[:20]
        self._on_stored = on_stored
        self.refused: Callable[[PublicAccount], Awaitable[bool]] | None = None
        self.heard: Callable[[PublicAccount], Awaitable[None]] | None = None
        self.caught_up: Callable[[], Awaitable[None]] | None = None
        self._jitter = jitter
        self._woken: set[str] = set()
        self._rung = asyncio.Event()
        self._looked_at: datetime | None = None
        self._keeping = Keeping(pace.zone, pace.limits, pace.lease)

    def wake(self, *channels: str) -> None:
        """Read these channels (all, when none is named) at once, but for accounts that are in trouble."""
        self._woken |= set(channels or self._channels) & set(self._channels)
        self._rung.set()

    async def state(self) -> list[Hearing]:
        """How well each account is heard: for /healthz and the administrators."""
        return await self._store.survey(hearings, self._polls(), self._clock())

    def _polls(self) -> dict[str, timedelta]:
        return {name: _seconds(channel.can.poll_seconds) for name, channel in self._channels.items()}

    async def once(self) -> int:
        """Read what is due now, `abreast` accounts at most; says how many."""
        turns = await self._claim(self._pace.abreast)
        await asyncio.gather(*(self._read(turn) for turn in turns))
        return len(turns)

    async def run(self) -> None:
        """Read until cancelled; what is being read then is given back for the next to go on."""
        live = Errands()
        try:
            while True:
                self._rung.clear()
                seconds = await self._start(live)
                await self._rest(seconds)
        finally:
            await live.stop()

    async def _start(self, live: Errands) -> float:
        """Begin to read what is due; how many seconds until there is more."""
        try:
            for turn in await self._claim(self._pace.abreast - len(live)):
                live.start(self._read(turn)).add_done_callback(lambda _: self._rung.set())
            full = len(live) >= self._pace.abreast
            return LOOK_AROUND.total_seconds() if full else await self._until_next()
        except SQLAlchemyError as error:
            log.error("the database could not be asked what is due: %s", type(error).__name__)
            return 5.0

    async def _until_next(self) -> float:
        now = self._clock()
        due = await self._store.read(cursors.next_due, self._channels, now)
        # At least a blink: what is due may be locked, this very moment, by a process that is taking it.
        return max(0.02, min((due or now + LOOK_AROUND) - now, LOOK_AROUND).total_seconds())

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return

    async def _claim(self, n: int) -> list[Turn]:
        """Take up to `n` accounts; look for new ones now and then, and hasten those that were asked for."""
        if n < 1:
            return []
        now = self._clock()
        woken, self._woken = self._woken, set()
        if woken or self._looked_at is None or abs(now - self._looked_at) >= LOOK_AROUND:
            await self._store.write(_look_around, self._polls(), woken, now, self._pace.lease)
            self._looked_at = now
        due = await self._store.read(cursors.next_due, self._channels, now)
        if due is None or due > now:
            return []  # without asking for the writer's lock
        name = f"{self._owner}-{secrets.token_hex(8)}"
        return await self._store.write(cursors.claim, name, self._channels, n, now, now + self._pace.lease)

    async def _read(self, turn: Turn) -> None:
        """One turn, to its end or its trouble: the door where what went wrong is written down."""
        try:
            await self._sweep(turn)
        except asyncio.CancelledError:
            await self._store.write(cursors.end, turn, self._clock())
            raise
        except Exception as error:  # one account's trouble must not stop the others
            await self._note(turn, error)

    async def _sweep(self, turn: Turn) -> None:
        account = await self._connected(turn.account.id)
        if account is None:
            raise Refused("disconnected")
        channel = self._channels[turn.account.channel]
        poll = _seconds(channel.can.poll_seconds)
        pages = channel.mentions(account, turn.cursor)
        try:
            await self._take_in(turn, pages, poll)
            if self.heard is not None:
                await self.heard(account)
        except Refused as refused:
            if refused.why != "disconnected" or not account.tokens or self.refused is None:
                raise
            await self.refused(account)
            raise TryLater(SOON, "tokens refused") from refused  # with new ones, or as nobody in particular
        finally:
            if isinstance(pages, AsyncGenerator):
                await pages.aclose()

    async def _take_in(self, turn: Turn, pages: AsyncIterator[Page], poll: timedelta) -> None:
        missed = turn.silent(self._clock(), quiet(poll))
        while page := await self._next_page(pages):
            now = self._clock()
            stored = await self._store.write(cursors.keep, turn, page, self._keeping, now, poll)
            if stored is None:
                log.warning("account %s was taken over while it was being read", turn.account.id)
                return
            await self._tell(stored)
            if page.complete:
                if missed and self.caught_up is not None:
                    await self.caught_up()
                return
            turn = replace(turn, heard=True, failures=0)
        await self._store.write(cursors.end, turn, self._clock() + poll)

    async def _next_page(self, pages: AsyncIterator[Page]) -> Page | None:
        try:
            async with asyncio.timeout(self._pace.patience.total_seconds()):
                return await anext(pages, None)
        except TimeoutError:
            raise Unknown("no page in time") from None

    async def _tell(self, stored: Stored) -> None:
        if self._on_stored is None or not (stored.reports or stored.followups or stored.changed):
            return
        try:
            await self._on_stored(stored)
        except (
            Exception
        ) as error:  # what is stored is stored; whoever was to be told has a sweep of their own
            log.error("what account %s brought was not passed on: %s", stored.account_id, place_of(error))

    async def _note(self, turn: Turn, error: Exception) -> None:
        wait, failures, trouble, health = self._verdict(turn, error)
        if not isinstance(error, TryLater | Refused | Unknown):
            log.error("account %s was not read: %s", turn.account.id, place_of(error))
        try:
            await self._store.write(cursors.fail, turn, self._clock(), wait, failures, trouble[:200], health)
        except SQLAlchemyError as further:
            log.error("account %s keeps its lease: %s", turn.account.id, type(further).__name__)

    def _verdict(self, turn: Turn, error: Exception) -> tuple[timedelta, int, str, str]:
        """(how long to wait, failures in a row, what to show, the account's health or "" to leave it)."""
        double = 2 ** min(turn.failures, 10)
        match error:
            case TryLater():
                return _seconds(max(error.after, 1)), turn.failures, error.why or "asked to wait", ""
            case Refused():
                known = error.why if error.why in REFUSALS else "other"
                return min(SLOWEST_RETRY * double, SLOWEST_REFUSED), turn.failures + 1, error.why, known
        poll = _seconds(self._channels[turn.account.channel].can.poll_seconds)
        wait = min(poll * double, SLOWEST_RETRY) * (0.5 + self._jitter())
        why = error.why if isinstance(error, Unknown) else f"our fault: {type(error).__name__}"
        return wait, turn.failures + 1, why, ""


def _look_around(
    session: Session, polls: Mapping[str, timedelta], woken: set[str], now: datetime, lease: timedelta
) -> None:
    cursors.enroll(session, polls.keys(), now)
    cursors.set_right(session, polls, now, lease)
    if woken:
        cursors.hasten(session, woken, now)


def _seconds(n: float) -> timedelta:
    return timedelta(seconds=n)
