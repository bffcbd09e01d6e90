"""Reminders of circulars: before, on and after the last day, once a day, until the account is there."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from plugin.desk.audit import verify
from plugin.errors import TryLater
from plugin.rhythm.reminding import Hours
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation

DUE = "/edaran baru 489/1; 3-8-2026; dinas; facebook; 20-8-2026 19.00; nama instansi; Sekda"


def reminders(talk: Conversation, room: str) -> list[str]:
    return [text for text in talk.shown(room) if text.startswith(("Pengingat untuk", "Teguran"))]


class TestReminders:
    async def test_before_on_and_after_the_last_day(self, talk: Conversation, clock: MovableClock) -> None:
        await talk.say(DUE)  # Tuesday 18 August, 10.00 WIB
        heard = []
        for _ in range(12):
            await talk.remind()
            heard.append(len(reminders(talk, "pupr")))
            clock.move(days=1)
        texts = reminders(talk, "pupr")

        # 17 (-3) is a holiday and made up for on the 18th; 19, 20, 21; 23 is a Sunday: 24; 27
        assert heard == [1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6]
        assert "2 hari lagi" in texts[0]
        assert "besok" in texts[1]
        assert "hari ini" in texts[2]
        assert "sudah lewat 15 jam" in texts[3]
        assert "Dinas Pekerjaan Umum" in texts[0]
        assert "meminta Facebook" in texts[0]
        assert "nama instansi" in texts[0]

    async def test_never_twice_a_day_however_often_it_ticks(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say(DUE)
        await talk.say(DUE.replace("489/1", "490/1"))
        for _ in range(5):
            await talk.remind()
            clock.move(minutes=1)

        assert len(reminders(talk, "pupr")) == 1
        assert "490/1" in reminders(talk, "pupr")[0]  # both circulars in one message

    async def test_not_in_the_evening_and_not_on_a_day_off(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say(DUE)
        clock.move(hours=8)
        await talk.remind()
        clock.move(days=4)  # Saturday
        clock.move(hours=-8)
        await talk.remind()

        assert reminders(talk, "pupr") == []

    async def test_a_registration_with_one_press_stops_them(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say(DUE)
        await talk.remind()
        await talk.press("Daftarkan akun", who="tono", room="pupr")
        claimed = await talk.fill_in(
            who="tono", room="pupr", channel="facebook", handle="dpupr.kebumen", proof=""
        )
        clock.move(days=1)
        await talk.remind()

        assert "diajukan sebagai akun resmi" in claimed
        assert len(reminders(talk, "pupr")) == 1
        assert len(reminders(talk, "hub")) == 2

    async def test_what_was_done_meanwhile_is_not_asked_for(self, talk: Conversation) -> None:
        await talk.say(DUE)
        talk.chat.trouble.append(TryLater(0))
        await talk.desk.reminding.tick()
        await talk.say("/daftar-akun dpupr facebook dpupr.kebumen")
        await talk.remind()

        assert reminders(talk, "pupr") == []

    async def test_snoozed_by_the_agency_itself(self, talk: Conversation, clock: MovableClock) -> None:
        await talk.say(DUE)
        await talk.remind()
        answer = await talk.press("Tunda 3 hari", who="tono", room="pupr")
        for _ in range(7):
            clock.move(days=1)
            await talk.remind()

        assert "ditunda, dan mulai lagi 21 Agustus 2026" in answer
        assert len(reminders(talk, "pupr")) == 3  # 21 and 24 again
        assert "1 sampai 14 hari" in await talk.say("/tunda-pengingat dpupr 99", who="tono", room="pupr")
        assert "belum berwenang" in await talk.say("/tunda-pengingat dishub 3", who="tono", room="hub")

    @pytest.mark.parametrize(
        ("typed", "day"),
        [
            ("dpupr", "21 Agustus"),
            ("dpupr 5 hari pindah gedung", "23 Agustus"),
            ("dpupr 1 minggu pindah gedung", "25 Agustus"),
            ("dpupr pindah gedung", "21 Agustus"),
        ],
    )
    async def test_however_it_is_typed_and_ended_early(
        self, talk: Conversation, clock: MovableClock, typed: str, day: str
    ) -> None:
        await talk.say(DUE)
        answer = await talk.say(f"/tunda-pengingat {typed}", who="tono", room="pupr")
        await talk.remind()
        before = len(reminders(talk, "pupr"))
        ended = await talk.press("Ingatkan lagi", who="tono", room="pupr")
        clock.move(days=1)
        await talk.remind()

        assert f"mulai lagi {day} 2026" in answer
        assert "berjalan lagi" in ended
        assert (before, len(reminders(talk, "pupr"))) == (0, 1)

    async def test_a_restart_in_the_middle_reminds_once(
        self, talk: Conversation, clock: MovableClock, store: Store
    ) -> None:
        await talk.say(DUE)
        await talk.desk.reminding.tick()  # the rows are there; the process dies before anything is sent
        talk.jobs.clear()
        again = Conversation(talk.desk, talk.chat, talk.channel, store, clock, talk.frame, talk.jobs)
        await again.remind()
        await again.remind()

        assert len(reminders(talk, "pupr")) == 1


def test_an_hour_late_in_the_day_is_an_hour(clock: MovableClock) -> None:
    evening = Hours(ZONE, time(17), lambda _: True)
    morning = Hours(ZONE, time(8, 30), lambda _: True)
    at_five = clock() + timedelta(hours=7)  # 17.00 WIB

    assert evening.today(clock()) is None
    assert evening.today(at_five) == date(2026, 8, 18)
    assert morning.today(clock()) == date(2026, 8, 18)
    assert morning.today(at_five) is None


class TestIngatkan:
    async def test_where_nobody_owes_anything_no_heading_says_otherwise(self, talk: Conversation) -> None:
        listed = await talk.say("/ingatkan")

        assert "Tidak ada instansi di " in listed
        assert "belum memenuhi" not in listed

    async def test_the_sekda_sees_who_heard_how_often_and_rebukes_once_a_day(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say(DUE)
        await talk.remind()
        clock.move(days=1)
        await talk.remind()
        listed = await talk.say("/ingatkan")
        said = await talk.press("Tegur Dinas Perhubungan")
        await talk.remind()
        again = await talk.press("Tegur Dinas Perhubungan")

        assert "3 instansi belum memenuhi edaran" in listed
        assert "Diingatkan 2 kali, terakhir 19 Agustus 2026" in listed
        assert "Dinas Kesehatan" in listed
        assert "Belum dapat diingatkan." in listed
        assert "1 di antaranya belum dapat diingatkan" in listed
        assert "dikirim atas nama" in said
        assert "Teguran dari Bu Sri Sekda untuk Dinas Perhubungan" in reminders(talk, "hub")[-1]
        assert "sudah ditegur hari ini" in again
        assert "ditegur 1 kali" in await talk.say("/ingatkan")
        assert (await talk.store.survey(verify))[1] is None

    async def test_only_who_vouches_sees_and_rebukes(self, talk: Conversation) -> None:
        await talk.say(DUE)
        await talk.say("/ingatkan")

        assert "belum berwenang" in await talk.say("/ingatkan", who="wati", room="pupr")
        assert "belum berwenang" in await talk.press("Tegur Dinas Perhubungan", who="wati")
