"""Taking a public answer back, its last part first: asked for by a person, done by the channel, both on record.

A part of which nobody knows whether it is out is looked for before. To delete what is gone already harms nobody,
so whatever has no clear end is simply asked again. Where the channel does not let us, a person deletes it by hand
and we look whether it is gone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from plugin.clock import Clock
from plugin.desk.accounts.tokens import Tokens
from plugin.desk.outgoing import recalls
from plugin.desk.outgoing.claims import Claim
from plugin.desk.outgoing.parts import SETTLE
from plugin.desk.outgoing.recalls import Task
from plugin.desk.replying.replies import effective_mode
from plugin.errors import DeliveryError, TryLater
from plugin.limits import Limits
from plugin.public.approvals import Approvals
from plugin.public.outcomes import RateLimited, Refusal, Withdrawn
from plugin.public.port import PublicChannel
from plugin.public.values import PostRef, PublicAccount
from plugin.store.store import Store

AGAIN = timedelta(seconds=30)
ON = -1.0
"""No time to wait: the part before it may go at once."""


class Withdrawing:
    """Takes answers back. Any process may, at any time, as often as it likes."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        tokens: Tokens,
        clock: Clock,
        *,
        limits: Limits,
        approvals: Approvals,
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._tokens = tokens
        self._clock = clock
        self._limits = limits
        self._approvals = approvals
        self._refresh = refresh

    async def withdraw(self, reply_id: int) -> float | None:
        """Bring one withdrawal on; None when nothing is left to do, else seconds until the next try."""
        wait: float | None = ON
        while wait == ON:
            task = await self._store.read(recalls.begun, reply_id, self._clock())
            if task is None or isinstance(task, float):
                return task
            wait = await self._try(task)
            await self._show(task)
        return wait

    async def look(self, reply_id: int) -> bool:
        """Whether an answer that a person deleted by hand is gone; if so, it counts as taken back."""
        task = await self._store.read(recalls.peek, reply_id)
        channel = self._channels[task.account.channel]
        refs = list(task.standing)
        account = await self._tokens.of(task.account)
        gone = [a.ref.id async for a in channel.recheck(account, refs) if a.state != "there"]
        for key in gone:
            await self._store.write(recalls.gone, reply_id, key, self._limits, self._clock())
        await self._show(task)
        return len(gone) == len(refs)

    async def _try(self, task: Task) -> float | None:
        now, channel = self._clock(), self._channels.get(task.account.channel)
        if task.lost is None and not task.standing:
            return await self._store.write(recalls.nothing, task.reply_id, self._limits, now)
        if channel is None or effective_mode(task.account, channel, self._approvals) != "api":
            await self._store.write(recalls.handed_back, task.reply_id, "by_hand", now)
            return None
        try:
            account = await self._tokens.of(task.account)
        except TryLater as busy:
            until = now + timedelta(seconds=busy.after)
            return await self._store.write(recalls.later, task.reply_id, until, now, False)
        if task.lost is not None:
            return await self._search(task, task.lost, channel, account)
        return await self._delete(task, task.standing[-1], channel, account)

    async def _delete(
        self, task: Task, ref: PostRef, channel: PublicChannel, account: PublicAccount
    ) -> float | None:
        now = self._clock()
        match await channel.withdraw(account, ref):
            case Withdrawn():
                more = await self._store.write(recalls.gone, task.reply_id, ref.id, self._limits, now)
                return ON if more else None
            case RateLimited(until):
                return await self._store.write(recalls.later, task.reply_id, until, now, False)
            case Refusal("disconnected") if await self._tokens.refused(account):
                return await self._store.write(recalls.later, task.reply_id, now + AGAIN, now, True)
            case Refusal(code):
                await self._store.write(recalls.handed_back, task.reply_id, code, now)
            case _:
                return await self._store.write(recalls.later, task.reply_id, now + AGAIN, now, True)
        return None

    async def _search(
        self, task: Task, lost: Claim, channel: PublicChannel, account: PublicAccount
    ) -> float | None:
        now = self._clock()
        since = lost.drafted_at - SETTLE
        try:
            found = await channel.find_published(account, lost.text, lost.target_post, since=since)
        except TryLater as busy:
            until = now + timedelta(seconds=busy.after)
            return await self._store.write(recalls.later, task.reply_id, until, now, False)
        except DeliveryError:
            return await self._store.write(recalls.later, task.reply_id, now + AGAIN, now, True)
        await self._store.write(recalls.searched, task.reply_id, lost.place, found, now)
        return ON

    async def _show(self, task: Task) -> None:
        for reply in filter(None, (task.reply_id, task.companion_of)):
            await self._refresh(f"reply:{reply}")
        await self._refresh(f"report:{task.report_id}")
        if task.lead is not None:
            await self._refresh(f"report:{task.lead}")
