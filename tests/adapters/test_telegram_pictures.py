"""Pictures in Telegram, and messages of ours that change: words are never lost with them."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest

from plugin.chat.values import Media, MessageRef, Outgoing, Room
from plugin.errors import Refused, RoomClosed, TryLater
from tests.contract.chat import PIXEL, with_button
from tests.far_side.telegram import Trouble
from tests.far_side.telegram_text import Entity
from tests.far_side.telegram_wire import TelegramWire, wired


@pytest.fixture
async def wire() -> AsyncIterator[TelegramWire]:
    async with wired("polling") as made:
        yield made


async def say(wire: TelegramWire, message: Outgoing, key: str = "k") -> MessageRef:
    return await wire.adapter.send(wire.room, message, key=key)


# -- pictures -------------------------------------------------------------------------------------------


def shot(number: int) -> Media:
    return Media(f"foto {number}; <b>.png", "image/png", PIXEL.content + bytes([number]))


async def test_several_pictures_are_an_album_with_its_words(wire: TelegramWire) -> None:
    ref = await say(wire, Outgoing("tiga &amp; <b>foto</b>", pictures=tuple(map(shot, range(3)))))
    first, *others = wire.far.ours()

    assert (first.text, first.entities) == ("tiga & foto", [Entity("bold", 7, 4)])
    assert [m.text for m in others] == ["", ""]
    assert wire.pictures() == [shot(n).content for n in range(3)]
    assert ref.key == str(first.id)


async def test_an_album_with_buttons_has_them_below_its_words(wire: TelegramWire) -> None:
    await say(wire, dataclasses.replace(with_button("Kirim"), pictures=(shot(1), shot(2))))

    assert [(m.photo is not None, m.text, m.labels) for m in wire.far.ours()] == [
        (True, "", []),
        (True, "", []),
        (False, "Kirim?", ["Kirim"]),
    ]


async def test_a_picture_with_buttons(wire: TelegramWire) -> None:
    await say(wire, dataclasses.replace(with_button("Kirim"), pictures=(shot(1),)))

    [message] = wire.far.ours()
    assert (message.text, message.labels, message.photo) == ("Kirim?", ["Kirim"], shot(1).content)


async def test_words_too_long_for_a_caption_follow_the_picture(wire: TelegramWire) -> None:
    await say(wire, Outgoing("k" * 1025, pictures=(shot(1),)))

    assert [(m.photo is not None, len(m.text)) for m in wire.far.ours()] == [(True, 0), (False, 1025)]


async def test_more_pictures_than_an_album_holds(wire: TelegramWire) -> None:
    await say(wire, Outgoing("semua", pictures=tuple(map(shot, range(21)))))

    assert wire.pictures() == [shot(n).content for n in range(21)]
    assert wire.shown() == ["semua"]


async def test_a_refused_picture_takes_no_words_with_it(wire: TelegramWire) -> None:
    wire.far.methods.refuse_pictures = True
    await say(wire, Outgoing("<b>pendek</b>", pictures=(shot(1),)))
    await say(wire, dataclasses.replace(with_button("Kirim"), pictures=(shot(1), shot(2))), key="k2")
    await say(wire, Outgoing("p" * 2000, pictures=(shot(1),)), key="k3")

    assert wire.shown() == ["pendek", "Kirim?", "p" * 2000]
    assert wire.far.ours()[1].labels == ["Kirim"]
    with pytest.raises(Refused):
        await say(wire, Outgoing("", pictures=(shot(1),)), key="k4")


async def test_one_bad_picture_does_not_spoil_the_album(wire: TelegramWire) -> None:
    bad = Media("x.png", "image/png", b"bukan gambar")
    await say(wire, Outgoing("dua baik", pictures=(shot(1), bad, shot(2))))

    assert wire.pictures() == [shot(1).content, shot(2).content]
    assert wire.shown() == ["dua baik"]


async def test_pictures_for_a_chat_that_is_gone_are_refused(wire: TelegramWire) -> None:
    with pytest.raises(RoomClosed, match=r"(?i)chat not found"):
        await wire.adapter.send(Room("telegram", "-77"), Outgoing("x", pictures=(shot(1),)), key="k")
    wire.far.world.chats[wire.far.room].gone = True
    with pytest.raises(RoomClosed, match="bot was kicked"):
        await wire.adapter.send(Room("telegram", str(wire.far.room)), Outgoing("x"), key="k2")


# -- amending -------------------------------------------------------------------------------------------


async def test_a_pictures_words_are_amended_too(wire: TelegramWire) -> None:
    ref = await say(wire, dataclasses.replace(with_button("Kirim"), pictures=(shot(1),)))
    await wire.adapter.amend(ref, Outgoing("<i>Terkirim</i>"))
    await wire.adapter.amend(ref, Outgoing("<i>Terkirim</i>"))

    [message] = wire.far.ours()
    assert (message.text, message.labels, message.photo) == ("Terkirim", [], shot(1).content)


async def test_what_is_too_long_for_the_amended_message_follows(wire: TelegramWire) -> None:
    ref = await say(wire, with_button("Kirim"))
    long = dataclasses.replace(with_button("Ubah"), text="kata " * 1500 + with_button("Ubah").text)
    await wire.adapter.amend(ref, long)
    await wire.adapter.amend(ref, long)
    first, second = wire.far.ours()

    assert (first.id, first.labels) == (int(ref.key), ["Ubah"])
    assert second.labels == []
    assert f"{first.text} {second.text}".split() == [*["kata"] * 1500, "Kirim?"]


async def test_a_pause_while_the_rest_follows_loses_nothing(wire: TelegramWire) -> None:
    ref = await say(wire, with_button("Kirim"))
    long = Outgoing("kata " * 1500)
    wire.far.troubles.append(Trouble("throttle", "sendMessage", seconds=3))
    with pytest.raises(TryLater):
        await wire.adapter.amend(ref, long)
    await wire.adapter.amend(ref, long)

    assert " ".join(m.text for m in wire.far.ours()).split() == ["kata"] * 1500


async def test_a_long_caption_is_amended_and_followed(wire: TelegramWire) -> None:
    ref = await say(wire, Outgoing("x", pictures=(shot(1),)))
    await wire.adapter.amend(ref, Outgoing("kata " * 400))

    assert " ".join(m.text for m in wire.far.ours()).split() == ["kata"] * 400


async def test_a_message_that_is_gone_cannot_be_amended(wire: TelegramWire) -> None:
    with pytest.raises(Refused, match=r"(?i)not found"):
        await wire.adapter.amend(MessageRef(wire.room, "999"), Outgoing("x"))


async def test_a_message_in_a_group_that_moved_cannot_be_amended(wire: TelegramWire) -> None:
    ref = await say(wire, Outgoing("x"))
    wire.far.migrate(wire.far.room)

    with pytest.raises(Refused):
        await wire.adapter.amend(ref, Outgoing("y"))
