"""Whatever comes to the page of consents gets a plain answer: what we did not ask for is junk, never our fault."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette

from adapters.consent_page import consent_routes
from plugin.rhythm.consents import Ending
from plugin.wording import Wording

WORDING = Wording(Path(__file__).parents[2] / "templates")
KINDS = {
    "connected": 200, "unknown_link": 404, "used": 410, "expired": 410, "no_right": 403, "denied": 400,
    "other_account": 400, "disconnected": 400, "unknown": 400,
}  # fmt: skip


class Back:
    """Notes what came; ends as it is told."""

    def __init__(self) -> None:
        self.kind = "unknown_link"
        self.came: list[tuple[str, str, str]] = []

    async def finish(self, channel: str, state: str, code: str) -> Ending:
        self.came.append((channel, state, code))
        return Ending(
            self.kind, "dpupr<b>", "DPUPR", "x", "wati_pribadi" if self.kind == "other_account" else ""
        )

    async def ask(self, path: str, method: str = "GET") -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=consent_routes(self.finish, WORDING)))
        async with httpx.AsyncClient(transport=app, base_url="https://tanggap.example") as client:
            return await client.request(method, path)


@pytest.mark.parametrize(("kind", "status"), KINDS.items())
async def test_every_end_is_a_page_in_plain_words(kind: str, status: int) -> None:
    back = Back()
    back.kind = kind
    answer = await back.ask("/hubungkan/x?state=s&code=c")

    assert answer.status_code == status
    assert back.came == [("x", "s", "c")]
    assert "<b>" not in answer.text
    assert "Menghubungkan akun" in answer.text
    assert ("@wati_pribadi" in answer.text) == (kind == "other_account")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?state=s",
        "?state=&code=",
        "?code=c&state=" + "a" * 1001,
        "?state=s&code=" + "c" * 5000,
        "?state[]=1",
    ],
)
async def test_junk_is_not_even_asked_about(asked: str) -> None:
    back = Back()

    assert (await back.ask(f"/hubungkan/x{asked}")).status_code == 404
    assert back.came == []


async def test_strange_signs_are_passed_on_as_they_are() -> None:
    back = Back()

    assert (await back.ask(f"/hubungkan/{quote('ñ')}?code=%00&state=%ff%fe")).status_code == 404
    assert len(back.came) == 1


@pytest.mark.parametrize(("method", "status"), [("HEAD", 405), ("POST", 405), ("DELETE", 405)])
async def test_whoever_only_looks_uses_nothing_up(method: str, status: int) -> None:
    back = Back()

    assert (await back.ask("/hubungkan/x?state=s&code=c", method)).status_code == status
    assert back.came == []
