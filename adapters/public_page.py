"""The page on which anybody may check whether an account is an agency's own. It changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

Page = Callable[[str, int], Awaitable[str]]
"""The page for what was asked, and which sheet of it, as HTML."""

LONGEST = 80
HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def page_routes(page: Page) -> list[Route]:
    """`/akun-resmi?q=…&hal=…`, to be read by everybody."""

    async def show(request: Request) -> Response:
        asked = request.query_params.get("q", "")[:LONGEST]
        sheet = request.query_params.get("hal", "1")
        number = int(sheet) if sheet.isascii() and sheet.isdigit() and len(sheet) < 5 else 1
        return HTMLResponse(await page(asked, number), headers=HEADERS)

    return [Route("/akun-resmi", show)]
