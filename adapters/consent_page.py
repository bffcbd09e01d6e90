"""The page to which a channel sends back whoever let us into an account. Whatever else comes here is junk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from plugin.rhythm.consents import Ending
from plugin.wording import Wording

Finish = Callable[[str, str, str], Awaitable[Ending]]
"""Takes the channel, the state and the code that came back; "" for a code that did not."""

LONGEST = 1000
STATUS = {"connected": 200, "unknown_link": 404, "used": 410, "expired": 410, "no_right": 403}
"""What is not in it is 400: nothing here is ever the fault of the server."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def consent_routes(finish: Finish, wording: Wording) -> list[Route]:
    """`/hubungkan/CHANNEL?state=…&code=…`."""

    async def back(request: Request) -> Response:
        if request.method != "GET":  # somebody only looks whether there is a page; nothing is used up by it
            return Response(status_code=405, headers={"Allow": "GET"})
        asked = request.query_params
        state, code = asked.get("state", ""), asked.get("code", "")
        junk = max(len(state), len(code)) > LONGEST or not (code or asked.get("error"))
        channel = request.path_params["channel"]
        ending = Ending("unknown_link") if junk else await finish(channel, state, code)
        page = wording.text("consents/page.html", ending=ending)
        return HTMLResponse(page, STATUS.get(ending.kind, 400), headers=HEADERS)

    return [Route("/hubungkan/{channel}", back, methods=["GET", "HEAD"])]
