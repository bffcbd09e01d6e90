"""A channel that is asked no faster than it allows, by all processes together: replies first, looking after last.

Each account has a lane for each thing it does, and so have all accounts together. Where the channel says that it
has had enough, that account's lane closes for as long as it says, and nobody asks until then.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from plugin.clock import Clock
from plugin.errors import TryLater
from plugin.public.outcomes import Outcome, RateLimited, Withdrawal
from plugin.public.port import PublicChannel
from plugin.public.values import Act, Availability, Cursor, Draft, Page, Post, PostRef, PublicAccount
from plugin.store.gates import Gates, Rank

RANKS: Mapping[Act, Rank] = {
    "publish": Rank.REPLY,
    "withdraw": Rank.REPLY,
    "look": Rank.REPLY,
    "mentions": Rank.ALERT,
    "recheck": Rank.AUDIT,
}
MORE = ("audience", "followers", "activity", "consent_url", "redeem", "renew", "give_up")
PATIENCE = 5.0
"""Seconds that a call waits for its turn; longer, and whoever asked comes back by their own timer."""


def paced(channel: PublicChannel, gates: Gates, clock: Clock) -> PublicChannel:
    """The channel, at its pace; one that names no pace is left as it is."""
    return cast(PublicChannel, _Paced(channel, gates, clock)) if channel.can.paces else channel


class _Paced:
    """Takes a turn before each call that costs one. Everything else is the channel's own."""

    def __init__(self, channel: PublicChannel, gates: Gates, clock: Clock) -> None:
        self._channel = channel
        self._gates = gates
        self._clock = clock
        for name in MORE:  # so that it is still seen what the channel can do beyond its port
            if hasattr(channel, name):
                setattr(self, name, getattr(channel, name))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, **how: Any) -> Outcome:
        try:
            await self._turn(account, "publish")
        except TryLater as busy:
            return RateLimited(self._clock() + timedelta(seconds=busy.after))
        outcome = await self._channel.publish(account, draft, target_id, **how)
        await self._heed(account, "publish", outcome)
        return outcome

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        try:
            await self._turn(account, "withdraw")
        except TryLater as busy:
            return RateLimited(self._clock() + timedelta(seconds=busy.after))
        outcome = await self._channel.withdraw(account, ref)
        await self._heed(account, "withdraw", outcome)
        return outcome

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        await self._turn(account, "look")
        try:
            return await self._channel.find_published(account, text, target_id, since=since)
        except TryLater as busy:
            await self._close(account, "look", busy.after)
            raise

    async def written_since(self, account: PublicAccount, since: datetime) -> Sequence[Post]:
        await self._turn(account, "look")
        try:
            return await self._channel.written_since(account, since)
        except TryLater as busy:
            await self._close(account, "look", busy.after)
            raise

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        pages = self._channel.mentions(account, since)
        try:
            await self._turn(account, "mentions")
            async for page in pages:
                yield page
                if page.complete:
                    return
                await self._turn(account, "mentions")
        except TryLater as busy:
            if busy.why not in OURS:
                await self._close(account, "mentions", busy.after)
            raise
        finally:
            if isinstance(pages, AsyncGenerator):
                await pages.aclose()

    async def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        await self._turn(account, "recheck")
        try:
            async for one in self._channel.recheck(account, refs):
                yield one
        except TryLater as busy:
            await self._close(account, "recheck", busy.after)
            raise

    async def look_at(self, account: PublicAccount, ref: PostRef) -> Post | None:
        await self._turn(account, "recheck")
        try:
            return await self._channel.look_at(account, ref)
        except TryLater as busy:
            await self._close(account, "recheck", busy.after)
            raise

    async def _turn(self, account: PublicAccount, act: Act) -> None:
        paces = self._channel.can.paces.get(act)
        if paces is None:
            return
        own, all_together = paces
        for lane, pace in ((self._lane(account, act), own), (f"{self._channel.name}:{act}", all_together)):
            await self._gates.turn(
                lane, per_second=pace.per_second, burst=pace.burst, rank=RANKS[act], patience=PATIENCE
            )

    async def _heed(self, account: PublicAccount, act: Act, outcome: Outcome | Withdrawal) -> None:
        if isinstance(outcome, RateLimited):
            await self._close(account, act, (outcome.until - self._clock()).total_seconds())

    async def _close(self, account: PublicAccount, act: Act, seconds: float) -> None:
        await self._gates.close(self._lane(account, act), seconds)

    def _lane(self, account: PublicAccount, act: Act) -> str:
        return f"{self._channel.name}:{account.id}:{act}"


OURS = ("pace", "closed")
"""Why our own gates ask to wait, apart from what the channel asks."""
