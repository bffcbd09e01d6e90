"""What a monitor may ask over HTTP: whether we are well, and the figures. Never a word that somebody wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from plugin.chat.context import Condition, Hearing


def status_routes(condition: Condition, figures: Callable[[], Awaitable[bytes | None]]) -> list[Route]:
    """`/healthz` (always 200 while we answer; `status` is ok or degraded) and `/metrics` for Prometheus.

    `figures` gives None while there are none to be had.
    """

    async def healthz(request: Request) -> Response:
        parts, ears = await condition()
        well = all(health == "ok" for health in parts.values()) and not any(e.overdue for e in ears)
        state = "ok" if well else "degraded"
        return JSONResponse({"status": state, "parts": dict(parts), "accounts": [_account(e) for e in ears]})

    async def metrics(request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST

        told = await figures()
        return Response(told, 503 if told is None else 200, media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/metrics", metrics)]


def _account(ear: Hearing) -> dict[str, object]:
    return {
        "channel": ear.channel,
        "handle": ear.handle,
        "overdue": ear.overdue,
        "trouble": ear.trouble,
        "last_ok_at": ear.last_ok_at.isoformat() if ear.last_ok_at else None,
        "open_gaps": [gap.began_at.isoformat() for gap in ear.open_gaps],
    }
