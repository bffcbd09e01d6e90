"""An order down the tree: what, until when, received by whom, and seen by everybody above."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from adapters.memory import MemoryChat
from plugin.chat.rooms import bind
from plugin.chat.until import split_until
from plugin.chat.values import MessageRef, Outgoing, Room
from plugin.desk.audit import verify
from plugin.errors import Refused
from plugin.store.store import Store
from plugin.store.tables import Agency
from plugin.wording import UserError
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)  # Tuesday, 10.00 WIB


class Deaf(MemoryChat):
    """One group has thrown us out."""

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        if room.key == "hub":
            raise Refused("kicked")
        return await super().send(room, message, key=key)


async def test_a_group_that_takes_nothing_keeps_the_order_from_nobody(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, chat=Deaf())
    number = await talk.complain("@dpuprkebumen lampu mati")
    dishub = await talk.store.survey(
        lambda s: s.exec(select(Agency).where(Agency.code == "DISHUB")).one().id or 0
    )
    await talk.store.write(bind, Room("memory", "hub dua"), dishub, clock())
    given = await talk.say(f"/disposisi {number} dishub mohon dicek")

    assert "Perintah: mohon dicek" in given
    assert "lampu mati" in talk.shown("hub dua")[0]


class TestReceipt:
    async def test_the_agency_presses_and_the_giver_sees_who_and_when(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        given = await talk.say(f"/disposisi {number} dishub mohon dicek, paling lambat besok 15.00")
        assert "Perintah: mohon dicek" in given
        assert "Batas: 19 Agustus 2026, 15.00 WIB" in given
        assert "Belum diterima" in given
        clock.move(minutes=30)
        await talk.press("Diterima", who="joko", room="hub")

        order = next(text for text in talk.shown("setda") if "Perintah: mohon dicek" in text)
        assert "Diterima Joko, 18 Agustus 2026, 10.30 WIB" in order
        assert "batas 19 Agustus 2026, 15.00 WIB" in talk.shown("hub")[0]
        assert "diterima Joko" in talk.shown("hub")[0]
        assert "Diterima" not in [a.label for a in talk.newest("hub")[1].actions]
        assert "disposisi diterima · Joko" in await talk.say(f"/riwayat {number}")
        assert (await talk.store.survey(verify))[1] is None

    async def test_twice_pressed_is_received_once(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number} dishub")
        button = talk.button("Diterima", "hub")
        await talk.press_token(button, who="joko")
        again = await talk.press_token(button, who="joko")

        assert "Tidak ada disposisi" in again
        assert (await talk.say(f"/riwayat {number}")).count("disposisi diterima") == 1

    async def test_neither_the_giver_nor_a_stranger_receives(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number} dishub")

        assert "Tidak ada disposisi" in await talk.say(f"/terima {number}", who="sri")
        assert "belum berwenang" in await talk.say(f"/terima {number}", who="tono")
        assert "belum diterima" in await talk.say(f"/laporan {number}")

    async def test_whoever_goes_to_work_has_received(self, talk: Conversation) -> None:
        for n, act in enumerate(("/ambil {}", "/kembalikan {} bukan kami", "/tanggapi {} Kami cek.")):
            number = await talk.complain(f"@dpuprkebumen lampu {n}", author=f"w{n}")
            await talk.say(f"/disposisi {number} dishub")
            await talk.say(act.format(number), who="joko", room="hub")
            if "tanggapi" in act:
                await talk.press("Kirim", who="joko", room="hub")

            assert "diterima Joko" in await talk.read_all(number)


class TestChain:
    async def test_every_link_is_shown_above_and_the_lower_room_gets_the_card(
        self, talk: Conversation
    ) -> None:
        await talk.say("/ikat-grup kec alian", who="adi", room="alian")
        await talk.say("/beri-peran @1 petugas kec alian", who="adi", mentions=("budi",))
        number = await talk.complain("@dpuprkebumen jalan desa rusak")
        await talk.say(f"/disposisi {number} kec alian tolong dicek")
        assert "jalan desa rusak" in talk.shown("alian")[-1]
        down = await talk.say(
            f"/disposisi {number} 33.05.13.2001 foto lokasinya, batas 2 hari kerja", who="budi", room="alian"
        )
        assert "Batas: 20 Agustus 2026" in down
        assert "Bojongsari belum punya grup di sini" in down
        history = await talk.say(f"/riwayat {number}")

        assert "DPUPR → Kec. Alian · Bu Sri Sekda" in history
        assert "tolong dicek · diterima Budi" in history
        assert "Kec. Alian → Bojongsari · Budi" in history
        assert "foto lokasinya" in await talk.say(f"/laporan {number}")

    async def test_only_who_stands_above_sets_a_deadline(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        refused = await talk.say(
            f"/disposisi {number} dishub cek, paling lambat besok", who="wati", room="pupr"
        )

        assert "hanya dapat ditetapkan oleh pejabat di atas Dishub" in refused
        assert (await talk.report(number)).state == "new"
        assert "diteruskan" in await talk.say(f"/disposisi {number} dishub cek", who="wati", room="pupr")

    async def test_a_new_deadline_is_a_new_order(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number} dishub cek")
        assert "memang sudah di" in await talk.say(f"/disposisi {number} dishub cek")
        assert "Batas: 18 Agustus 2026, 16.00" in await talk.say(
            f"/disposisi {number} dishub cek paling lambat 6 jam"
        )
        assert "memang sudah di" in await talk.say(f"/disposisi {number} dishub cek paling lambat 6 jam")

    async def test_the_form_asks_for_the_deadline_too(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number}")
        assert "Batas: 21 Agustus 2026" in await talk.fill_in(to="dishub", instruction="cek", until="jumat")
        await talk.say(f"/disposisi {number}")
        assert "sudah lewat" in await talk.fill_in(to="dinkes", instruction="-", until="17-8-2026")
        await talk.say(f"/disposisi {number}")
        assert "diteruskan ke Dinas Kesehatan" in await talk.fill_in(to="dinkes", instruction="-", until="-")


class TestMyOrders:
    async def test_both_ends_see_what_is_not_received(self, talk: Conversation, clock: MovableClock) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number} dishub cek, paling lambat 2 jam")
        clock.move(hours=3)
        mine = await talk.say("/tugas-saya", who="joko", room="hub")
        assert "Disposisi untuk instansi Anda, belum diterima" in mine
        assert mine.count("lewat batas 18 Agustus 2026, 12.00 WIB: cek") == 1
        assert "Disposisi dari Anda yang belum diterima" in await talk.say("/tugas-saya")
        assert "Disposisi" not in await talk.say("/tugas-saya", who="tono", room="pupr")
        await talk.say("/tugas-saya", who="joko", room="hub")
        await talk.press(f"Diterima {number}", who="joko", room="hub")

        after = await talk.say("/tugas-saya", who="joko", room="hub")
        assert "belum diterima" not in after
        assert "Disposisi lewat batas, belum dikerjakan" in after
        assert "belum diterima" not in await talk.say("/tugas-saya")

    async def test_also_when_the_citizen_was_told_first_that_it_is_passed_on(
        self, talk: Conversation
    ) -> None:
        number = await talk.complain("@dpuprkebumen rambu roboh")
        await talk.say(f"/tanggapi {number} Kami teruskan ke Dishub.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        await talk.say(f"/disposisi {number} dishub pasang rambu")

        assert "pasang rambu" in await talk.say("/tugas-saya", who="joko", room="hub")
        assert "pasang rambu" in await talk.say("/tugas-saya")
        await talk.say("/tugas-saya", who="joko", room="hub")
        await talk.press(f"Diterima {number}", who="joko", room="hub")
        assert "pasang rambu" not in await talk.say("/tugas-saya")


class TestUntil:
    @pytest.mark.parametrize(
        ("text", "rest", "moment"),
        [
            ("cek, paling lambat besok 15.00", "cek", "2026-08-19 15:00"),
            ("cek paling lambat besok", "cek", "2026-08-19 23:59"),
            ("cek batas 3 hari kerja", "cek", "2026-08-21 16:00"),
            ("PALING LAMBAT JUMAT", "", "2026-08-21 23:59"),
            ("selambat-lambatnya hari selasa pukul 9", "", "2026-08-25 09:00"),
            ("cek sebelum 25 agustus 10.00 WIB", "cek", "2026-08-25 10:00"),
            ("cek sampai 3 januari", "cek", "2027-01-03 23:59"),
            ("cek (tenggat 25-8-2026)", "cek", "2026-08-25 23:59"),
            ("sebelum dicek, koordinasi; batas 6 jam", "sebelum dicek, koordinasi", "2026-08-18 16:00"),
        ],
    )
    def test_reads_as_people_write(self, text: str, rest: str, moment: str) -> None:
        order, until = split_until(text, ZONE, NOW, _closing)

        assert order == rest
        assert until is not None
        assert f"{until.astimezone(ZONE):%Y-%m-%d %H:%M}" == moment

    @pytest.mark.parametrize(
        "text", ["", "cek batas tanahnya", "cek dari pasar sampai jembatan", "sebelum dicek"]
    )
    def test_words_that_only_look_like_it_stay_words(self, text: str) -> None:
        assert split_until(text, ZONE, NOW, _closing) == (text, None)

    @pytest.mark.parametrize(
        "text", ["cek paling lambat kapan-kapan", "cek batas 17-8-2026", "paling lambat 0 jam"]
    )
    def test_what_cannot_be_meant_is_said(self, text: str) -> None:
        with pytest.raises(UserError):
            split_until(text, ZONE, NOW, _closing)


def _closing(days: int) -> datetime:
    return datetime(2026, 8, 18 + days, 9, 0, tzinfo=UTC)
