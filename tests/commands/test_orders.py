"""An order's own deadline is watched: the agency is reminded before, and everybody concerned sees when it is over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plugin.desk.audit import verify
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation, open_conversation

NEAR, LATE = "Batas disposisi sudah dekat", "Disposisi lewat batas"


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """Tuesday 18 August 2026, 10.00 WIB; the citizen was answered, so that no other clock is urgent."""
    return await open_conversation(store, clock)


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=ZONE).astimezone(UTC)


async def ordered(talk: Conversation, until: str = "paling lambat 24-8-2026 15.00") -> int:
    number = await talk.complain("@dpuprkebumen lampu mati", conversation="c1")
    await talk.say(f"/disposisi {number} dishub mohon dipasang, {until}")
    await talk.press("Diterima", who="joko", room="hub")
    return number


def told(talk: Conversation, room: str, what: str) -> int:
    return sum(what in words for words in talk.shown(room))


async def at(talk: Conversation, clock: MovableClock, moment: str) -> None:
    clock.now = wib(moment)
    await talk.sweep()
    await talk.sweep()


async def test_the_agency_is_reminded_once_on_the_working_day_before(
    talk: Conversation, clock: MovableClock
) -> None:
    await ordered(talk)  # until a Monday
    await at(talk, clock, "2026-08-20 16.00")
    assert told(talk, "hub", NEAR) == 0
    await at(talk, clock, "2026-08-21 05.00")  # at night nobody is woken for it
    assert told(talk, "hub", NEAR) == 0
    await at(talk, clock, "2026-08-21 07.00")
    await at(talk, clock, "2026-08-23 07.00")

    assert told(talk, "hub", NEAR) == 1
    assert any("24 Agustus 2026, 15.00 WIB" in words for words in talk.shown("hub") if NEAR in words)
    assert told(talk, "setda", NEAR) == 0


async def test_what_has_only_just_come_needs_no_reminder(talk: Conversation, clock: MovableClock) -> None:
    await ordered(talk, "paling lambat besok 15.00")
    await at(talk, clock, "2026-08-18 16.00")

    assert told(talk, "hub", NEAR) == 0


async def test_once_it_is_over_both_hear_and_see_it_until_it_is_done(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await ordered(talk)
    await at(talk, clock, "2026-08-24 14.59")
    assert (told(talk, "hub", LATE), told(talk, "setda", LATE)) == (0, 0)
    assert LATE not in await talk.say("/ringkasan")
    await at(talk, clock, "2026-08-24 15.01")

    assert (told(talk, "hub", LATE), told(talk, "setda", LATE)) == (1, 1)
    for who, room in (("joko", "hub"), ("sri", "setda")):
        mine = await talk.say("/tugas-saya", who=who, room=room)
        assert "Disposisi lewat batas, belum dikerjakan" in mine
        assert "mohon dipasang" in mine
        assert f"{LATE}: 1, laporan {number}." in await talk.say("/ringkasan", who=who, room=room)
    assert "batas disposisi ke Dishub sudah lewat" in await talk.say(f"/riwayat {number}")
    assert (await talk.store.survey(verify))[1] is None

    await talk.say(f"/tanggapi {number} Lampunya sudah menyala.", who="joko", room="hub")
    await talk.press("Kirim", who="joko")
    assert LATE not in await talk.say("/ringkasan")
    assert LATE not in await talk.say("/tugas-saya")


@pytest.mark.parametrize("act", ["answered", "closed", "elsewhere", "later", "snoozed"])
async def test_what_is_done_moved_or_put_off_rings_nobody(
    talk: Conversation, clock: MovableClock, act: str
) -> None:
    number = await ordered(talk)
    clock.move(minutes=30)
    match act:
        case "answered":
            await talk.say(f"/tanggapi {number} Lampunya menyala.", who="joko", room="hub")
            await talk.press("Kirim", who="joko")
        case "closed":
            await talk.say(f"/bukan-laporan {number} salah alamat")
        case "elsewhere":
            await talk.say(f"/disposisi {number} dinkes")
        case "later":
            await talk.say(f"/disposisi {number} dishub mohon dipasang, paling lambat 28-8-2026 15.00")
        case "snoozed":
            await talk.say(f"/tunda {number} 14 hari menunggu bahan")
    await at(talk, clock, "2026-08-21 09.00")
    await at(talk, clock, "2026-08-24 16.00")

    assert [told(talk, room, what) for room in ("hub", "setda") for what in (NEAR, LATE)] == [0] * 4


async def test_whoever_hands_it_on_below_still_owes_it(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan desa rusak")
    await talk.say(f"/disposisi {number} kec_alian cek, paling lambat 24-8-2026 15.00")
    await talk.say(f"/disposisi {number} bojongsari")
    await at(talk, clock, "2026-08-24 16.00")

    assert told(talk, "setda", LATE) == 1
    assert f"{LATE}: 1, laporan {number}." in await talk.say("/ringkasan")


async def test_an_answer_before_the_order_is_no_answer_to_it(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami teruskan.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    clock.move(minutes=1)
    await talk.say(f"/disposisi {number} dishub pasang rambu, paling lambat 24-8-2026 15.00")
    await at(talk, clock, "2026-08-24 16.00")

    assert told(talk, "hub", LATE) == 1
