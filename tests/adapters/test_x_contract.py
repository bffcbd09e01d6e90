"""X keeps what every public channel promises, whichever names its API speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from plugin.public.outcomes import Refusal
from plugin.public.values import PostRef
from tests.adapters.x_wire import XWire, open_wire
from tests.contract.public import PublicChannelContract


class TestX(PublicChannelContract):
    @pytest.fixture(params=["both", "tweet", "post"])
    async def wire(self, request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
        async with open_wire(request.param) as wire:
            yield wire


async def test_protected_and_suspended_authors_are_hidden_and_deleted_ones_gone() -> None:
    async with open_wire() as wire:
        there, hidden, away = (wire.far.citizen_posts("jalan rusak", by=f"warga{n}") for n in range(3))
        wire.far.protect("warga1")
        wire.far.forget("warga2")
        refs = [PostRef(key, "") for key in (there, hidden, away, "not-a-number")]
        seen = {one.ref.id: one.state async for one in wire.channel.recheck(wire.account, refs)}

        assert seen == {there: "there", hidden: "hidden", away: "gone"}


async def test_nobody_elses_post_can_be_taken_back() -> None:
    async with open_wire() as wire:
        post = wire.far.citizen_posts("jalan rusak")

        assert await wire.channel.withdraw(wire.account, PostRef(post, "")) == Refusal("forbidden")
        assert not wire.far.world.posts[post].deleted


async def test_a_recheck_asks_as_the_app_and_for_nothing_that_costs_more() -> None:
    async with open_wire() as wire:
        post = wire.far.citizen_posts("jalan rusak")
        [_] = [one async for one in wire.channel.recheck(wire.account, [PostRef(post, "")])]

        assert wire.far.calls[-1] == ("GET", "/2/tweets", {"ids": post})


class TestXByHandle(PublicChannelContract):
    """The same for an account whose number on X is not known yet."""

    @pytest.fixture
    async def wire(self) -> AsyncIterator[XWire]:
        async with open_wire("tweet", numbered=False) as wire:
            yield wire
