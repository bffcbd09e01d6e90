"""What agencies promise in public, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from plugin.store.tables import Reply
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=ZONE).astimezone(UTC)


async def promised(talk: Conversation, text: str = "Minggu ini diperbaiki.") -> int:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.sweep()
    return number


async def test_a_published_promise_is_asked_about_once(talk: Conversation) -> None:
    await promised(talk)
    await talk.sweep()
    asked = [text for text in talk.shown("pupr") if "Apakah ini janji" in text]

    assert len(asked) == 1
    assert "Minggu ini diperbaiki" in asked[0]
    assert "paling lambat Jumat, 21 Agustus 2026" in asked[0]
    assert talk.buttons("pupr") == ["Benar", "Ubah tanggal", "Bukan janji"]


async def test_what_binds_nobody_is_not_asked_about(talk: Conversation) -> None:
    await promised(talk, "Segera kami cek. Terima kasih.")

    assert not any("janji" in text for text in talk.shown("pupr"))
    assert "Tidak ada janji" in await talk.say("/janji")


async def test_a_confirmed_promise_is_reminded_of_and_then_broken_for_all_to_see(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await promised(talk)
    confirmed = await talk.press("Benar", who="wati")
    clock.now = wib("2026-08-20 23.00")
    await talk.sweep()
    before = len(talk.shown("pupr"))
    clock.now = wib("2026-08-21 06.00")
    await talk.sweep()
    await talk.sweep()
    reminded = talk.shown("pupr")[before:]
    clock.now = wib("2026-08-21 14.31")
    await talk.sweep()
    await talk.sweep()

    assert "Dipastikan Bu Wati" in confirmed
    assert len(reminded) == 1
    assert "hari terakhir" in reminded[0]
    assert [text.count("DPUPR") for text in talk.shown("setda") if "Janji tidak ditepati" in text] == [1]
    assert "tidak ditepati, batas 21 Agustus 2026" in await talk.say(f"/laporan {number}")
    assert "tidak ditepati" in await talk.say("/janji")
    assert "janji tidak ditepati" in await talk.say(f"/riwayat {number}")


async def test_a_kept_promise_is_quiet(talk: Conversation, clock: MovableClock) -> None:
    number = await promised(talk)
    await talk.press("Benar", who="wati")
    kept = await talk.press("Sudah ditepati", who="wati")
    again = await talk.press_token(talk.button("Lihat laporan", "pupr"), who="wati")
    clock.move(days=10)
    await talk.sweep()

    assert "Janji ditepati" in kept
    assert "ditepati" in again
    assert not any("Janji tidak ditepati" in text for text in talk.shown("setda"))
    assert "Janji ditepati" in await talk.say(f"/janji {number}")


async def test_an_unconfirmed_one_is_never_broken(talk: Conversation, clock: MovableClock) -> None:
    await promised(talk)
    clock.move(days=10)
    await talk.sweep()

    assert not any("Janji tidak ditepati" in text for text in talk.shown("setda"))
    assert "belum dipastikan" in await talk.say("/janji dpupr")


async def test_the_official_names_the_day_that_was_meant(talk: Conversation, clock: MovableClock) -> None:
    number = await promised(talk)
    await talk.press("Ubah tanggal", who="wati")
    wrong = await talk.fill_in(who="wati", room="pupr", day="31-2-2026")
    past = await talk.fill_in(who="wati", room="pupr", day="1-8-2026")
    right = await talk.fill_in(who="wati", room="pupr", day="25 Agustus 2026")
    clock.now = wib("2026-08-25 23.59")  # Maulid: the whole day belongs to it
    await talk.sweep()
    still = await talk.say(f"/janji {number}")

    assert "Janji" not in wrong
    assert "sudah lewat" in past
    assert "Paling lambat Selasa, 25 Agustus 2026" in right
    assert "Paling lambat" in still


async def test_no_promise_after_all(talk: Conversation, clock: MovableClock) -> None:
    number = await promised(talk)
    assert "Bukan janji" in await talk.press("Bukan janji", who="wati")
    clock.move(days=10)
    await talk.sweep()

    assert "Janji" not in await talk.say(f"/laporan {number}")
    assert "Tidak ada janji" in await talk.say("/janji")


async def test_what_is_broken_cannot_be_put_off(talk: Conversation, clock: MovableClock) -> None:
    number = await promised(talk)
    await talk.press("Benar", who="wati")
    change = talk.button("Ubah tanggal", "pupr")
    clock.move(days=5)
    await talk.sweep()
    await talk.press_token(change, who="wati")
    later = await talk.fill_in(who="wati", room="pupr", day="besok")

    assert "tidak dapat diundur" in later
    assert "Janji tidak ditepati" in await talk.say(f"/janji {number}")


async def test_another_agency_cannot_decide(talk: Conversation) -> None:
    await promised(talk)

    assert "belum berwenang" in await talk.press("Benar", who="joko")


async def test_closing_keeps_the_promise_and_silence_waits_for_it(
    talk: Conversation, clock: MovableClock
) -> None:
    closed = await promised(talk)
    await talk.press("Benar", who="wati")
    await talk.say(f"/selesai {closed} sudah ditambal")
    waits = await promised(talk, "Akhir bulan depan diperbaiki.")
    await talk.press("Benar", who="wati")
    clock.now = wib("2026-09-20 12.00")
    await talk.sweep()

    assert "Janji ditepati" in await talk.say(f"/janji {closed}")
    assert (await talk.report(waits)).state == "replied"


async def test_what_was_taken_back_binds_nobody(talk: Conversation, clock: MovableClock) -> None:
    number = await promised(talk)
    await talk.press("Benar", who="wati")

    def taken_back(session: Session) -> None:
        for reply in session.exec(select(Reply)):
            reply.state = "withdrawn"

    await talk.store.write(taken_back)
    clock.move(days=5)
    await talk.sweep()

    assert not any("Janji tidak ditepati" in text for text in talk.shown("setda"))
    assert "janji gugur" in await talk.say(f"/riwayat {number}")


@pytest.mark.parametrize("given", ["999", "dinas entah apa"])
async def test_what_is_not_there_is_said(talk: Conversation, given: str) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")

    assert "tidak" in await talk.say(f"/janji {given}")
    assert "Tidak ada janji yang tercatat" in await talk.say(f"/janji {number}")
