"""Where what we say on Slack appears, and to whom."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from plugin.chat.values import (
    Action,
    Incoming,
    MessageRef,
    Outgoing,
    Person,
    Room,
)
from plugin.errors import Refused, TryLater
from plugin.store.store import Store
from tests.adapters.test_slack import Office, open_office
from tests.behind import behind_slack, until
from tests.conftest import MovableClock
from tests.contract.chat import PIXEL
from tests.desk import open_conversation
from tests.far_side.slack_world import Channel

ADA, BUDI = Person("slack", "UADA"), Person("slack", "UBUDI")
KIRIM = '<actions><button name="kirim">Kirim</button></actions>'
ACTION = Action("kirim", "Kirim", "t:1")


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


def without_breaks(text: str) -> str:
    return re.sub(r"[\s•\x01]", "", text)


async def test_the_last_part_carries_the_buttons_and_is_the_reference(office: Office) -> None:
    ref = await office.adapter.send(office.room, Outgoing("kata " * 2000 + KIRIM, (ACTION,)), key="k")

    messages = office.far.messages()
    assert len(messages) > 1
    assert ref.key == messages[-1].ts
    assert [bool(m.shown().buttons) for m in messages] == [False] * (len(messages) - 1) + [True]


async def test_asked_again_it_goes_on_where_it_stopped(office: Office) -> None:
    message = Outgoing("kata " * 2000, pictures=(PIXEL,))
    office.far.trouble("throttle", 3, "chat.update")  # not met: only the named method is
    for method, error in (("chat.postMessage", TryLater), ("chat.postMessage", TryLater)):
        office.far.trouble("throttle", 3, method)
        with pytest.raises(error):
            await office.adapter.send(office.room, message, key="k")
    await office.adapter.send(office.room, message, key="k")

    assert without_breaks("".join(office.far.shown())) == "kata" * 2000
    assert len([m for m in office.far.messages() if m.picture]) == 1


async def test_an_answer_to_a_mention_stands_in_its_thread(office: Office) -> None:
    office.answer = Outgoing("Siap")
    await office.far.mention("bantuan", ts="1700000001.000100")
    await office.until(lambda: bool(office.far.messages()))

    assert office.far.messages()[-1].thread == "1700000001.000100"


async def test_an_answer_in_a_thread_stays_in_it(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    office.answer = Outgoing("Siap", whisper_to=ADA)
    await office.far.mention("bantuan", thread=root.ts)
    await office.until(lambda: bool(office.far.whispers()))

    [whisper] = office.far.whispers()
    assert (whisper.thread, whisper.whisper_to) == (root.ts, "UADA")


async def test_a_whisper_does_not_begin_a_thread(office: Office) -> None:
    """Slack shows a whisper in a thread only where the thread is already alive."""
    office.answer = Outgoing("Siap", whisper_to=ADA)
    await office.far.mention("bantuan")
    await office.until(lambda: bool(office.far.whispers()))
    asked = MessageRef(office.room, office.far.world.say("C1", "UADA", "<@UTANGGAP> laporan 999").ts)
    await office.adapter.send(office.room, Outgoing("Tidak ada", whisper_to=ADA, answers=asked), key="k")

    assert [(m.shown().text, m.thread) for m in office.far.whispers()] == [("Siap", ""), ("Tidak ada", "")]
    assert office.far.alarms() == []


@pytest.mark.parametrize("said", ["tanggapi {}", "tangapi {} Sudah dicek", "laporan 999"])
async def test_whoever_names_us_sees_what_only_they_shall_see(
    store: Store, clock: MovableClock, said: str
) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    async with behind_slack(talk) as (far, desk):
        for thread in ("", far.world.say("C1", "UBUDI", "Siapa mengecek?").ts):
            await far.mention(said.format(number), thread=thread)
            await desk.dispatcher.settle()
        await until(lambda: len(far.whispers()) == 2 or bool(far.alarms()))
        alone, in_thread = far.whispers()

    assert alone.thread == ""
    assert in_thread.thread != ""
    assert alone.shown().text == in_thread.shown().text
    assert far.alarms() == []


async def test_the_answer_to_a_press_is_posted(office: Office) -> None:
    root = office.far.world.say("C1", "UBUDI", "Laporan 17")
    await office.adapter.send(
        office.room, Outgoing(KIRIM, (ACTION,), answers=MessageRef(office.room, root.ts)), key="k"
    )
    office.answer = Outgoing("Sudah")
    await office.far.press("Kirim")
    await office.until(lambda: "Sudah" in office.far.shown())

    assert office.far.messages()[-1].thread == root.ts


async def test_a_ready_answer_to_one_person_is_seen_by_that_person(office: Office) -> None:
    office.answer = Outgoing("hanya Anda", whisper_to=ADA)
    done = await office.far.slash("/siapa-saya")

    assert done.body["response_type"] == "ephemeral"
    assert [(m.whisper_to, m.shown().text) for m in office.far.whispers()] == [("UADA", "hanya Anda")]
    assert office.far.shown() == []


async def test_a_ready_answer_too_long_for_the_acknowledgement_is_posted(office: Office) -> None:
    office.answer = Outgoing("kata " * 2000, pictures=(PIXEL,))
    done = await office.far.slash("/laporan", "17")
    await office.until(lambda: without_breaks("".join(office.far.shown())) == "kata" * 2000)

    assert done.body is None
    assert [m.picture for m in office.far.messages() if m.picture] == [PIXEL.content]


async def test_an_answer_too_late_for_the_acknowledgement_is_posted(office: Office) -> None:
    office.adapter._intake.patience = 0
    office.answer = Outgoing("Siap")
    done = await office.far.slash("/bantuan")
    await office.until(lambda: bool(office.far.shown()))

    assert done.body is None
    assert office.far.shown() == ["Siap"]


async def test_a_ready_answer_waits_as_long_as_slack_asks(office: Office) -> None:
    office.far.trouble("throttle", 0, "chat.postMessage")
    office.answer = Outgoing("Siap")
    await office.far.mention("bantuan")
    await office.until(lambda: bool(office.far.shown()))

    assert office.far.shown() == ["Siap"]


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_command_is_answered_where_the_app_was_not_invited(office: Office, is_open: bool) -> None:
    office.far.world.channels["C9"] = Channel("C9", has_app=False, is_open=is_open)
    outside = Room("slack", "C9")
    with pytest.raises(Refused):
        await office.adapter.send(outside, Outgoing("terlalu dini"), key="k0")
    await office.far.slash("/laporan", "17", channel="C9")
    ref = await office.adapter.send(outside, Outgoing("Laporan 17" + KIRIM, (ACTION,)), key="k1")
    await office.adapter.send(outside, Outgoing("hanya Anda", whisper_to=ADA), key="k2")
    with pytest.raises(Refused):
        await office.adapter.send(outside, Outgoing("bukan Anda", whisper_to=BUDI), key="k3")

    assert office.far.shown("C9") == ["Laporan 17"]
    assert [m.shown().text for m in office.far.whispers("C9")] == ["hanya Anda"]
    assert office.far.alarms() == []
    with pytest.raises(Refused):
        await office.adapter.amend(ref, Outgoing("Terkirim."))
    await office.far.press("Kirim", channel="C9")
    pressed: Incoming = office.heard[-1]
    assert pressed.ref is not None
    await office.adapter.amend(pressed.ref, Outgoing("Terkirim."))
    assert office.far.shown("C9") == ["Terkirim."]


async def test_a_reply_address_is_used_five_times_and_half_an_hour() -> None:
    clock = MovableClock(datetime(2026, 8, 18, 3, 0, tzinfo=UTC))
    async with open_office(clock=clock) as office:
        office.far.world.channels["C9"] = Channel("C9", has_app=False)
        outside = Room("slack", "C9")
        await office.far.slash("/laporan", channel="C9")
        for n in range(5):
            await office.adapter.send(outside, Outgoing(f"{n}"), key=f"k{n}")
        with pytest.raises(Refused, match="not_in_channel"):
            await office.adapter.send(outside, Outgoing("keenam"), key="k6")
        await office.far.slash("/laporan", channel="C9")
        clock.move(minutes=31)
        with pytest.raises(Refused, match="not_in_channel"):
            await office.adapter.send(outside, Outgoing("terlambat"), key="k7")

        assert office.far.shown("C9") == ["0", "1", "2", "3", "4"]


async def test_a_whisper_is_amended_once_its_button_was_pressed(office: Office) -> None:
    ref = await office.adapter.send(office.room, Outgoing(KIRIM, (ACTION,), whisper_to=ADA), key="k")
    with pytest.raises(Refused, match="message_not_found"):
        await office.adapter.amend(ref, Outgoing("Terkirim."))
    await office.far.press("Kirim")
    await office.adapter.amend(ref, Outgoing("Terkirim."))

    assert [m.shown().text for m in office.far.whispers()] == ["Terkirim."]
    assert office.far.whispers()[0].shown().buttons == []


async def test_an_amended_message_stays_one(office: Office) -> None:
    ref = await office.adapter.send(office.room, Outgoing("Laporan"), key="k")
    await office.adapter.amend(ref, Outgoing("kata & ".replace("&", "&amp;") * 1000))

    assert without_breaks("".join(office.far.shown())) == "kata&" * 1000
    with pytest.raises(Refused, match="msg_too_long"):
        await office.adapter.amend(ref, Outgoing("kata " * 3000))
