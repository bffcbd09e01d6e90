"""After a silence the accounts' own posts of that time are looked over once, when all that was missed is read.

Whoever was answered meanwhile, by hand or by the desk whose database was put back from a backup, waits no longer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.clock import Clock
from plugin.desk.outgoing import answered
from plugin.errors import DeliveryError, Refused
from plugin.public.port import PublicChannel
from plugin.public.values import Post, PublicAccount
from plugin.store.store import Store
from plugin.store.tables import Account, Gap, PollCursor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    """An account whose own posts since then we do not know."""

    account_id: int
    channel: str
    since: datetime


class LookingBack:
    """Looks over what is to be looked over. Any process may, at any time; `look` finds one of our own answers."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, PublicChannel],
        connected: Callable[[int], Awaitable[PublicAccount | None]],
        *,
        clock: Clock,
        zone: tzinfo,
        look: Callable[[int], Awaitable[bool]],
        refresh: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._channels = channels
        self._connected = connected
        self._clock = clock
        self._zone = zone
        self._look = look
        self._refresh = refresh
        self._one_at_a_time = asyncio.Lock()  # an account that two look over costs twice

    async def tick(self) -> None:
        """Whatever is due now; what cannot be asked now is asked in a minute."""
        async with self._one_at_a_time:
            await self._look_over_all()

    async def _look_over_all(self) -> None:
        for task in await self._store.read(_due, tuple(self._channels)):
            try:
                await self._look_over(task)
            except Refused as error:
                log.warning("what account %d wrote itself is not looked over: %s", task.account_id, error)
            except DeliveryError:
                continue
            await self._store.write(_done, task)

    async def _look_over(self, task: _Task) -> None:
        account = await self._connected(task.account_id)
        if account is None:
            raise Refused("disconnected")
        posts = await self._channels[task.channel].written_since(account, task.since)
        for post in reversed(posts):
            await self._take(task, post)

    async def _take(self, task: _Task, post: Post) -> None:
        found = await self._store.read(answered.meant, task.channel, task.account_id, post)
        if found is None or await self._is_ours(found.replies):
            return
        cards = await self._store.write(answered.elsewhere, found.number, post, self._clock(), self._zone)
        for about in cards:
            await self._refresh(about)

    async def _is_ours(self, replies: Sequence[int]) -> bool:
        """Whether it is one of these answers, word for word; if so, it is public from then on."""
        for number in replies:
            if await self._look(number):
                return True
        return False


def _due(session: Session, channels: Sequence[str]) -> list[_Task]:
    missing = sa.exists().where(
        col(Gap.account_id) == col(PollCursor.account_id), col(Gap.closed_at).is_(None)
    )
    query = (
        select(PollCursor.account_id, Account.channel, PollCursor.own_since)
        .join(Account, col(Account.id) == PollCursor.account_id)
        .where(col(PollCursor.own_since).is_not(None), col(Account.channel).in_(channels), ~missing)
    )
    return [
        _Task(number, channel, since) for number, channel, since in session.exec(query) if since is not None
    ]


def _done(session: Session, task: _Task) -> None:
    mine = col(PollCursor.account_id) == task.account_id, col(PollCursor.own_since) == task.since
    session.connection().execute(sa.update(PollCursor).where(*mine).values(own_since=None))
