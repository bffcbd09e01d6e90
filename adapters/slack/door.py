"""The HTTP door: nothing that Slack did not sign comes in, and nothing that knocks can break it."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.slack.answers import Reply
from adapters.slack.body import Body, Junk, parse
from plugin.clock import Clock

Take = Callable[[Body], Awaitable[Reply]]

LARGEST = 1024 * 1024
OLDEST = 5 * 60


class TooLarge(Exception):
    """More than Slack ever sends."""


class Door:
    """`POST /slack/events`, as an application of its own: a route to a function wraps each request once more."""

    def __init__(self, signing_secret: str, take: Take, clock: Clock) -> None:
        self._secret, self._take, self._clock = signing_secret.encode(), take, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """Let a request in, or say by a status why not. The body is never quoted, neither here nor in a log."""
        try:
            raw = await _read(request)
            stamp = request.headers.get("x-slack-request-timestamp", "")
            signature = request.headers.get("x-slack-signature", "")
            if not is_signed(self._secret, raw, stamp, signature, self._clock().timestamp()):
                return Response(status_code=200 if _is_ssl_check(raw) else 401)
            return _response(await self._take(parse(raw)))
        except TooLarge:
            return Response(status_code=413)
        except (Junk, ClientDisconnect):
            return _response(Reply(400))


def is_signed(secret: bytes, raw: bytes, stamp: str, signature: str, now: float) -> bool:
    """Whether Slack signed `raw` at `stamp`, and lately. Any junk in the headers is simply a no.

    The SDK's verifier raises on a timestamp that is no number and on a signature that is not ASCII.
    """
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(now - int(stamp)) > OLDEST:
        return False
    digest = hmac.digest(secret, b"v0:%s:%s" % (stamp.encode(), raw), "sha256").hex()
    return hmac.compare_digest(f"v0={digest}".encode(), signature.encode("utf-8", "replace"))


async def _read(request: Request) -> bytes:
    if (length := request.headers.get("content-length", "")).isdecimal() and int(length[:20]) > LARGEST:
        raise TooLarge
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            raise TooLarge
    return bytes(raw)


def _is_ssl_check(raw: bytes) -> bool:
    """Slack looks at our certificate from time to time, and wants nothing but an answer."""
    try:
        return len(raw) < 1000 and parse(raw).get("ssl_check") == "1"
    except Junk:
        return False


def _response(reply: Reply) -> Response:
    if reply.status >= 400:
        # What we cannot read will be no better the second time; what we could not store will.
        headers = {"x-slack-no-retry": "1"} if reply.status < 500 else None
        return Response(status_code=reply.status, headers=headers)
    if reply.body is None:
        return Response(status_code=reply.status)
    return Response(orjson.dumps(reply.body), reply.status, media_type="application/json")
