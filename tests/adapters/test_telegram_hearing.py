"""What we hear in a Telegram group, and what is none of our business."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from plugin.chat.values import Incoming, Kind, Media, MediaRef, Moved, Outgoing, Person, Pressed, Room, Typed
from plugin.errors import Refused
from tests.contract.chat import PIXEL, with_button
from tests.far_side.telegram import TelegramFarSide
from tests.far_side.telegram_wire import TelegramWire, listening, wired
from tests.far_side.telegram_world import Json


@pytest.fixture(params=["polling", "webhook"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[TelegramWire]:
    async with wired(request.param) as made:
        yield made


async def hear(wire: TelegramWire, *acts: Callable[[TelegramFarSide], object]) -> list[Incoming]:
    """Do `acts`, and return everything heard until Telegram keeps nothing for us any more."""
    heard: list[Incoming] = []

    async def receive(message: Incoming) -> None:
        heard.append(message)

    for act in acts:
        act(wire.far)
    async with listening(wire.adapter, receive):
        await wire.far.until(lambda: "getMe" in wire.far.calls and not wire.far.updates.unconfirmed)
    return heard


async def texts(wire: TelegramWire, *acts: Callable[[TelegramFarSide], object]) -> list[str]:
    return [m.body.text for m in await hear(wire, *acts) if isinstance(m.body, Typed)]


# -- what counts as said to us --------------------------------------------------------------------------


async def test_officials_talk_among_themselves_is_not_heard(wire: TelegramWire) -> None:
    assert await texts(wire, lambda far: far.say("besok rapat jam 9"), lambda far: far.say("siap pak")) == []


async def test_in_a_private_chat_everything_is_said_to_us(wire: TelegramWire) -> None:
    [message] = await hear(wire, lambda far: far.say("halo", chat=far.world.private("ada").id))

    assert isinstance(message.body, Typed)
    assert message.body.text == "halo"
    assert message.room.private


async def test_a_link_to_us_arrives_as_start(wire: TelegramWire) -> None:
    heard = await texts(wire, lambda far: far.say("/start klaim_ABC-1", chat=far.world.private("ada").id))

    assert heard == ["/start klaim_ABC-1"]


async def test_an_answer_to_our_message_is_heard_and_names_it(wire: TelegramWire) -> None:
    ref = await wire.adapter.send(wire.room, Outgoing("Isi tanggapan?", asks="Tulis di sini"), key="k")
    [message] = await hear(wire, lambda far: far.say("Sudah kami perbaiki.", reply_to=int(ref.key)))

    assert message.body == Typed("Sudah kami perbaiki.", answers=ref)


async def test_an_answer_to_a_colleague_is_not_heard(wire: TelegramWire) -> None:
    other = wire.far.say("besok rapat")

    assert await texts(wire, lambda far: far.say("siap", user="budi", reply_to=other.id)) == []


async def test_an_edited_message_commands_nothing(wire: TelegramWire) -> None:
    said = wire.far.say("bukan perintah")

    assert await texts(wire, lambda far: far.edit(said, "/tanggapi 7 ok")) == []


FORWARDED: Json = {
    "forward_origin": {
        "type": "user",
        "date": 1,
        "sender_user": {"id": 5, "is_bot": False, "first_name": "Warga"},
    }
}
COMPOSED: Json = {"via_bot": {"id": 6, "is_bot": True, "first_name": "Lain", "username": "lain_bot"}}


@pytest.mark.parametrize("how", [FORWARDED, COMPOSED], ids=["forward", "inline bot"])
async def test_what_is_passed_on_in_a_group_is_not_heard(wire: TelegramWire, how: Json) -> None:
    assert await texts(wire, lambda far: far.say("/tanggapi 7 ok", **how)) == []


@pytest.mark.parametrize("how", [FORWARDED, COMPOSED], ids=["forward", "inline bot"])
async def test_said_to_us_alone_it_is_known_as_passed_on(wire: TelegramWire, how: Json) -> None:
    [private] = await hear(
        wire, lambda far: far.say("/tanggapi 7 ok", chat=far.world.private("ada").id, **how)
    )
    ref = await wire.adapter.send(wire.room, Outgoing("Isi tanggapan?", asks="Tulis di sini"), key="k")
    [answer] = await hear(wire, lambda far: far.say("Sudah.", reply_to=int(ref.key), **how))

    assert private.body == Typed("/tanggapi 7 ok", relayed=True)
    assert answer.body == Typed("Sudah.", answers=ref, relayed=True)


async def test_a_channel_post_commands_nothing(wire: TelegramWire) -> None:
    channel = wire.far.world.group("Kanal Pemkab")
    channel.type = "channel"
    post = wire.far.world.described(wire.far.say("x", chat=wire.far.room)) | {"chat": channel.described}

    assert (
        await texts(wire, lambda far: far.updates.push({"channel_post": post | {"text": "/ringkasan"}})) == []
    )


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/laporan_baru@tanggap_bot jalan rusak", ["/laporan_baru jalan rusak"]),
        ("/Laporan-Baru@Tanggap_Bot", ["/Laporan-Baru"]),
        ("/belum-punya-akun@tanggap_bot ke @tanggap_bot", ["/belum-punya-akun ke @tanggap_bot"]),
        ("/laporan_baru@lain_bot", []),
        ("／laporan_baru", ["／laporan_baru"]),
        ("\u200b/laporan–baru  dua spasi ", ["\u200b/laporan–baru  dua spasi "]),
        ("/ bukan perintah", []),
    ],
)
async def test_commands_are_ours_or_another_bots(wire: TelegramWire, said: str, heard: list[str]) -> None:
    assert await texts(wire, lambda far: far.say(said)) == heard


async def test_another_bots_command_is_not_ours_even_below_our_message(wire: TelegramWire) -> None:
    ref = await wire.adapter.send(wire.room, Outgoing("x"), key="k")

    assert await texts(wire, lambda far: far.say("/ok@lain_bot", reply_to=int(ref.key))) == []


async def test_a_caption_commands_and_brings_its_photo(wire: TelegramWire) -> None:
    [message] = await hear(wire, lambda far: far.say("/tanggapi 3 sudah", photo=PIXEL.content))

    assert isinstance(message.body, Typed)
    assert message.body.text == "/tanggapi 3 sudah"
    [photo] = message.body.media
    assert photo.mime == "image/jpeg"
    assert (await wire.adapter.fetch(photo, most_bytes=1000)).content == PIXEL.content


async def test_a_photo_that_came_as_a_file_of_no_kind_is_an_answer_to_a_question(wire: TelegramWire) -> None:
    asked = await wire.adapter.send(wire.room, Outgoing("Foto?"), key="k")
    file = {"file_id": "F1", "file_unique_id": "F1", "file_name": "IMG_0017.HEIC"}
    kind = {"mime_type": "application/octet-stream"}
    [message] = await hear(wire, lambda far: far.say("", reply_to=int(asked.key), document=file | kind))

    assert isinstance(message.body, Typed)
    assert [photo.key for photo in message.body.media] == ["F1"]


async def test_a_photo_that_is_too_large_or_gone_is_refused(wire: TelegramWire) -> None:
    wire.far.world.files["besar"] = b"\xff\xd8" + bytes(5000)

    with pytest.raises(Refused, match="too_large"):
        await wire.adapter.fetch(MediaRef("telegram", "besar"), most_bytes=4999)
    assert "file" not in wire.far.calls
    with pytest.raises(Refused, match="file_id"):
        await wire.adapter.fetch(MediaRef("telegram", "hilang"), most_bytes=4999)
    fetched = await wire.adapter.fetch(MediaRef("telegram", "besar", "image/jpeg"), most_bytes=5002)
    assert fetched == Media("besar.jpg", "image/jpeg", wire.far.world.files["besar"])


async def test_a_file_that_proves_larger_than_announced_is_refused(wire: TelegramWire) -> None:
    wire.far.world.files["bohong"] = bytes(200_000)
    wire.far.methods.announced_size = 10

    with pytest.raises(Refused, match="too_large"):
        await wire.adapter.fetch(MediaRef("telegram", "bohong"), most_bytes=100_000)


# -- who said it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, Kind.PERSON),
        (
            {"sender_chat": "self", "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
            Kind.ANONYMOUS,
        ),
        ({"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}}, Kind.ANONYMOUS),
        ({"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}, Kind.CHANNEL),
        ({"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}}, Kind.CHANNEL),
        ({"sender_chat": {"id": -1009, "type": "channel", "title": "Kanal"}}, Kind.CHANNEL),
        ({"from": {"id": 77, "is_bot": True, "first_name": "Bot"}}, Kind.BOT),
    ],
)
async def test_only_a_person_is_a_person(wire: TelegramWire, fields: Json, kind: Kind) -> None:
    if fields.get("sender_chat") == "self":
        fields = fields | {"sender_chat": wire.far.world.chats[wire.far.room].described}
    [message] = await hear(wire, lambda far: far.say("/bantuan", **fields))

    assert message.sender.kind is kind


async def test_whoever_has_no_user_name_is_known_by_id(wire: TelegramWire) -> None:
    said = "/beri-peran 👍🏽 Siti Aminah petugas dpupr @orang_lain"
    siti = {"id": 8123, "is_bot": False, "first_name": "Siti", "last_name": "Aminah"}
    before = len("/beri-peran 👍🏽 ".encode("utf-16-le")) // 2
    entities = [
        {"type": "bot_command", "offset": 0, "length": 5},
        {"type": "text_mention", "offset": before, "length": 11, "user": siti},
        {"type": "mention", "offset": 0, "length": 1},
    ]
    [message] = await hear(wire, lambda far: far.say(said, entities=entities))

    assert isinstance(message.body, Typed)
    assert message.body.text == "/beri-peran 👍🏽 @1 petugas dpupr @orang_lain"
    assert message.body.mentions == (Person("telegram", "8123"),)
    assert message.body.mentions[0].name == "Siti Aminah"


async def test_a_command_in_answer_to_somebody_means_them(wire: TelegramWire) -> None:
    other = wire.far.say("saya dari dpupr", user="budi")
    [message] = await hear(wire, lambda far: far.say("/beri-peran petugas dpupr", reply_to=other.id))

    assert isinstance(message.body, Typed)
    assert message.body.text == "/beri-peran petugas dpupr"
    assert message.body.mentions == (Person("telegram", str(wire.far.world.person("budi")["id"])),)
    assert message.body.answers is not None
    assert message.body.answers.key == str(other.id)


async def test_a_command_in_answer_to_ourselves_means_nobody(wire: TelegramWire) -> None:
    ref = await wire.adapter.send(wire.room, Outgoing("x"), key="k")
    [message] = await hear(wire, lambda far: far.say("/riwayat 3", reply_to=int(ref.key)))

    assert isinstance(message.body, Typed)
    assert message.body.mentions == ()


# -- topics ---------------------------------------------------------------------------------------------


async def test_in_a_topic_the_answer_stays_in_the_topic(wire: TelegramWire) -> None:
    group = wire.far.world.group("Forum", topics=(7,))
    opened = {"forum_topic_created": {"name": "Jalan", "icon_color": 7322096}}
    root = wire.far.world.described(wire.far.say("x", chat=group.id)) | opened | {"from": wire.far.world.me}
    [message] = await hear(
        wire, lambda far: far.say("/bantuan", chat=group.id, thread=7, reply_to_message=root)
    )
    assert message.ref is not None
    await wire.adapter.send(message.room, Outgoing("ini", answers=message.ref), key="k")

    assert isinstance(message.body, Typed)
    assert message.body.answers is None
    assert message.ref.thread == "7"
    assert (await wire.far.sees("ini", chat=group.id)).thread == 7


async def test_talk_in_a_topic_that_we_opened_is_not_an_answer_to_us(wire: TelegramWire) -> None:
    group = wire.far.world.group("Forum", topics=(7,))
    opened = {"forum_topic_created": {"name": "Jalan", "icon_color": 7322096}}
    root = wire.far.world.described(wire.far.say("x", chat=group.id)) | opened | {"from": wire.far.world.me}

    assert (
        await texts(wire, lambda far: far.say("siap", chat=group.id, thread=7, reply_to_message=root)) == []
    )


@pytest.mark.parametrize("state", ["closed", "deleted"])
async def test_when_a_topic_is_gone_the_answer_goes_to_general(wire: TelegramWire, state: str) -> None:
    group = wire.far.world.group("Forum", topics=(7, 8))
    [message] = await hear(wire, lambda far: far.say("/bantuan", chat=group.id, thread=7))
    group.topics[7] = state
    if state == "deleted":
        del group.topics[7]
    ref = await wire.adapter.send(message.room, Outgoing("ini", answers=message.ref), key="k")

    assert ref.thread == ""
    assert (await wire.far.sees("ini", chat=group.id)).thread is None


# -- groups that move -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["old first", "new first"])
async def test_both_notes_of_a_move_say_the_same(wire: TelegramWire, order: str) -> None:
    old = wire.far.world.group("Grup Lama", kind="group")
    heard = await hear(wire, lambda far: far.migrate(old.id, order))
    new = old.moved_to

    assert [(m.room.key, m.body) for m in heard] == [(str(old.id), Moved(Room("telegram", str(new))))] * 2
    assert len({m.key for m in heard}) == 1


async def test_a_move_that_only_a_sending_reveals_is_reported(wire: TelegramWire) -> None:
    old = wire.far.world.group("Grup Lama", kind="group", topics=())
    asked = wire.far.say("/bantuan", chat=old.id)
    new = wire.far.world.group("Grup Baru")
    old.moved_to = new.id
    moves: asyncio.Queue[Incoming] = asyncio.Queue()

    async def receive(message: Incoming) -> Outgoing | None:
        if isinstance(message.body, Moved):
            moves.put_nowait(message)
            return None
        return Outgoing("jawaban", answers=message.ref)

    async with listening(wire.adapter, receive), asyncio.timeout(5):
        shown = await wire.far.sees("jawaban", chat=new.id)
        move = await moves.get()

    assert asked.chat == old.id
    assert shown.reply_to is None
    assert (move.room.key, move.body) == (str(old.id), Moved(Room("telegram", str(new.id))))
    assert move.key == f"moved:{old.id}:{new.id}"


async def test_the_reference_of_a_moved_message_names_the_new_group(wire: TelegramWire) -> None:
    old = wire.far.world.group("Grup Lama", kind="group")
    new = wire.far.world.group("Grup Baru")
    old.moved_to = new.id
    ref = await wire.adapter.send(Room("telegram", str(old.id)), Outgoing("pagi"), key="k")

    assert ref.room == Room("telegram", str(new.id))
    assert (await wire.far.sees("pagi", chat=new.id)).id == int(ref.key)


# -- buttons --------------------------------------------------------------------------------------------


async def test_a_pressed_button_stops_spinning(wire: TelegramWire) -> None:
    await wire.adapter.send(wire.room, with_button("Kirim"), key="k")
    queries: list[str] = []
    [message] = await hear(wire, lambda far: queries.append(far.press("Kirim", user="budi")))

    assert isinstance(message.body, Pressed)
    assert message.sender.kind is Kind.PERSON
    await wire.far.until(lambda: wire.far.methods.answered == queries)


async def test_a_button_pressed_long_ago_still_counts(wire: TelegramWire) -> None:
    await wire.adapter.send(wire.room, with_button("Kirim"), key="k")
    wire.far.press("Kirim")
    wire.far.forget_queries()
    [message] = await hear(wire)

    assert isinstance(message.body, Pressed)
    await wire.far.until(lambda: "answerCallbackQuery" in wire.far.calls)
    assert wire.adapter.health == "ok"


async def test_a_button_on_a_message_that_telegram_no_longer_shows(wire: TelegramWire) -> None:
    chat = wire.far.world.chats[wire.far.room].described
    old = {"chat": chat, "message_id": 3, "date": 0}
    query = {
        "id": "9",
        "from": wire.far.world.person("ada"),
        "chat_instance": "1",
        "data": "t:x",
        "message": old,
    }
    [message] = await hear(wire, lambda far: far.updates.push({"callback_query": query}))

    assert isinstance(message.body, Pressed)
    assert message.body.on.key == "3"
