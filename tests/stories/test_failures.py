"""Failure stories and traps that no other test tells whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from adapters.memory import MemoryChannel, MemoryChat
from plugin.chat.values import (
    Capabilities,
    Form,
    Incoming,
    Kind,
    MediaRef,
    MessageRef,
    Opener,
    Person,
    Typed,
)
from plugin.errors import Refused
from plugin.public.outcomes import Refusal as Refusal_
from plugin.public.values import PublicCapabilities
from plugin.store.store import Store
from plugin.store.tables import Inbox
from plugin.terms import Terms
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

TEXT = "Terima kasih, petugas kami mengecek hari ini."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


async def test_no_word_without_a_confirmation_reaches_the_public(talk: Conversation) -> None:
    """Whatever officials write, also below a preview: only Kirim publishes, and only what it shows."""
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="tono", room="pupr")
    card, _ = talk.newest("pupr")
    remarks: list[dict[str, Any]] = [
        {"text": "orangnya rewel, abaikan saja"},
        {"text": "kirim", "answers": card},
        {"text": "ya", "answers": card},
        {"text": f"@1 {TEXT}", "mentions": ("tono",)},
        {"text": "ini fotonya", "media": (MediaRef("memory", "f", "image/png"),), "answers": card},
        {"text": f"catatan: /tanggapi {number} jangan dikirim"},
        {"text": f"/tanggapi {number} konsep lain"},
        {"text": f"/laporan {number}"},
        {"text": "kirim", "answers": card, "kind": Kind.ANONYMOUS},
        {"text": "Kirim", "answers": card, "kind": Kind.BOT},
    ]
    for one in remarks:
        await talk.say(who="wati", room="pupr", **one)
    await talk.sweep()
    assert talk.published() == []

    await talk.press("Kirim", who="wati", room="pupr")
    assert talk.published() == ["konsep lain"]


async def test_the_account_comes_from_the_case_whoever_presses_wherever(talk: Conversation) -> None:
    """Somebody of two agencies, in the other one's mind, still answers as the agency that was asked."""
    road = await talk.complain("@dpuprkebumen jalan rusak", author="a")
    bus = await talk.complain("@dishubkbm bus telat", to="dishubkbm", author="b")
    for number in (road, bus):
        preview = await talk.say(f"/tanggapi {number} {TEXT} Laporan {number}.", who="sri")
        await talk.press("Kirim", who="sri")
        assert ("@dpuprkebumen" in preview) is (number == road)
        assert ("@dishubkbm" in preview) is (number == bus)

    handed = await talk.complain("@dpuprkebumen lampu lalu lintas mati", author="c")
    await talk.say(f"/disposisi {handed} dishub")
    await talk.say(f"/tanggapi {handed} {TEXT} Laporan {handed}.", who="sri")
    await talk.press("Kirim", who="sri")

    assert talk.published() == [f"{TEXT} Laporan {road}."]
    assert talk.published("dishubkbm") == [f"{TEXT} Laporan {number}." for number in (bus, handed)]


