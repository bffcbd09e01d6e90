"""The platforms' other end, lean: Slack's Web API, Telegram's Bot API and X's mentions, in one local server.

The strict ones stand in `tests/far_side/`. These only answer, quickly, and note when they were called.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bench.archive import TELEGRAM_ROOM, TELEGRAM_SEKDA
from bench.complaints import complaint

Json = dict[str, Any]  # the platforms' own
PAGE = 100
TELEGRAM_TOKEN = "7000001:bench-token-of-nobody-in-particular"


@dataclass
class Call:
    """The app called a method at `at` (`time.perf_counter`)."""

    method: str
    at: float
    body: Json


@dataclass
class Timeline:
    """An account's mentions on X that were not read yet, as pages of JSON, the newest page first."""

    handle: str
    key: str
    pages: list[bytes] = field(default_factory=list)


class FarSide:
    """All three platforms. Started inside the load generator's loop."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: asyncio.Queue[Call] = asyncio.Queue()
        self.timelines: dict[str, Timeline] = {}
        self.first_page_at: float | None = None
        self.pages_served = 0
        self._feed = 0.0
        self._fed_at = time.perf_counter()
        self._updates: asyncio.Queue[Json] = asyncio.Queue()
        self._numbers = itertools.count(1)
        self._dice = random.Random(3)
        self._runner: web.AppRunner | None = None
        self._known: dict[str, str] = {}

    async def start(self) -> None:
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/api/{method}", self._slack)
        app.router.add_post("/hooks/{id}", self._hook)
        app.router.add_post(f"/bot{TELEGRAM_TOKEN}/{{method}}", self._telegram)
        app.router.add_get("/2/users/{id}/mentions", self._mentions)
        app.router.add_get("/2/users/{id}/tweets", self._written)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    # -- Slack ------------------------------------------------------------------------------------------

    async def _slack(self, request: web.Request) -> web.Response:
        at, method = time.perf_counter(), request.match_info["method"]
        if method == "auth.test":
            return web.json_response(
                {"ok": True, "user_id": "UTANGGAP", "bot_id": "BTANGGAP", "team_id": "TBENCH"}
            )
        self.calls.put_nowait(Call(method, at, json.loads(await request.read() or b"{}")))
        return web.json_response(
            {"ok": True, "channel": "CPROV", "ts": f"1700000000.{next(self._numbers):06}"}
        )

    async def _hook(self, request: web.Request) -> web.Response:
        self.calls.put_nowait(Call("response_url", time.perf_counter(), await request.json()))
        return web.Response(text="ok")

    # -- Telegram ---------------------------------------------------------------------------------------

    def say(self, text: str) -> float:
        """The Sekda types in the Telegram group; when that was."""
        number = next(self._numbers)
        chat = {"id": TELEGRAM_ROOM, "type": "supergroup", "title": "Grup SKPD"}
        sender = {"id": TELEGRAM_SEKDA, "is_bot": False, "first_name": "Sekda"}
        length = len(text.partition(" ")[0])
        entity = {"type": "bot_command", "offset": 0, "length": length}
        message = {
            "message_id": number, "date": int(time.time()), "chat": chat, "from": sender, "text": text,
            "entities": [entity],
        }  # fmt: skip
        self._updates.put_nowait({"update_id": number, "message": message})
        return time.perf_counter()

    async def _telegram(self, request: web.Request) -> web.Response:
        at, method = time.perf_counter(), request.match_info["method"]
        raw = await request.read()
        result: object = True
        if method == "getUpdates":
            result = await self._poll(request, json.loads(raw).get("timeout", 0))
        elif method == "getMe":
            result = {
                "id": 7000001, "is_bot": True, "first_name": "Tanggap", "username": "tanggap_bot",
                "can_join_groups": True, "can_read_all_group_messages": False,
            }  # fmt: skip
        elif method == "sendMessage":
            self.calls.put_nowait(Call(method, at, json.loads(raw)))
            chat = {"id": TELEGRAM_ROOM, "type": "supergroup", "title": "Grup SKPD"}
            result = {"message_id": next(self._numbers), "date": int(at), "chat": chat, "text": "x"}
        return web.Response(
            body=json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode(),
            content_type="application/json",
        )

    async def _poll(self, request: web.Request, seconds: float) -> list[Json]:
        found: list[Json] = []
        try:
            async with asyncio.timeout(seconds):
                found.append(await self._updates.get())
        except TimeoutError:
            return found
        if request.transport is None:  # whoever asked is gone
            self._updates.put_nowait(found.pop())
        while found and not self._updates.empty():
            found.append(self._updates.get_nowait())
        return found

    # -- X ----------------------------------------------------------------------------------------------

    def know(self, accounts: Sequence[tuple[str, str]]) -> None:
        """The accounts that may be asked for: (key, handle)."""
        self._known = dict(accounts)

    def fill(self, pages_each: int) -> int:
        """Every account was mentioned so often; how many mentions that are in all."""
        for key, handle in self._known.items():
            pages = [self._page(handle, key) for _ in range(pages_each)]
            self.timelines[key] = Timeline(handle, key, pages[::-1])
        self.first_page_at, self.pages_served = None, 0
        return len(self._known) * pages_each * PAGE

    def feed(self, pages_per_second: float) -> None:
        """From now on, so many new pages come in all, whoever asks first."""
        self._feed, self._fed_at, self.pages_served = pages_per_second, time.perf_counter(), 0

    async def _mentions(self, request: web.Request) -> web.Response:
        key = request.match_info["id"]
        self._be_fed(key)
        waiting = self.timelines.get(key)
        if waiting is None or not waiting.pages:
            return web.json_response({"meta": {"result_count": 0}})
        self.first_page_at = self.first_page_at or time.perf_counter()
        self.pages_served += 1
        # Page by page downwards, as a walk asks for them; the token only says that there is more.
        page = waiting.pages.pop(0)
        more = b',"next_token":"more"' if waiting.pages else b""
        return web.Response(
            body=page.replace(b'"more":1', b'"more":1' + more), content_type="application/json"
        )

    async def _written(self, request: web.Request) -> web.Response:
        """What an account has written itself: nothing."""
        return web.json_response({"meta": {"result_count": 0}})

    def _be_fed(self, key: str) -> None:
        due = int((time.perf_counter() - self._fed_at) * self._feed)
        if self._feed and due > self.pages_served and key in self._known:
            self.timelines[key] = Timeline(self._known[key], key, [self._page(self._known[key], key)])

    def _page(self, handle: str, account: str) -> bytes:
        """A page of new mentions, the newest first; each is larger than any before."""
        posts, users = [], []
        for _ in range(PAGE):
            post, user = self._next_id(), self._dice.randrange(10**9, 2 * 10**9)
            posts.append(_post(post, user, complaint(self._dice, handle), handle, account))
            users.append(_user(user))
        posts.reverse()
        meta = {"result_count": PAGE, "newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"], "more": 1}
        body = {"data": posts, "includes": {"users": users}, "meta": meta}
        return json.dumps(body, separators=(",", ":")).encode()

    def _next_id(self) -> int:
        # Above every id in the archive, whose numbers are larger than X's of today.
        return int(time.time() * 1000) * 4_194_304 + 10**15 + next(self._numbers)


def _post(key: int, author: int, text: str, handle: str, account: str) -> Json:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    mention = {"start": 0, "end": len(handle) + 1, "username": handle, "id": account}
    return {
        "id": str(key), "text": text, "author_id": str(author), "created_at": now,
        "conversation_id": str(key), "edit_history_tweet_ids": [str(key)], "entities": {"mentions": [mention]},
    }  # fmt: skip


def _user(key: int) -> Json:
    return {
        "id": str(key), "name": f"Warga {key}", "username": f"warga{key}", "location": "Jawa",
        "created_at": "2019-02-01T00:00:00.000Z", "verified": False, "verified_type": "none",
        "public_metrics": {"followers_count": 120, "following_count": 3, "tweet_count": 9},
    }  # fmt: skip


__all__ = ["TELEGRAM_TOKEN", "Call", "FarSide", "Timeline"]
