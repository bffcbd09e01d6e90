"""How updates reach the bot: kept until it confirms them, or delivered to its webhook until it says yes."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from tests.far_side.telegram_world import Fault, Json

KINDS = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")


@dataclass
class Pending:
    """An update that was not confirmed yet. `again`: its confirmation got lost, so it comes once more."""

    update: Json
    again: bool = False


class Updates:
    """What happened and was not confirmed yet. `touch` is called whenever something was delivered."""

    def __init__(self, touch: Callable[[], None]) -> None:
        self.offsets: list[int] = []
        self.statuses: list[int] = []
        self.webhook: Json = {}
        self._touch = touch
        self._allowed: tuple[str, ...] = KINDS
        self._numbers = itertools.count(700_000_001)
        self._pending: deque[Pending] = deque()
        self._poll: asyncio.Event | None = None
        self._news = asyncio.Event()
        self._lanes: dict[int, asyncio.Queue[Json]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._undelivered = 0
        self._last_error: Json = {}
        self._client: aiohttp.ClientSession | None = None

    async def stop(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    @property
    def unconfirmed(self) -> int:
        """How many updates Telegram still keeps for the bot."""
        return len(self._pending) + self._undelivered

    def end_polls(self) -> None:
        """Answer the poll that waits now, with nothing, as when its time is over."""
        self._news.set()

    def forget(self) -> None:
        """Drop everything that was not delivered."""
        self._pending.clear()

    def renumber(self, start: int) -> None:
        """After a week of silence the numbers go on anywhere."""
        self._numbers = itertools.count(start)

    def push(self, happened: Json, update_id: int | None = None) -> None:
        """Something happened that the bot may hear of. A number used before is the same delivery again."""
        if not set(happened) & set(self._allowed):
            return
        number = next(self._numbers) if update_id is None else update_id
        update = {"update_id": number, **happened}
        if self.webhook.get("url"):
            self._into_lane(update)
        else:
            self._pending.append(Pending(update, again=update_id is not None))
            self._news.set()

    def _into_lane(self, update: Json) -> None:
        inside = next(v for k, v in update.items() if k != "update_id")
        chat = inside.get("message", inside).get("chat")
        lane = chat["id"] if isinstance(chat, dict) else 0
        if lane not in self._lanes:
            self._lanes[lane] = asyncio.Queue()
            worker = asyncio.create_task(self._deliver_lane(self._lanes[lane]))
            self._workers.add(worker)
        self._lanes[lane].put_nowait(update)
        self._undelivered += 1

    async def _deliver_lane(self, lane: asyncio.Queue[Json]) -> None:
        while True:
            update = await lane.get()
            pause = 0.005
            while not await self._delivered(update):
                await asyncio.sleep(pause)
                pause = min(pause * 2, 0.05)
            self._undelivered -= 1
            self._touch()

    async def _delivered(self, update: Json) -> bool:
        self._client = self._client or aiohttp.ClientSession()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            async with self._client.post(self.webhook["url"], json=update, headers=headers) as response:
                status = response.status
        except aiohttp.ClientError:
            status = 0
        self.statuses.append(status)
        if not 200 <= status < 300:
            message = f"Wrong response from the webhook: {status}"
            self._last_error = {"last_error_date": int(time.time()), "last_error_message": message}
        self._touch()
        return 200 <= status < 300

    async def get_updates(self, params: Json) -> list[Json]:
        if self.webhook.get("url"):
            raise Fault(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll is not None:
            self._poll.set()
        offset, patience = int(params.get("offset") or 0), float(params.get("timeout") or 0)
        self._allow(params)
        self.offsets.append(offset)
        self._pending = deque(p for p in self._pending if p.again or p.update["update_id"] >= offset)
        self._touch()
        if not self._pending and patience:
            await self._wait_for_news(patience)
        wanted = (p for p in self._pending if p.again or p.update["update_id"] >= offset)
        batch = list(itertools.islice(wanted, min(int(params.get("limit") or 100), 100)))
        for pending in batch:
            pending.again = False
        return [pending.update for pending in batch]

    async def _wait_for_news(self, patience: float) -> None:
        mine = self._poll = asyncio.Event()
        self._news.clear()
        waits = [asyncio.ensure_future(e.wait()) for e in (self._news, mine)]
        try:
            await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            if self._poll is mine:
                self._poll = None
        if mine.is_set():
            raise Fault(409, "Conflict: terminated by other getUpdates request")

    def _allow(self, params: Json) -> None:
        kinds = params.get("allowed_updates")
        if kinds is not None:
            self._allowed = tuple(json.loads(kinds) if isinstance(kinds, str) else kinds)

    def set_webhook(self, params: Json) -> bool:
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        local = urlsplit(url).hostname in ("127.0.0.1", "localhost")
        if url and not (url.startswith("https://") or local):
            raise Fault(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Fault(400, "Bad Request: secret token contains unallowed characters")
        self._allow(params)
        self.webhook = {"url": url, "secret_token": secret}
        while url and self._pending:
            self._into_lane(self._pending.popleft().update)
        return True

    def delete_webhook(self, params: Json) -> bool:
        self.webhook = {}
        return True

    def webhook_info(self, params: Json) -> Json:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": self.unconfirmed,
        } | self._last_error
