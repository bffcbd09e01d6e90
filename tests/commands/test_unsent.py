"""A draft that nobody saw: whoever may send it finds it, sees what it answers and who wrote it."""

from __future__ import annotations

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

DRAFT = "Terima kasih, besok petugas kami ke sana."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    talk = await open_conversation(store, clock)
    await talk.complain("@dpuprkebumen jalan di depan pasar rusak", post="500", conversation="500")
    return talk


async def test_a_clerks_draft_is_a_task_of_whoever_may_send_it(talk: Conversation) -> None:
    await talk.say(f"/tanggapi 1 {DRAFT}", who="tono", room="pupr")
    refused = await talk.press("Kirim", who="tono", room="pupr")
    tasks = await talk.say("/tugas-saya", who="wati", room="pupr")
    await talk.press("Periksa 1", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")

    assert "/tugas-saya mereka" in refused
    assert "Konsep orang lain yang dapat Anda kirim" in tasks
    assert "oleh Tono" in tasks
    assert talk.published() == [DRAFT]
    assert "Konsep orang lain" not in await talk.say("/tugas-saya", who="wati", room="pupr")


async def test_it_is_nobodys_task_who_may_not_send_it(talk: Conversation) -> None:
    await talk.say(f"/tanggapi 1 {DRAFT}", who="tono", room="pupr")

    assert "Konsep orang lain" not in await talk.say("/tugas-saya", who="joko", room="hub")
    assert "Konsep orang lain" not in await talk.say("/tugas-saya", who="tono", room="pupr")
    assert "Konsep orang lain" in await talk.say("/tugas-saya", who="sri", room="setda")


async def test_the_case_shows_the_newest_draft_so_that_nobody_writes_a_second(talk: Conversation) -> None:
    await talk.say("/tanggapi 1 Baik.", who="tono", room="pupr")
    await talk.say(f"/tanggapi 1 {DRAFT}", who="tono", room="pupr")
    card = await talk.say("/laporan 1", who="wati", room="pupr")

    assert "Tanggapan belum dikirim \u00b7 Tono" in card
    assert DRAFT in card
    assert "Baik." not in card


async def test_what_was_thrown_away_or_answered_is_no_task(talk: Conversation) -> None:
    await talk.say(f"/tanggapi 1 {DRAFT}", who="tono", room="pupr")
    await talk.press("Batal", who="tono", room="pupr")

    assert "Konsep orang lain" not in await talk.say("/tugas-saya", who="wati", room="pupr")
    assert DRAFT not in await talk.say("/laporan 1", who="wati", room="pupr")


async def test_a_preview_shows_what_it_answers_and_who_wrote_it(talk: Conversation) -> None:
    first = await talk.say("/tanggapi 1 Kami cek.", who="tono", room="pupr")
    await talk.complain(
        "NIK saya 3305012304900001, tolong cepat", post="501", conversation="500", answers="500"
    )
    second = await talk.say("/tanggapi 1 Kami cek lagi.", who="wati", room="pupr")

    assert "Kepada @warga1 di X, yang menulis \u201c@dpuprkebumen jalan di depan pasar rusak\u201d" in first
    assert "Ditulis Tono." in first
    assert "tolong cepat" in second
    assert "3305012304900001" not in second
    assert "Ditulis Bu Wati." in second


async def test_what_a_former_agency_would_have_told_is_nobodys_task_any_more(talk: Conversation) -> None:
    """Another agency has the case now, and tells its caller at its own desk."""
    await talk.say("/catat telepon: lampu merah di alun-alun mati", who="tono", room="pupr")
    await talk.say("/tanggapi 2 Kami periksa.", who="sri")
    before = [
        await talk.say("/tugas-saya", who=who, room=room)
        for who, room in (("wati", "pupr"), ("sri", "setda"))
    ]
    await talk.say("/disposisi 2 dishub", who="sri")
    after = [
        await talk.say("/tugas-saya", who=who, room=room) for who, room in (("joko", "hub"), ("sri", "setda"))
    ]

    assert all("Kami periksa" in one for one in before)
    assert not any("Kami periksa" in one for one in after)


async def test_a_draft_from_an_account_that_one_may_not_speak_for_is_no_task(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen lampu merah mati")
    await talk.say(f"/tanggapi {number} Kami periksa.", who="tono", room="pupr")
    await talk.say(f"/disposisi {number} dishub", who="sri")

    assert "Kami periksa" not in await talk.say("/tugas-saya", who="joko", room="hub")
    assert "Kami periksa" in await talk.say("/tugas-saya", who="sri")