async def test_an_angry_answer_meets_every_guard(store: Store, clock: MovableClock) -> None:
    """Written at night by somebody new: marked, asked about, seen by a second person, and still to be held back."""
    talk = await open_conversation(store, clock, terms=Terms(ZONE, window=timedelta(seconds=30)))
    await talk.say("/persetujuan dpupr perlu", who="sri")
    clock.move(hours=11)  # 21.00 WIB
    number = await talk.complain("@dpuprkebumen jalan rusak")
    preview = await talk.say(f"/tanggapi {number} Dasar bodoh, mampus kamu nanti.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    asked = await talk.press("Ya, tetap kirim", who="wati", room="pupr")
    await talk.press("Setujui", who="sri")
    await talk.press("Kirim", who="wati", room="pupr")
    await talk.press("Jangan kirim dulu", who="tono", room="pupr")
    clock.move(minutes=5)
    await talk.sweep()

    assert "Jangan:" in preview
    for why in ("pemeriksaan menemukan", "ditulis malam hari", "penulisnya masih baru"):
        assert why in asked
    assert talk.published() == []


async def test_three_numbers_of_a_citizen_are_gone_from_every_card_and_every_answer(
    talk: Conversation,
) -> None:
    numbers = ("081327001234", "0857-1122-3344", "3305010101900001")
    number = await talk.complain("@dpuprkebumen jalan rusak, hubungi " + " atau ".join(numbers))
    await talk.say(f"/disposisi {number} dishub tolong dicek")
    for line in (f"/laporan {number}", "/laporan-baru", f"/riwayat {number}", "/cari rusak", "/ringkasan"):
        await talk.say(line)
    seen = "\n".join(text for room in ("setda", "pupr", "hub") for text in talk.shown(room))
    preview = await talk.say(f"/tanggapi {number} Baik, kami hubungi {' '.join(numbers)}.", who="sri")
    await talk.press("Kirim", who="sri")

    assert "jalan rusak, hubungi" in seen
    for one in numbers:
        assert one not in seen
        assert f"“{one}” ·" in preview  # what an official writes is shown as it is, and marked
    assert talk.published() == []


async def test_an_order_names_neither_the_reporter_nor_their_words(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen bosnya pungli, saya karyawannya", author="pelapor_rahasia")
    await talk.say(f"/disposisi {number} dishub mohon ditangani")
    orders = [text for text in talk.shown() + talk.shown("hub") if "Perintah:" in text]

    assert orders
    for words in orders:
        assert "pelapor_rahasia" not in words
        assert "karyawannya" not in words


async def test_when_a_platform_shuts_its_door_the_same_draft_goes_by_hand(
    store: Store, clock: MovableClock
) -> None:
    """Overnight the API takes nothing more: the words stay, the composer opens, other agencies go on."""
    channel = MemoryChannel(PublicCapabilities(longest=280, composer=True))
    talk = await open_conversation(store, clock, channel=channel)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    other = await talk.complain("@dishubkbm bus telat", to="dishubkbm", author="b")
    channel.outcomes.append(Refusal_("forbidden"))
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    card = talk.shown("pupr")[-1]
    await talk.say(f"/tanggapi {other} {TEXT}", who="joko", room="hub")
    await talk.press("Kirim", who="joko", room="hub")
    await talk.press("Ya, tetap kirim", who="joko", room="hub") if "Ya, tetap kirim" in talk.buttons(
        "hub"
    ) else ""

    assert TEXT in card
    assert "Kirim lewat X" in talk.buttons("pupr")
    assert talk.published("dishubkbm") == [TEXT]
    await talk.post_by_hand("dpuprkebumen", TEXT, (await talk.report(number)).target_post)
    await talk.press("Sudah saya kirim", who="wati", room="pupr")
    assert (await talk.report(number)).answered_at is not None


class Slow(MemoryChat):
    """A platform that opens a form within three seconds or not at all."""

    late = True

    async def open_form(self, opener: Opener, form: Form) -> None:
        if self.late:
            raise Refused("expired_trigger_id")
        await super().open_form(opener, form)


async def test_a_form_that_came_too_late_is_offered_again(store: Store, clock: MovableClock) -> None:
    chat = Slow(Capabilities(longest=4000))
    talk = await open_conversation(store, clock, chat=chat)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="tono", room="pupr")
    assert chat.forms == []
    label = talk.buttons("pupr")[0]
    chat.late = False
    await talk.press(label, who="tono", room="pupr")

    assert TEXT in await talk.fill_in(who="tono", room="pupr", text=TEXT)


@pytest.mark.parametrize("left", ["&amp;", "<@U123ABC>", "<https://kebumenkab.go.id|situs>"])
async def test_what_the_chat_wrote_into_a_text_does_not_reach_the_public(
    talk: Conversation, left: str
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    preview = await talk.say(f"/tanggapi {number} Jalan {left} kami cek.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")

    assert "Periksa:" in preview or "Jangan:" in preview
    assert talk.published() == []


async def test_what_was_acknowledged_is_stored_already(talk: Conversation) -> None:
    """The platform hears our yes when `receive` returns: whoever dies after that finds it in the tables."""
    number = await talk.complain("@dpuprkebumen jalan rusak")
    person, place = Person("memory", "tono", "Tono"), talk.room("pupr")
    line = Typed(f"/tanggapi {number} {TEXT}")
    message = Incoming("k1", place, person, talk.clock(), line, MessageRef(place, "in-k1"))
    await talk.desk.dispatcher.receive(message)
    kept = await talk.store.survey(lambda s: [row.key for row in s.exec(select(Inbox))])
    await talk.desk.dispatcher.settle()

    assert kept == ["k1"]
