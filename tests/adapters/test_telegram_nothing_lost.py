"""Whatever breaks, an update is kept until it has been passed on; and one bad update stops no other."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest

from adapters.telegram import TelegramChat
from adapters.telegram.bot import make_bot
from adapters.telegram.patience import AN_HOUR, ENOUGH, Patience
from plugin.chat.values import Incoming
from plugin.errors import Refused
from tests.far_side.telegram import TelegramFarSide, Trouble
from tests.far_side.telegram_wire import PAUSE, Desk, TelegramWire, listening, wired, work_off


@pytest.fixture(params=["polling", "webhook"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[TelegramWire]:
    async with wired(request.param) as made:
        yield made


@pytest.fixture
async def polling() -> AsyncIterator[TelegramWire]:
    async with wired("polling") as made:
        yield made


# -- the store fails ------------------------------------------------------------------------------------


async def test_an_update_that_fails_comes_again_before_those_behind_it(wire: TelegramWire) -> None:
    desk = Desk(satu=2)
    for text in ("/satu", "/dua", "/tiga"):
        wire.far.say(text)
    await work_off(wire, desk)

    assert desk.taken == ["satu", "dua", "tiga"]
    assert wire.adapter.health == "ok"


async def test_other_rooms_do_not_wait(wire: TelegramWire) -> None:
    desk = Desk(satu=3)
    other = wire.far.world.group("Grup lain")
    wire.far.say("/satu")
    wire.far.say("/lain", chat=other.id)
    await work_off(wire, desk)

    assert desk.taken == ["lain", "satu"]


async def test_a_bad_update_is_given_up_and_shown(
    wire: TelegramWire, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(buruk=float("inf"))
    other = wire.far.world.group("Grup lain")
    wire.far.say("/buruk")
    wire.far.say("/baik")
    wire.far.say("/lain", chat=other.id)
    with caplog.at_level(logging.DEBUG):
        await work_off(wire, desk)

    assert sorted(desk.taken) == ["baik", "lain"]
    assert desk.tries["buruk"] > ENOUGH
    assert wire.adapter.health == "updates skipped: 1"
    assert len([r for r in caplog.records if "is given up" in r.getMessage()]) == 1
    assert "Siti" not in caplog.text
    assert "buruk" not in caplog.text


async def test_a_store_that_is_down_loses_nothing(wire: TelegramWire) -> None:
    desk = Desk(down_until=9)
    for text in ("/satu", "/dua", "/tiga"):
        wire.far.say(text)
    await work_off(wire, desk)

    assert sorted(desk.taken) == ["dua", "satu", "tiga"]
    assert wire.adapter.health == "ok"


async def test_a_store_that_is_down_shows(wire: TelegramWire) -> None:
    desk = Desk(satu=float("inf"))
    wire.far.say("/satu")
    async with listening(wire.adapter, desk.receive), asyncio.timeout(5):
        while desk.tries["satu"] < ENOUGH + 3:
            await asyncio.sleep(0)

        assert wire.adapter.health == "updates cannot be stored"
        assert wire.far.updates.unconfirmed == 1


async def test_an_update_that_nobody_can_read_is_passed_over(wire: TelegramWire) -> None:
    desk = Desk()
    wire.far.updates.push({"message": {"message_id": "?", "chat": 7, "text": "Bu Siti"}})
    wire.far.say("/baik")
    await work_off(wire, desk)

    assert desk.taken == ["baik"]
    assert wire.adapter.health == "updates skipped: 1"


def test_patience_ends_after_an_hour() -> None:
    now = [0.0]
    patience = Patience(lambda: now[0])
    given_up = []
    for minute in (0, 1, 30, 59, 61):
        now[0] = minute / 60 * AN_HOUR
        given_up.append(patience.failed(7))

    assert given_up == [False, False, False, False, True]


# -- we fail --------------------------------------------------------------------------------------------


async def test_killed_before_it_was_stored_it_comes_again(polling: TelegramWire) -> None:
    begun = asyncio.Event()
    keys: list[str] = []

    async def slow(message: Incoming) -> None:
        keys.append(message.key)
        begun.set()
        await asyncio.Event().wait()

    polling.far.say("/satu")
    async with listening(polling.adapter, slow), asyncio.timeout(5):
        await begun.wait()
    desk = Desk()

    assert polling.far.updates.unconfirmed == 1
    assert all(offset == 0 for offset in polling.far.updates.offsets)
    await work_off(polling, desk)
    assert desk.taken == ["satu"]
    assert desk.keys == keys


async def test_nothing_is_confirmed_while_something_before_it_waits(polling: TelegramWire) -> None:
    desk = Desk(satu=float("inf"))
    other = polling.far.world.group("Grup lain")
    first = polling.far.say("/satu", update_id=800_000_001)
    polling.far.say("/lain", chat=other.id, update_id=800_000_002)
    async with listening(polling.adapter, desk.receive), asyncio.timeout(5):
        while desk.tries["satu"] < 3:
            await asyncio.sleep(0)

    assert first.text == "/satu"
    assert desk.taken == ["lain"]
    assert max(polling.far.updates.offsets) <= 800_000_001


async def test_after_a_quiet_week_the_numbers_start_anywhere() -> None:
    desk = Desk()
    async with wired("polling", quiet=0) as polling, listening(polling.adapter, desk.receive):
        polling.far.say("/satu")
        await polling.far.until(lambda: desk.taken == ["satu"] and not polling.far.updates.unconfirmed)
        polling.far.updates.end_polls()
        polling.far.updates.renumber(1000)
        calls = len(polling.far.calls)
        await polling.far.until(lambda: len(polling.far.calls) > calls)
        polling.far.say("/dua")
        await polling.far.until(lambda: desk.taken == ["satu", "dua"])


async def test_in_a_quiet_minute_the_offset_stays_where_it_is(polling: TelegramWire) -> None:
    desk, updates = Desk(), polling.far.updates
    async with listening(polling.adapter, desk.receive):
        polling.far.say("/satu")
        await polling.far.until(lambda: desk.taken == ["satu"] and not updates.unconfirmed)
        for _ in range(3):
            calls = len(polling.far.calls)
            updates.end_polls()
            await polling.far.until(lambda calls=calls: len(polling.far.calls) > calls)  # type: ignore[misc]

    assert set(updates.offsets[-3:]) == {700_000_002}


# -- Telegram fails -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [
        ("throttle", "Telegram asks us to wait 0 s"),
        ("fail", "no clear answer from Telegram (NetworkError)"),
        ("break", "no clear answer from Telegram (NetworkError)"),
        ("ok false", "no clear answer from Telegram (NetworkError)"),
    ],
)
async def test_trouble_with_polling_is_waited_out(polling: TelegramWire, kind: str, phrase: str) -> None:
    desk = Desk()
    polling.far.troubles.extend([Trouble(kind, "getUpdates")] * 3)
    polling.far.say("/satu")
    seen = set()
    async with listening(polling.adapter, desk.receive), asyncio.timeout(5):
        while not desk.taken:
            seen.add(polling.adapter.health)
            await asyncio.sleep(0)

    assert seen == {"ok", phrase}


async def test_a_second_program_with_our_token_shows(polling: TelegramWire) -> None:
    desk = Desk()
    async with listening(polling.adapter, desk.receive), asyncio.timeout(5):
        await polling.far.until(lambda: "getUpdates" in polling.far.calls)
        intruder = make_bot(polling.far.token, polling.far.url)
        health = set()
        for _ in range(3):
            await intruder.updates(None, wait=0)
            polls = polling.far.calls.count("getUpdates")
            while polling.far.calls.count("getUpdates") == polls:
                health.add(polling.adapter.health)
                await asyncio.sleep(0)
        await intruder.pool.shutdown()
        polling.far.say("/satu")
        await polling.far.until(lambda: desk.taken == ["satu"])

    assert "another program reads this bot's updates" in health
    assert polling.adapter.health == "ok"


async def test_a_wrong_token_is_refused_at_the_start(wire: TelegramWire) -> None:
    wire.far.token = "110201543:dicabut"

    with pytest.raises(Refused, match="invalid_token"):
        await wire.adapter.listen(Desk().receive)
    assert wire.adapter.health == "Telegram does not accept the token"


@pytest.mark.parametrize("kind", ["throttle", "fail", "break", "refuse"])
@pytest.mark.parametrize("method", ["getMe", "setWebhook", "deleteWebhook"])
async def test_trouble_at_the_start_is_waited_out(wire: TelegramWire, kind: str, method: str) -> None:
    desk = Desk()
    wire.far.troubles.append(Trouble(kind, method))
    wire.far.say("/satu")
    await work_off(wire, desk)

    assert desk.taken == ["satu"]


async def test_telegram_that_cannot_be_reached_is_waited_for() -> None:
    far = TelegramFarSide()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    adapter = TelegramChat(make_bot(far.token, f"http://127.0.0.1:{port}"), pause=PAUSE)
    desk = Desk()
    async with listening(adapter, desk.receive), asyncio.timeout(5):
        while adapter.health == "ok":
            await asyncio.sleep(0)
        assert adapter.health == "Telegram cannot be reached"
        await far.start(port)
        far.say("/satu")
        await far.until(lambda: desk.taken == ["satu"])
    await adapter.aclose()
    await far.stop()
