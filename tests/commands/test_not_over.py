"""An answer that is not over stays within reach, tells that it stands still, and holds no post for good."""

from __future__ import annotations

import pytest

from plugin.public.values import Uncertain
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

TEXT = "Terima kasih, besok kami periksa."


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


async def unclear(talk: Conversation, clock: MovableClock) -> int:
    """An answer of which nobody knows whether it arrived; the report's number."""
    talk.channel.outcomes.extend([Uncertain("503")] * 4)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await settle(talk, clock)
    return number


async def settle(talk: Conversation, clock: MovableClock) -> None:
    for _ in range(4):
        clock.move(minutes=2)
        await talk.sweep()


async def unclear_along(talk: Conversation, clock: MovableClock) -> int:
    """Two reporters of one incident: one is answered, of the other's answer nobody knows; the other's report."""
    first = await talk.complain("@dpuprkebumen jembatan ambrol", author="warga1")
    second = await talk.complain("@dpuprkebumen jembatan Tembana ambrol", author="warga2")
    await talk.say(f"/gabung {second} dengan {first}", who="wati", room="pupr")
    talk.channel.outcomes.extend([None, *[Uncertain("503")] * 4])
    await talk.say(f"/tanggapi {first} {TEXT}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await settle(talk, clock)
    return second


async def test_what_is_not_over_is_found_again_when_its_buttons_have_lapsed(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await unclear(talk, clock)
    old = talk.button("Belum tampil, kirim lagi", "pupr")
    clock.move(days=8)
    assert "tidak berlaku" in await talk.press_token(old, who="wati")
    mine = await talk.say("/tugas-saya", who="wati", room="pupr")
    report = await talk.press(f"Lihat laporan {number}", who="wati")
    card = await talk.press("Lihat tanggapan", who="wati")
    await talk.press("Belum tampil, kirim lagi", who="wati")

    assert "mungkin terkirim" in mine
    assert "Tanggapan mungkin terkirim · Bu Wati" in report
    assert "Mungkin terkirim" in card
    assert talk.published() == [TEXT]
    assert "Tanggapan mungkin" not in await talk.say(f"/laporan {number}")


async def test_who_was_first_is_one_press_away(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    clock.move(days=8)
    await talk.say(f"/tanggapi {number} Maaf, baru sekarang.", who="sri", room="setda")
    late = await talk.press("Kirim", who="sri")
    assert "belum selesai" in late
    whisper = talk.newest("setda")[0]
    card = await talk.press("Lihat tanggapan", who="sri", room="setda")
    await talk.press("Sudah tampil", who="sri", room="setda")

    assert TEXT in card
    assert "Bu Wati sudah lebih dulu" in talk.chat.board[whisper].text
    assert talk.published() == []


async def test_a_stranger_does_not_look_at_it(talk: Conversation, clock: MovableClock) -> None:
    number = await unclear(talk, clock)
    await talk.say(f"/laporan {number}", who="wati", room="pupr")
    see = talk.button("Lihat tanggapan", "pupr")
    await talk.say(f"/disposisi {number} dinkes", who="sri", room="setda")

    assert TEXT not in await talk.press_token(see, who="joko")


async def test_an_answer_that_went_along_is_found_at_its_own_report(
    talk: Conversation, clock: MovableClock
) -> None:
    second = await unclear_along(talk, clock)
    report = await talk.say(f"/laporan {second}", who="wati", room="pupr")
    await talk.press("Lihat tanggapan", who="wati", room="pupr")
    await talk.press("Belum tampil, kirim lagi", who="wati", room="pupr")

    assert "Tanggapan mungkin terkirim" in report
    assert len(talk.published()) == 2
    assert (await talk.report(second)).answered_at is not None
    assert "Terkirim" in talk.shown("pupr")[-1]
