"""Reading on X who follows an account: as many as it says, page by page, and never an empty list by mistake."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.x import followers
from plugin.errors import DeliveryError, Refused, Unknown
from plugin.public.port import FollowerSource
from tests.adapters.x_wire import XWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as wire:
        yield wire


def source(wire: XWire) -> FollowerSource:
    assert isinstance(wire.channel, FollowerSource)
    return wire.channel


async def test_followers_come_page_by_page(wire: XWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "PAGE", 2)
    for n in range(5):
        wire.far.world.user(f"warga_{n}", wire.far.clock())
    names: list[str] = []
    cursor, pages = "", 0
    while not pages or cursor:
        page = await source(wire).followers(wire.account, cursor)
        names += [json.loads(line)["username"] for line in page.lines]
        cursor, pages = page.cursor, pages + 1

    assert names == [f"warga_{n}" for n in range(5)]
    assert pages == 3


@pytest.mark.parametrize("bearer", [True, False])
async def test_of_an_account_connected_by_login_they_are_read_as_the_app(bearer: bool) -> None:
    """Its token lacks the scope; where there is no app to ask as, it is said plainly and nothing is charged."""
    async with open_wire(bearer=bearer) as wire:
        token = wire.far.oauth.granted(wire.account.platform_id, {"tweet.read", "users.read"})
        account = replace(wire.account, tokens={"token_type": "bearer", "access_token": token})
        wire.far.world.user("warga_1", wire.far.clock())
        if bearer:
            page = await source(wire).followers(account, "")
            assert [json.loads(line)["username"] for line in page.lines] == ["warga_1"]
        else:
            with pytest.raises(Refused, match="not_entitled"):
                await source(wire).followers(account, "")
            assert not any(path.endswith("/followers") for _, path, _ in wire.far.calls)
        assert await source(wire).audience(account) == 31


async def test_a_plan_that_does_not_cover_them_is_told_apart(wire: XWire) -> None:
    wire.far.answer_next(403, wire.far.rules.not_enrolled())

    with pytest.raises(Refused, match="not_entitled"):
        await source(wire).followers(wire.account, "")


async def test_how_many_there_are_is_asked_first(wire: XWire) -> None:
    assert await source(wire).audience(wire.account) == 31
    assert wire.channel.can.follower_price == (0.010, 0.001)


async def test_trouble_is_raised_in_our_words(wire: XWire) -> None:
    wire.break_next()
    with pytest.raises(DeliveryError):
        await source(wire).followers(wire.account, "")


@pytest.mark.parametrize("answer", [None, {}, {"data": []}, {"data": "x", "meta": {"result_count": 0}}])
def test_what_is_no_answer_is_no_empty_list(answer: object) -> None:
    with pytest.raises(Unknown):
        followers.read_page(answer)
    with pytest.raises(Unknown):
        followers.read_count(answer)
