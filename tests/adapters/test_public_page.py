"""The page on which citizens check an account: read only, escaped, and off unless the operator wants it."""

from __future__ import annotations

from datetime import date
from functools import partial

import httpx
import pytest
from sqlmodel import Session, select
from starlette.applications import Starlette

from adapters.public_page import Page, page_routes
from app import TEMPLATES
from plugin.dates import FILTERS
from plugin.desk.accounts.official_page import accounts_page
from plugin.registry.snapshot import bump
from plugin.settings import Settings
from plugin.store.store import Store
from plugin.store.tables import Agency
from plugin.wording import Wording
from tests.conftest import MovableClock
from tests.desk import ZONE, open_conversation
from tests.desk import Conversation as Talk


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Talk:
    return await open_conversation(store, clock)


def page(talk: Talk, clock: MovableClock) -> Page:
    return partial(accounts_page, talk.desk.services, Wording(TEMPLATES, FILTERS(ZONE, clock)))


async def test_what_is_known_of_an_account(talk: Talk, clock: MovableClock) -> None:
    await talk.say("/tandai-akun dinkes x @dinkeskbm_ palsu meminta uang")
    await talk.say("/tandai-akun dinkes x @budi_dinkes pribadi nama orang")
    show = page(talk, clock)

    assert "adalah akun resmi <strong>Dinas Perhubungan" in await show("@DishubKBM", 1)
    assert "adalah akun resmi" in await show("https://x.com/dishubkbm", 1)
    assert "akun palsu. Jangan" in await show("@dinkeskbm_", 1)
    assert "tidak tercatat sebagai akun resmi" in await show("@budi_dinkes", 1)
    assert "tidak tercatat sebagai akun resmi" in await show("@siapa", 1)
    assert "@dpuprkebumen" in await show("pekerjaan umum", 1)
    assert "budi" not in await show("", 1)
    assert "dinkeskbm_" not in await show("", 99)


async def test_an_office_that_is_no_more_has_no_account(talk: Talk, clock: MovableClock) -> None:
    def close(session: Session) -> None:
        session.exec(select(Agency).where(Agency.code == "DISHUB")).one().valid_to = date(2026, 8, 18)
        bump(session)

    await talk.store.write(close)
    show = page(talk, clock)
    before = await show("@dishubkbm", 1)
    clock.move(days=1)

    assert "adalah akun resmi" in before
    assert "tidak tercatat sebagai akun resmi" in await show("@dishubkbm", 1)
    assert "@dishubkbm" not in await show("", 1)


async def test_what_was_typed_is_text(talk: Talk, clock: MovableClock) -> None:
    nasty = '"><script>alert(1)</script>{{7*7}}'
    shown = await page(talk, clock)(nasty, 1)

    assert "<script>" not in shown
    assert "{{7*7}}" in shown


async def test_served_with_strict_headers() -> None:
    async def shown(asked: str, number: int) -> str:
        return f"<p>{len(asked)} {number}</p>"

    transport = httpx.ASGITransport(app=Starlette(routes=page_routes(shown)))
    async with httpx.AsyncClient(transport=transport, base_url="http://tanggap.example") as client:
        answer = await client.get("/akun-resmi", params={"q": "x" * 500, "hal": "٣"})

        assert answer.text == "<p>80 1</p>"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (await client.post("/akun-resmi")).status_code == 405
        assert (await client.get("/akun-resmi?hal=2")).text == "<p>0 2</p>"


def test_off_unless_the_operator_wants_it() -> None:
    assert Settings.model_fields["public_page"].default is False
