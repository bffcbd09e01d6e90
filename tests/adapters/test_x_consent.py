"""X's tokens: asked for as X wants it, told apart by what went wrong, in no log; and what calls are said to cost."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.x import Client, XChannel, make_x, prices
from plugin.errors import Refused, TryLater, Unknown
from plugin.public.outcomes import Refusal
from plugin.public.values import Draft, PublicAccount
from tests.far_side.x import Fault, XFarSide

BACK = "https://tanggap.example.go.id/hubungkan/x"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Wire:
    far: XFarSide
    x: XChannel

    def code(self, *, writes: bool = True) -> str:
        """Somebody allowed it."""
        user = self.far.world.user("dpupr", self.far.clock()).id
        back = self.far.oauth.consent(self.x.consent_url("s" * 43, CHALLENGE, BACK, writes=writes), user)
        return parse_qs(urlsplit(back).query)["code"][0]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    far = XFarSide()
    await far.start()
    far.oauth.callbacks.add(BACK)
    client = Client(far.oauth.client_id, far.oauth.client_secret, far.url)
    x = make_x(consumer_key="", consumer_secret="", bearer_token="", api_url=far.url, client=client)
    yield Wire(far, x)
    await x.aclose()
    await far.stop()


async def test_from_code_to_tokens_to_new_ones_to_none(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        first = await wire.x.redeem(wire.code(), VERIFIER, BACK)
        who = await wire.x.identify(PublicAccount(1, "x", "dpupr", "", first.tokens))
        second = await wire.x.renew(first.tokens)
        await wire.x.give_up(second.tokens)
        with pytest.raises(Refused, match="disconnected"):
            await wire.x.renew(second.tokens)

    assert (first.lasts, who[1]) == (7200.0, "dpupr")
    assert first.tokens != second.tokens
    assert "access_token" not in repr(first)
    said = "\n".join(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)
    secrets = [*first.tokens.values(), *second.tokens.values(), wire.far.oauth.client_secret, VERIFIER]
    assert not [secret for secret in secrets if secret != "bearer" and secret in said]


@pytest.mark.parametrize(
    ("verifier", "back"),
    [("w" * 64, BACK), (VERIFIER, BACK + "/"), (VERIFIER, "https://jahat.example/hubungkan/x")],
)
async def test_another_verifier_or_address_gets_nothing(wire: Wire, verifier: str, back: str) -> None:
    with pytest.raises(Refused, match="disconnected"):
        await wire.x.redeem(wire.code(), verifier, back)

    assert not wire.far.oauth.access


async def test_a_code_is_good_once(wire: Wire) -> None:
    code = wire.code()
    await wire.x.redeem(code, VERIFIER, BACK)
    with pytest.raises(Refused, match="disconnected"):
        await wire.x.redeem(code, VERIFIER, BACK)


async def test_the_apps_own_mistake_and_xs_trouble_are_no_fault_of_the_accounts(wire: Wire) -> None:
    granted = await wire.x.redeem(wire.code(), VERIFIER, BACK)
    secret, wire.far.oauth.client_secret = wire.far.oauth.client_secret, "another"
    with pytest.raises(Refused, match="forbidden"):
        await wire.x.renew(granted.tokens)
    wire.far.oauth.client_secret = secret
    for fault, kind in (
        (Fault("html", status=503), Unknown), (Fault("html", status=400), Unknown),
        (Fault("html", status=429), TryLater),
    ):  # fmt: skip
        wire.far.token_faults.append(fault)
        with pytest.raises(kind):
            await wire.x.renew(granted.tokens)

    assert (await wire.x.renew(granted.tokens)).tokens != granted.tokens


async def test_who_let_us_read_does_not_find_us_writing(wire: Wire) -> None:
    granted = await wire.x.redeem(wire.code(writes=False), VERIFIER, BACK)
    user = wire.far.world.user("dpupr", wire.far.clock()).id
    account = PublicAccount(1, "x", "dpupr", user, granted.tokens)
    post = wire.far.citizen_posts("jalan rusak", mention="dpupr")
    pages = [page async for page in wire.x.mentions(account, "")]

    assert [p.id for page in pages for p in page.posts] == [post]
    assert await wire.x.publish(account, Draft("Siap"), post, key="k") == Refusal("not_entitled")


def test_prices_hold_from_their_day_on() -> None:
    assert prices.price("post_link", date(2026, 11, 28)) == Decimal("0.200")
    assert prices.price("post_summoned", date(2020, 1, 1)) == Decimal("0.010")
    assert {p.kind for p in prices.prices()} >= {"post", "post_link", "post_summoned", "delete", "post_read"}


def test_everything_that_x_sends_beside_a_page_is_counted() -> None:
    page = {
        "data": [{"id": "1"}, {"id": "2"}],
        "includes": {"users": [{"id": "7"}], "tweets": [{"id": "3"}], "media": [{"media_key": "m"}]},
    }

    assert prices.used(page, "post_read") == {"post_read": 3, "user_read": 1}
    assert prices.used({"data": {"id": "7"}}, "user_read") == {"user_read": 1, "post_read": 0}
    assert prices.used(None, "post_read") == {"post_read": 0, "user_read": 0}
