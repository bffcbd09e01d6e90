"""The platforms say that they have had enough: that lane rests as long as they ask, and the others go on."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.x.paces import PACES, QUARTER
from app import TEMPLATES
from plugin.chat.compose import Composer
from plugin.chat.courier import DURABLE_PATIENCE, Courier
from plugin.chat.refusals import Lapsed
from plugin.chat.values import Person, Room
from plugin.clock import system_clock
from plugin.errors import TryLater
from plugin.public.outcomes import Published, RateLimited
from plugin.public.paced import paced
from plugin.public.port import FollowerSource
from plugin.public.values import Draft, PostRef
from plugin.store.gates import Gates, Rank
from plugin.store.store import Store
from plugin.wording import Wording
from tests.adapters.test_slack import open_office
from tests.adapters.x_wire import XWire, open_wire
from tests.far_side.telegram_wire import wired
from tests.plugin.test_gates import Naps


@dataclass
class Chat:
    """A platform with its far side, and a courier that does not really wait."""

    wire: Any
    courier: Courier
    naps: Naps
    store: Store

    async def say(self, key: str, *, asked: bool = False) -> None:
        await self.through(self.courier, key, asked=asked)

    async def through(self, courier: Courier, key: str, *, asked: bool) -> None:
        who = Person(self.wire.room.platform, "UADA") if asked else None
        await courier.send(self.wire.room, Lapsed(), key=key, asker=who, patience=DURABLE_PATIENCE)

    def throttle(self, seconds: int) -> None:
        far = self.wire.far
        if self.wire.room.platform == "slack":
            far.trouble("throttle", seconds)
        else:
            self.wire.throttle_next(seconds)

    def said(self) -> int:
        far = self.wire.far
        slack = self.wire.room.platform == "slack"
        return len([*far.messages(), *far.whispers()]) if slack else len(far.ours())


@pytest.fixture(params=["slack", "telegram"])
async def chat(request: pytest.FixtureRequest, store: Store) -> AsyncIterator[Chat]:
    opened: contextlib.AbstractAsyncContextManager[Any]
    opened = open_office() if request.param == "slack" else wired("polling")
    async with opened as wire:
        naps, composer = Naps(), Composer(store, Wording(TEMPLATES))
        courier = Courier(store, composer, {wire.room.platform: wire.adapter}, system_clock, naps)
        yield Chat(wire, courier, naps, store)


class TestChats:
    async def test_a_short_pause_is_waited_for_and_the_message_arrives_once(self, chat: Chat) -> None:
        chat.throttle(7)
        await chat.say("a")

        assert chat.said() == 1
        assert chat.naps.taken.count(7) == 1

    async def test_a_room_that_wants_to_be_left_alone_is_by_every_process(self, chat: Chat) -> None:
        chat.throttle(600)
        with pytest.raises(TryLater):
            await chat.say("a")
        twin = Courier(chat.store, chat.courier.composer, chat.courier._adapters, system_clock, Naps())
        for courier in (chat.courier, twin):
            for asked in (False, True):
                with pytest.raises(TryLater) as busy:
                    await chat.through(courier, "b", asked=asked)
                assert busy.value.after == pytest.approx(600, abs=30)

        assert chat.said() == 0

    async def test_answers_pass_what_nobody_asked_for(self, chat: Chat) -> None:
        """Alerts leave one moment free; an answer never waits, and what comes after makes room for it."""
        for n in range(4):
            await chat.say(f"answer {n}", asked=True)
        assert [nap for nap in chat.naps.taken if nap] == []
        lane = f"{chat.wire.room.platform}:{chat.wire.room.key}"
        can = chat.wire.adapter.can
        with pytest.raises(TryLater):
            await Gates(chat.store).turn(
                lane, per_second=can.per_second, burst=3, rank=Rank.ALERT, patience=0
            )
        other = Room(chat.wire.room.platform, "another")
        await Gates(chat.store).turn(
            f"{other.platform}:{other.key}", per_second=can.per_second, burst=3, rank=Rank.ALERT, patience=0
        )

        assert chat.said() == 4
        assert can.together > can.per_second


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as made:
        yield made


class TestX:
    async def test_whoever_comes_after_a_429_does_not_ask_again(self, wire: XWire, store: Store) -> None:
        one, two = (paced(wire.channel, Gates(store), system_clock) for _ in range(2))
        post = wire.citizen_posts("jalan rusak")
        wire.throttle_next(600)
        first = await one.publish(wire.account, Draft("Kami cek."), post, key="a")
        calls = len(wire.far.calls)
        second = await two.publish(wire.account, Draft("Kami cek."), post, key="a")

        assert isinstance(first, RateLimited)
        assert isinstance(second, RateLimited)
        assert abs(second.until - first.until) < timedelta(seconds=30)
        assert len(wire.far.calls) == calls
        assert wire.published() == []

    async def test_another_account_and_another_act_go_on(self, wire: XWire, store: Store) -> None:
        channel = paced(wire.channel, Gates(store), system_clock)
        post = wire.citizen_posts("jalan rusak")
        wire.throttle_next(600)
        await channel.publish(wire.account, Draft("Kami cek."), post, key="a")
        found = await channel.find_published(
            wire.account, "Kami cek.", post, since=system_clock() - timedelta(minutes=1)
        )
        other = replace(wire.account, id=2)

        assert found is None
        assert isinstance(await channel.publish(other, Draft("Kami cek."), post, key="b"), Published)

    @pytest.mark.parametrize("act", ["mentions", "find_published", "recheck", "look_at"])
    async def test_reading_rests_as_well(self, wire: XWire, store: Store, act: str) -> None:
        channel = paced(wire.channel, Gates(store), system_clock)

        async def read() -> None:
            if act == "find_published":
                await channel.find_published(wire.account, "x", "1", since=system_clock())
            elif act == "mentions":
                assert [page async for page in channel.mentions(wire.account, "")]
            elif act == "look_at":
                await channel.look_at(wire.account, PostRef("1", ""))
            else:
                assert [one async for one in channel.recheck(wire.account, [PostRef("1", "")])]

        wire.throttle_next(600)
        with pytest.raises(TryLater):
            await read()
        calls = len(wire.far.calls)
        with pytest.raises(TryLater) as busy:
            await read()

        assert busy.value.after == pytest.approx(600, abs=60)
        assert len(wire.far.calls) == calls

    async def test_all_accounts_together_stay_below_what_the_app_may(self, wire: XWire, store: Store) -> None:
        gates = Gates(store)
        channel = paced(wire.channel, gates, system_clock)
        await gates.close("x:publish", 600)
        post = wire.citizen_posts("jalan rusak")

        assert isinstance(await channel.publish(wire.account, Draft("Kami cek."), post, key="a"), RateLimited)
        assert wire.published() == []

    async def test_what_costs_no_turn_is_the_channels_own(self, wire: XWire, store: Store) -> None:
        channel = paced(wire.channel, Gates(store), system_clock)

        assert channel.name == "x"
        assert channel.can is wire.channel.can
        assert isinstance(channel, FollowerSource)
        assert await channel.identify(wire.account) == await wire.channel.identify(wire.account)


@pytest.mark.parametrize("act", PACES)
def test_no_quarter_of_an_hour_sees_more_than_x_allows(act: Any) -> None:
    allowed = {"publish": 100, "withdraw": 50, "look": 900, "mentions": 300, "recheck": 300}
    own, _ = PACES[act]

    assert own.burst + own.per_second * QUARTER <= allowed[act]
