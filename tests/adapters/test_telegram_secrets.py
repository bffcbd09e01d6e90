"""Whatever goes wrong with Telegram: no clear answer is Unknown, and nothing secret is logged."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest

from adapters.telegram import TelegramChat
from adapters.telegram.bot import make_bot
from plugin.chat.values import MenuEntry, MessageRef, Outgoing
from plugin.errors import Refused, TryLater, Unknown
from tests.far_side.telegram import TelegramFarSide, Trouble
from tests.far_side.telegram_wire import TelegramWire, listening, wired


@pytest.fixture
async def wire() -> AsyncIterator[TelegramWire]:
    async with wired("polling") as made:
        yield made


async def say(wire: TelegramWire, message: Outgoing, key: str = "k") -> MessageRef:
    return await wire.adapter.send(wire.room, message, key=key)


# -- trouble, pace, secrets -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["break", "fail", "ok false"])
async def test_without_a_clear_answer_it_is_unknown(wire: TelegramWire, kind: str) -> None:
    wire.far.troubles.extend([Trouble(kind, "sendMessage"), Trouble(kind, "editMessageText")])

    with pytest.raises(Unknown):
        await say(wire, Outgoing("entah"))
    with pytest.raises(Unknown):
        await wire.adapter.amend(MessageRef(wire.room, "1"), Outgoing("entah"))


async def test_without_a_connection_nothing_can_have_happened() -> None:
    far = TelegramFarSide()
    await far.start()
    wire = TelegramWire(TelegramChat(make_bot(far.token, far.url)), far)
    await far.stop()

    with pytest.raises(TryLater):
        await say(wire, Outgoing("x"))
    await wire.adapter.aclose()


async def test_a_bot_that_was_removed_is_refused(wire: TelegramWire) -> None:
    wire.far.world.chats[wire.far.room].gone = True

    with pytest.raises(Refused, match=r"(?i)kicked"):
        await say(wire, Outgoing("x"))


async def test_connections_are_kept(wire: TelegramWire) -> None:
    for number in range(20):
        await say(wire, Outgoing(f"pesan {number}"), key=str(number))

    assert len(wire.far.connections) == 1
    assert wire.far.calls == ["sendMessage"] * 20


async def test_the_menu_holds_names_that_telegram_takes(wire: TelegramWire) -> None:
    await wire.adapter.offer_menu([MenuEntry("belum-punya-akun", "Instansi tanpa akun" + "!" * 300)])
    [entry] = wire.far.methods.menu[""]

    assert wire.far.methods.menu["id"] == [entry]
    assert entry["command"] == "belum_punya_akun"
    assert len(entry["description"]) == 256
    with pytest.raises(ValueError, match="Perintah"):
        await wire.adapter.offer_menu([MenuEntry("Perintah!", "x")])


async def test_a_menu_that_could_not_be_set_is_set_when_listening(wire: TelegramWire) -> None:
    wire.far.troubles.append(Trouble("fail", "setMyCommands"))
    await wire.adapter.offer_menu([MenuEntry("bantuan", "Yang dapat Anda lakukan")])
    before = dict(wire.far.methods.menu)

    async def receive(message: object) -> None:
        pass

    async with listening(wire.adapter, receive):
        await wire.far.until(lambda: set(wire.far.methods.menu) == {"", "id"})
    assert before == {}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_neither_token_nor_words_are_ever_logged(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "telegram", "telegram.Bot", "httpx", "httpcore", "aiohttp", "asyncio", "uvicorn"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with wired(mode) as wire:
        await everything_goes_wrong(wire)
        shown = f"{wire.adapter!r} {vars(wire.adapter)!r} {wire.adapter.health}"

    assert caplog.records
    for secret in (wire.far.token, wire.far.token.partition(":")[2], "Bu Siti", "rahasia-webhook"):
        assert secret not in caplog.text
    assert wire.far.token not in shown


async def everything_goes_wrong(wire: TelegramWire) -> None:
    async def receive(message: object) -> Outgoing:
        if wire.far.calls.count("sendMessage") == 0:
            wire.far.troubles.append(Trouble("fail", "sendMessage"))
            raise RuntimeError(f"Bu Siti {wire.far.token}")
        return Outgoing("Bu Siti", answers=None)

    wire.far.troubles.extend(Trouble(kind, "getMe") for kind in ("fail", "break", "throttle", "ok false"))
    wire.far.say("/tanggapi 17 Bu Siti")
    async with listening(wire.adapter, receive):
        for kind in ("fail", "break", "refuse", "throttle"):
            wire.far.troubles.append(Trouble(kind, "sendMessage"))
            with pytest.raises((Unknown, Refused, TryLater)) as caught:
                await say(wire, Outgoing("Bu Siti"))
            assert wire.far.token not in f"{caught.value!r} {caught.value}"
        await wire.far.until(lambda: not wire.far.updates.unconfirmed)
