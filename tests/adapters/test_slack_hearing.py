"""What people do on Slack, as the desk hears it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.chat.values import (
    Action,
    Field,
    Form,
    Kind,
    MediaRef,
    MessageRef,
    Outgoing,
    Person,
    Pressed,
    Shape,
    Submitted,
    Typed,
)
from plugin.errors import Refused
from tests.adapters.test_slack import Office, open_office
from tests.conftest import MovableClock

BUTTON = Outgoing(
    'Kirim?<actions><button name="kirim">Kirim</button></actions>', (Action("kirim", "Kirim", "t:1"),)
)
FORM = Form("form-1", "Tanggapi", "", "Lihat", (Field("text", "Isi", Shape.TEXT),))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


async def test_a_role_is_given_to_a_named_person(office: Office) -> None:
    await office.far.slash("/beri-peran", "@budi petugas dpupr")

    [heard] = office.heard
    assert heard.body == Typed("/beri-peran @1 petugas dpupr", mentions=(Person("slack", "UBUDI"),))
    assert heard.sender == Person("slack", "UADA")
    assert heard.ref is None
    assert heard.opener is not None


async def test_a_command_keeps_its_links_and_lines(office: Office) -> None:
    await office.far.slash("/tanggapi", "17 lihat kebumenkab.go.id dan https://a.go.id/?x=1&y=2\n\n*dua*")

    assert office.heard[0].body == Typed(
        "/tanggapi 17 lihat kebumenkab.go.id dan https://a.go.id/?x=1&y=2\n\n*dua*"
    )


async def test_a_mention_in_a_thread_commands_there(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    await office.far.mention("tanggapi teks &amp; <b> @budi", thread=root.ts)

    [heard] = office.heard
    ref = MessageRef(office.room, root.ts)
    assert heard.body == Typed("/tanggapi teks &amp; <b> @1", ref, (Person("slack", "UBUDI"),))
    assert isinstance(heard.body, Typed)
    assert heard.body.answers is not None
    assert heard.body.answers.thread == root.ts
    assert heard.ref is not None
    assert heard.ref.thread == root.ts
    assert heard.opener is None
    assert abs(heard.at - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize("said", ["bantuan", "/bantuan", ": bantuan", "\u00a0/bantuan"])
async def test_a_mention_needs_no_slash(office: Office, said: str) -> None:
    await office.far.mention(said)

    assert office.heard[0].body == Typed("/bantuan")


async def test_words_before_our_name_are_not_the_command(office: Office) -> None:
    await office.far.event(
        {"type": "app_mention", "channel": "C1", "ts": "1700000000.1", "user": "UADA",
         "text": "pagi <@UBUDI>, <@UTANGGAP|tanggap> laporan 17"}
    )  # fmt: skip

    assert office.heard[0].body == Typed("/laporan 17")
    assert office.heard[0].at == datetime.fromtimestamp(1700000000.1, UTC)


async def test_one_message_under_two_event_ids_is_one_delivery(office: Office) -> None:
    await office.far.mention("bantuan", ts="1700000001.000100", event_id="Ev1")
    await office.far.mention("bantuan", ts="1700000001.000100", event_id="Ev2")
    await office.far.mention("bantuan", ts="1700000001.000200", event_id="Ev3")

    first, again, other = [message.key for message in office.heard]
    assert first == again != other


async def test_an_edited_message_commands_nothing(office: Office) -> None:
    done = await office.far.mention("tanggapi 17 ok", edited={"user": "UADA", "ts": "1.2"})

    assert done.status == 200
    assert office.heard == []


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"bot_id": "B1"}, Kind.BOT),
        ({"subtype": "bot_message"}, Kind.BOT),
        ({"subtype": "channel_topic"}, Kind.BOT),
        ({"user": "USLACKBOT"}, Kind.BOT),
        ({"user": None, "bot_id": "B1"}, Kind.BOT),
        ({"subtype": "file_share"}, Kind.PERSON),
        ({"subtype": "thread_broadcast"}, Kind.PERSON),
    ],
)
async def test_only_people_are_people(office: Office, more: dict[str, Any], kind: Kind) -> None:
    await office.far.mention("bantuan", **more)

    assert office.heard[0].sender.kind is kind


async def test_we_do_not_listen_to_ourselves(office: Office) -> None:
    await office.far.mention("bantuan")
    done = await office.far.mention("bantuan", user="UTANGGAP", bot_id="BTANGGAP")

    assert done.status == 200
    assert len(office.heard) == 1


async def test_a_photo_comes_with_a_mention(office: Office) -> None:
    photo = {"url_private": "https://files.slack.com/F1/a.jpg", "mimetype": "image/jpeg"}
    await office.far.mention("tanggapi 17", files=[photo, {"id": "F2"}])

    body = office.heard[0].body
    assert isinstance(body, Typed)
    assert body.media == (MediaRef("slack", "https://files.slack.com/F1/a.jpg", "image/jpeg"),)


async def test_the_menu_of_a_message_answers_it(office: Office) -> None:
    root = await office.adapter.send(office.room, Outgoing("Laporan 17"), key="k")
    await office.far.shortcut(root.key)

    [heard] = office.heard
    assert heard.body == Typed("/tanggapi", root)
    assert heard.opener is not None
    assert heard.opener.answers == root
    assert (await office.far.shortcut(root.key, callback_id="lain")).status == 200
    assert len(office.heard) == 1


async def test_a_press_says_on_which_message_and_in_which_thread(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    answer = Outgoing(BUTTON.text, BUTTON.actions, answers=MessageRef(office.room, root.ts))
    ref = await office.adapter.send(office.room, answer, key="k")
    await office.far.press("Kirim", user="UBUDI", trigger="9.9.z")
    await office.far.press("Kirim", user="UBUDI", trigger="9.9.z")

    first, again = office.heard
    assert first.body == Pressed("t:1", ref)
    assert first.ref is not None
    assert first.ref.thread == root.ts
    assert first.sender == Person("slack", "UBUDI")
    assert first.key == again.key


@pytest.mark.parametrize("by_socket", [False, True])
@pytest.mark.parametrize("whisper_to", [None, Person("slack", "UADA")])
async def test_a_link_that_was_opened_is_acknowledged_and_says_nothing(
    by_socket: bool, whisper_to: Person | None
) -> None:
    """Slack opens the page by itself, and tells us all the same: unanswered, it would show a warning sign."""
    link = Outgoing(
        '<actions><button name="x">Lihat</button><button name="y">Buka</button></actions>',
        (Action("x", "", url="https://x.com/a/1"), Action("y", "", url="mailto:x@kebumenkab.go.id")),
        whisper_to=whisper_to,
    )
    async with open_office(by_socket=by_socket) as office:
        await office.adapter.send(office.room, link, key="k")
        pressed = [await office.far.press(label) for label in ("Lihat", "Buka", "Lihat")]

        assert [done.status for done in pressed] == [200] * 3
        assert office.heard == []
        assert office.far.alarms() == []


async def test_a_form_knows_its_room(office: Office) -> None:
    await office.far.slash("/tanggapi", "17")
    opener = office.heard[0].opener
    assert opener is not None
    await office.adapter.open_form(opener, FORM)
    await office.far.submit({"text": "Baik & <siap>\x00"})

    assert office.heard[1].room == office.room
    assert office.heard[1].body == Submitted("form-1", {"text": "Baik & <siap>\ufffd"})
    assert office.heard[1].opener is not None
    with pytest.raises(Refused, match="exchanged_trigger_id"):
        await office.adapter.open_form(opener, FORM)


async def test_photos_in_a_form_come_beside_its_words(office: Office) -> None:
    await office.far.slash("/tanggapi", "17")
    opener = office.heard[0].opener
    assert opener is not None
    photos = Field("photos", "Foto", Shape.PHOTOS, longest=4, required=False)
    await office.adapter.open_form(opener, replace(FORM, fields=(*FORM.fields, photos)))
    uploaded = office.far.upload(b"\x89PNG...")
    await office.far.submit({"text": "Sudah ditambal"}, files=[uploaded])
    body = office.heard[1].body

    assert isinstance(body, Submitted)
    assert dict(body.values) == {"text": "Sudah ditambal"}
    assert (await office.adapter.fetch(body.media[0], most_bytes=100)).content == b"\x89PNG..."


async def test_a_form_that_comes_too_late_is_refused() -> None:
    clock = MovableClock(datetime(2026, 8, 18, 3, 0, tzinfo=UTC))
    async with open_office(clock=clock) as office:
        await office.far.slash("/tanggapi", "17")
        clock.move(seconds=4)
        opener = office.heard[0].opener

        assert opener is not None
        with pytest.raises(Refused, match="expired_trigger_id"):
            await office.adapter.open_form(opener, FORM)
        assert office.adapter.health == "ok"


async def test_a_long_draft_is_shown_whole_in_its_form(office: Office) -> None:
    await office.far.slash("/tanggapi", "17")
    opener = office.heard[0].opener
    assert opener is not None
    draft = "kata " * 100
    field = Field("text", "Isi", Shape.TEXT, draft, "paling banyak 280", longest=280)
    await office.adapter.open_form(
        opener,
        Form(
            "f", "Tanggapi laporan nomor tujuh belas", "<b>Warga</b>", "Lihat hasilnya dahulu, Pak", (field,)
        ),
    )

    view = office.far.view().raw
    assert view["blocks"][1]["element"]["initial_value"] == draft
    assert view["title"]["text"] == "Tanggapi laporan nomor …"
    with pytest.raises(Refused, match="initial_value"):
        await office.adapter.open_form(
            opener, Form("f", "x", "", "y", (Field("t", "I", initial="x" * 3001),))
        )


async def test_emoji_come_through_as_they_were_typed(office: Office) -> None:
    said = "17 Terima kasih 🙏🏽 segera dicek 👍"
    await office.far.slash("/tanggapi", said)
    await office.far.mention(f"tanggapi {said}")
    trigger = office.heard[0].opener
    assert trigger is not None
    await office.adapter.open_form(trigger, FORM)
    await office.far.submit({"text": said})

    typed, named, filled = [message.body for message in office.heard]
    assert typed == named == Typed(f"/tanggapi {said}")
    assert filled == Submitted("form-1", {"text": said})
