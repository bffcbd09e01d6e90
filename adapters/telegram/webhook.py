"""Where Telegram delivers updates: believed only with the secret, and acknowledged only when passed on."""

from __future__ import annotations

import hmac
import json
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.telegram.door import Door

PATH = "/telegram/updates"
SECRET = "x-telegram-bot-api-secret-token"
MOST_BYTES = 1024 * 1024


class Webhook:
    """The endpoint. Without a door behind it (not started yet, stopping) Telegram is asked to come again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.door: Door | None = None

    @property
    def route(self) -> Route:
        """`POST /telegram/updates`."""
        return Route(PATH, self._deliver, methods=["POST"])

    async def _deliver(self, request: Request) -> Response:
        given = request.headers.get(SECRET, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        return Response(status_code=200 if await self._take(update) else 503)

    async def _take(self, update: dict[str, Any]) -> bool:  # Any: as Telegram wrote it
        """Whether the update need not come again. Deliveries overlap; within a chat they keep their order."""
        door = self.door
        if door is None:
            return False
        arrival = door.arrival(update)
        async with door.turn(arrival.lane):
            return await door.take(arrival)


async def _bounded(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:  # Any: as Telegram wrote it
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    number = read.get("update_id")
    return read if isinstance(number, int) and not isinstance(number, bool) else None
