"""The doorkeeper of the training room's endpoints: who may ask, from where, and how much at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.reading import TurnedAway

HEADER = "x-tanggap"
"""Only our own page sends it: another site's form or image cannot, and its script may not."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
READING = frozenset({"GET", "HEAD"})


class Guard:
    """Turns away unknown hosts (DNS rebinding), other sites' requests and bodies that are too large.

    `refuse` gives the words for a code; `largest` counts bytes of a request's body.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: Sequence[str], refuse: Callable[[str], str], largest: int = 64_000
    ) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._refuse = refuse
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # nothing here speaks WebSocket
            await send({"type": "websocket.close"})
            return
        decorated = _with_headers(send)
        turned = self._turned_away(scope["method"], Headers(scope=scope))
        if turned is None:
            await self._app(scope, self._counted(receive), decorated)
        else:
            await self._answer(*turned)(scope, receive, decorated)

    def _turned_away(self, method: str, headers: Headers) -> tuple[str, int] | None:
        if headers.get("host", "").lower() not in self._hosts:
            return "host", 421
        if method not in READING and not _from_our_page(headers):
            return "origin", 403
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared[:12]) > self._largest:
            return "too_large", 413
        return None

    def _answer(self, code: str, status: int) -> Response:
        # What is left of the body is not read: the connection cannot be used again.
        headers = {"connection": "close"}
        return JSONResponse({"code": code, "says": self._refuse(code)}, status, headers)

    def _counted(self, receive: Receive) -> Receive:
        """The body as it comes, as long as it is not more than was declared to be possible."""
        taken = 0

        async def counting() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._largest:
                raise TurnedAway("too_large", 413)
            return message

        return counting


def _from_our_page(headers: Headers) -> bool:
    origin = headers.get("origin")
    ours = origin is None or origin.lower() in {f"{s}://{headers['host'].lower()}" for s in ("http", "https")}
    site = headers.get("sec-fetch-site", "same-origin")
    return ours and site in {"same-origin", "none"} and HEADER in headers


def _with_headers(send: Send) -> Send:
    async def decorated(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return decorated
