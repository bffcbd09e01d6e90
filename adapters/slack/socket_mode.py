"""Socket Mode: Slack delivers over a connection that we open, so that no public address is needed.

The SDK's own client is not used: it never stops asking with a refused token, writes the connection's secret
address into the log when a connection fails, and leaves Slack without any connection while it changes to a
new one.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

import aiohttp

from adapters.slack.answers import Reply
from adapters.slack.body import Body, part, word
from adapters.slack.web import Web, translated
from plugin.errands import Errands
from plugin.errors import TryLater, Unknown

Take = Callable[[Body], Awaitable[Reply]]

LOG = logging.getLogger(__name__)
HEARTBEAT = 10.0
LONGEST_PAUSE = 30.0
LARGEST = 4 * 1024 * 1024


class Lines:
    """Our connections to Slack: one, and for a moment two while Slack asks us to change over."""

    def __init__(self, web: Web, app_token: str, take: Take) -> None:
        self._web, self._token, self._take = web, app_token, take
        self._errands = Errands()
        self._losses = 0
        self.health = "not connected yet"

    async def run(self) -> None:
        """Hold a connection until cancelled. Raises Refused when Slack refuses the app-level token."""
        try:
            while True:
                line = await self._dial()
                self.health = "ok"
                await self._hear_until_moved(line)
                if self._losses:
                    await asyncio.sleep(min(0.1 * 2**self._losses, LONGEST_PAUSE))
        finally:
            await self._errands.stop()

    async def _dial(self) -> aiohttp.ClientWebSocketResponse:
        pause = 1.0
        while True:
            try:
                call = self._web.client.apps_connections_open
                url = str((await self._web.call(call, whose="app-level", app_token=self._token))["url"])
                with translated():
                    return await self._web.session().ws_connect(
                        url,
                        heartbeat=HEARTBEAT,
                        max_msg_size=LARGEST,
                        timeout=aiohttp.ClientWSTimeout(ws_close=1),
                        proxy=self._web.client.proxy,
                    )
            except TryLater as busy:
                pause = max(pause, busy.after)
            except Unknown:
                pass
            self.health = "no Socket Mode connection"
            LOG.warning("Slack: no Socket Mode connection; trying again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _hear_until_moved(self, line: aiohttp.ClientWebSocketResponse) -> None:
        """Returns when a new connection is wanted; the old one goes on until Slack closes it."""
        moved = asyncio.Event()
        self._errands.start(self._hear(line, moved))
        await moved.wait()

    async def _hear(self, line: aiohttp.ClientWebSocketResponse, moved: asyncio.Event) -> None:
        try:
            async for message in line:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                envelope = _object(message.data)
                if envelope.get("type") == "disconnect":
                    moved.set()
                elif word(envelope, "envelope_id"):
                    self._losses = 0
                    self._errands.start(self._answer(line, envelope))
        finally:
            if not moved.is_set():
                self._losses += 1
                self.health = "no Socket Mode connection"
            moved.set()
            await line.close()

    async def _answer(self, line: aiohttp.ClientWebSocketResponse, envelope: Body) -> None:
        """Acknowledge what was taken in. What was not is left alone, and Slack delivers it again."""
        reply = await self._take(part(envelope, "payload"))
        if reply.status != 200:
            return
        answer: Body = {"envelope_id": envelope["envelope_id"]}
        if reply.body is not None:
            answer["payload"] = reply.body
        try:
            await line.send_str(json.dumps(answer))
        except (ConnectionError, aiohttp.ClientError):
            LOG.warning("Slack: the connection was gone before an acknowledgement; it will deliver again")


def _object(text: str) -> Body:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
