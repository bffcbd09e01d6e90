"""Slack's end of Socket Mode: connections that the app opened, envelopes on them, acknowledgements back."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]  # an envelope


class Sockets:
    """The connections that stand open."""

    def __init__(self) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.seen = 0
        self.patience = 3.0
        self._arrived = asyncio.Condition()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    async def connected(self, request: web.Request) -> web.StreamResponse:
        if not request.query.get("ticket"):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.open) + 1})
        async with self._arrived:
            self.open.append(socket)
            self.seen += 1
            self._arrived.notify_all()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            if socket in self.open:
                self.open.remove(socket)
        return socket

    async def wait_for(self, connections: int) -> None:
        """Until the app has opened so many connections in all."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: self.seen >= connections and bool(self.open))

    async def send(self, kind: str, payload: Json) -> Json | None:
        """Deliver on the newest connection; None when the app does not acknowledge in time."""
        await self.wait_for(1)
        name = f"envelope-{next(self._numbers)}"
        self._waiting[name] = asyncio.get_running_loop().create_future()
        await self.open[-1].send_json(
            {
                "envelope_id": name,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        try:
            return await asyncio.wait_for(self._waiting[name], self.patience)
        except TimeoutError:
            return None
        finally:
            del self._waiting[name]

    async def say(self, text: str) -> None:
        """Send anything at all on the newest connection."""
        await self.wait_for(1)
        await self.open[-1].send_str(text)

    async def ask_to_move(self) -> web.WebSocketResponse:
        """Tell the app that the newest connection will end soon."""
        await self.say(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        return self.open[-1]

    async def drop(self) -> None:
        """Break the newest connection without a word."""
        await self.wait_for(1)
        await self.open[-1].close()

    async def close(self) -> None:
        for socket in list(self.open):
            await socket.close()

    def _acknowledged(self, answer: Json) -> None:
        waiting = self._waiting.get(answer.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
