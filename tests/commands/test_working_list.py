"""Who works on what: taking, letting go, giving back, waiting for the citizen, opening again, what goes first."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from plugin.chat.values import Room
from plugin.desk.audit import verify
from plugin.rhythm.notices import put
from plugin.store.tables import Official, Report
from tests.conftest import MovableClock
from tests.desk import Conversation, kept_and_counted


async def answered(
    talk: Conversation,
    text: str = "@dpuprkebumen jalan rusak",
    *,
    answer: str = "Boleh tahu lokasi persisnya?",
) -> int:
    number = await talk.complain(text, post="500", conversation="500")
    await talk.say(f"/tanggapi {number} {answer}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    assert (await talk.report(number)).state == "replied"
    return number


class TestTaking:
    async def test_one_holder_at_a_time(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        taken = await talk.say(f"/ambil {number}", who="tono", room="pupr")
        second = await talk.say(f"/ambil {number}", who="wati", room="pupr")

        assert "ditangani Tono sampai hari ini 18.00 WIB" in taken
        assert "sedang ditangani Tono" in second
        assert "ditangani Tono" in await talk.say("/laporan-baru", room="pupr", who="wati")
        assert "Ditangani Tono sampai" in await talk.say(f"/laporan {number}")

    async def test_it_lapses_by_itself(self, talk: Conversation, clock: MovableClock) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/ambil {number}", who="tono", room="pupr")
        clock.move(hours=8, seconds=1)

        assert "ditangani" not in await talk.say("/laporan-baru", room="pupr", who="wati")
        assert "Tidak ada yang sedang Anda tangani" in await talk.say("/tugas-saya", who="tono", room="pupr")
        assert "ditangani Wati" in await talk.say(f"/ambil {number}", who="wati", room="pupr")

    async def test_whoever_holds_it_takes_it_for_longer(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/ambil {number}", who="tono", room="pupr")
        clock.move(hours=7)

        assert "besok 01.00 WIB" in await talk.say(f"/ambil {number}", who="tono", room="pupr")

    async def test_the_holder_and_the_responsible_let_go_nobody_else(self, talk: Conversation) -> None:
        await talk.say("/beri-peran @1 petugas dpupr", who="adi", mentions=("budi",))
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/ambil {number}", who="tono", room="pupr")

        assert "sedang ditangani Tono" in await talk.say(f"/lepas {number}", who="budi", room="pupr")
        assert "dilepas dari Tono" in await talk.say(f"/lepas {number}", who="wati", room="pupr")
        assert "memang tidak" in await talk.say(f"/lepas {number}", who="tono", room="pupr")

    async def test_a_stranger_takes_nothing(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")

        assert "belum berwenang" in await talk.say(f"/ambil {number}", who="joko", room="setda")
        assert "bukan urusan grup ini" in await talk.say(f"/ambil {number}", who="joko", room="hub")
        assert (await talk.report(number)).held_by is None

    async def test_handing_over_and_closing_end_it(self, talk: Conversation) -> None:
        first, second = [await talk.complain(f"@dpuprkebumen jalan {n}", author=f"w{n}") for n in (1, 2)]
        for number in (first, second):
            await talk.say(f"/ambil {number}", who="tono", room="pupr")
        await talk.say(f"/disposisi {first} dishub")
        await talk.say(f"/bukan-laporan {second} salam saja")

        assert "Tidak ada yang sedang Anda tangani" in await talk.say("/tugas-saya", who="tono", room="pupr")
        assert "sudah ditutup" in await talk.say(f"/ambil {second}", who="tono", room="pupr")

    async def test_the_button_on_the_card_takes(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/laporan {number}", who="tono", room="pupr")
        await talk.press("Ambil", who="tono")

        assert "Ambil" not in talk.buttons("pupr")
        assert "Ditangani Tono" in "\n".join(talk.shown("pupr"))


class TestADismissedHolder:
    TAKE = "/cabut-peran @1 petugas dpupr"

    async def held(self, talk: Conversation) -> int:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say("/langganan-ringkasan", who="tono", room="pribadi-tono")
        await talk.say(f"/ambil {number}", who="tono", room="pribadi-tono")
        await talk.say(f"/laporan {number}", who="tono", room="pribadi-tono")
        return number

    async def test_their_reports_go_back_to_the_desk_and_the_room_is_told(self, talk: Conversation) -> None:
        number = await self.held(talk)
        taken = await talk.say(self.TAKE, who="adi", mentions=("tono",))

        assert (await talk.report(number)).held_by is None
        assert f"Laporan {number} yang sedang ditanganinya" in taken
        assert "Tono tidak lagi bertugas di DPUPR" in talk.shown("pupr")[-1]
        assert f"Rincian {number}" in talk.buttons("pupr")
        assert "dilepas" in await talk.say(f"/riwayat {number}")
        assert (await talk.store.survey(verify))[1] is None

    async def test_nothing_more_of_it_reaches_them_in_private(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await self.held(talk)
        await talk.say(self.TAKE, who="adi", mentions=("tono",))
        await talk.sweep()
        before = talk.shown("pribadi-tono")
        await talk.say(f"/prioritas {number} darurat", who="wati", room="pupr")
        await talk.say(f"/tanggapi {number} Kami cek hari ini.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        for _ in range(12):
            clock.move(hours=6)
            await talk.sweep()

        assert talk.shown("pribadi-tono") == before

    async def test_a_hold_without_a_role_is_not_told_of_alarms(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await self.held(talk)
        await talk.say(self.TAKE, who="adi", mentions=("tono",))

        def hold_all_the_same(session: Session) -> None:  # as one who takes it in that very moment
            tono = session.exec(select(Official.id).where(Official.key == "tono")).one()
            report = session.get_one(Report, number)
            report.held_by, report.held_until = tono, clock() + timedelta(days=9)

        await talk.store.write(hold_all_the_same)
        before = talk.shown("pribadi-tono")
        for _ in range(12):
            clock.move(hours=6)
            await talk.sweep()

        assert any("terlambat" in words for words in talk.shown("pupr"))
        assert talk.shown("pribadi-tono") == before

    async def test_what_still_waits_to_be_sent_to_them_is_not_sent(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await self.held(talk)
        told = Room("memory", "pribadi-tono")
        await talk.store.write(put, [told], "freed", {"who": "x", "agency": 3, "reports": [1]}, "k", clock())
        await talk.say(self.TAKE, who="adi", mentions=("tono",))
        await talk.sweep()

        assert not any("tidak lagi bertugas" in words for words in talk.shown("pribadi-tono"))

    async def test_another_role_over_the_report_keeps_it(self, talk: Conversation) -> None:
        await talk.say("/beri-peran @1 petugas 33.05", who="adi", mentions=("tono",))
        number = await self.held(talk)
        taken = await talk.say(self.TAKE, who="adi", mentions=("tono",))
        report = await talk.report(number)

        assert report.held_by is not None
        assert "ditanganinya" not in taken


class TestMyTasks:
    async def test_what_i_hold_and_what_i_began(self, talk: Conversation) -> None:
        late = await talk.complain("@dpuprkebumen jalan rusak", author="w1")
        first = await talk.complain("@dpuprkebumen jembatan putus, telp 081234567890", author="w2")
        for number in (late, first):
            await talk.say(f"/ambil {number}", who="tono", room="pupr")
        await talk.say(f"/prioritas {first} darurat", who="tono", room="pupr")
        await talk.say(f"/tanggapi {late} Kami cek hari ini.", who="tono", room="pupr")
        answer = await talk.say("/tugas-saya", who="tono", room="pupr")

        assert "2 laporan Anda tangani" in answer
        assert answer.index("jembatan putus") < answer.index("jalan rusak")
        assert "081234567890" not in answer
        assert "Kami cek hari ini." in answer
        assert "Tidak ada yang sedang" in await talk.say("/tugas-saya", who="joko", room="hub")

    async def test_a_room_sees_only_its_own(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")
        await talk.say(f"/ambil {number}", who="sri", room="setda")

        assert "jalan rusak" in await talk.say("/tugas-saya", who="sri", room="setda")
        assert "jalan rusak" not in await talk.say("/tugas-saya", who="sri", room="hub")
        assert "jalan rusak" in await talk.say("/tugas-saya", who="sri", room="pribadi-sri")

    async def test_many_have_pages(self, talk: Conversation) -> None:
        for n in range(8):
            number = await talk.complain(f"@dpuprkebumen jalan {n}", author=f"w{n}")
            await talk.say(f"/ambil {number}", who="tono", room="pupr")
        await talk.say("/tugas-saya", who="tono", room="pupr")

        assert "Halaman 2 dari 2" in await talk.press("Berikutnya ›", who="tono")


class TestGivingBack:
    async def test_the_clock_goes_on_and_the_giver_hears(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        due = (await talk.report(number)).due_at
        await talk.say(f"/disposisi {number} dishub cek", who="sri")
        clock.move(hours=5)
        answer = await talk.say(f"/kembalikan {number} itu lampu taman", who="joko", room="hub")

        report = await talk.report(number)
        assert "dikembalikan ke DPUPR" in answer
        assert report.state == "returned"
        assert report.due_at == due
        assert "Dishub mengembalikan laporan" in talk.shown("pupr")[-1]
        assert "itu lampu taman" in talk.shown("pupr")[-1]
        assert "dikembalikan" in await talk.say("/laporan-baru", who="wati", room="pupr")

    async def test_the_second_return_goes_to_the_sekda(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number} dishub cek")
        await talk.say(f"/kembalikan {number} bukan kami", who="joko", room="hub")
        answer = await talk.say(f"/kembalikan {number} bukan kami juga", who="wati", room="pupr")

        assert "Sekda yang menentukan" in answer
        assert "Mohon Sekda menentukan" in talk.shown("setda")[-1]
        assert "tidak ada lagi yang di atasnya" in await talk.say(f"/kembalikan {number} bukan", who="sri")
        history = await talk.say(f"/riwayat {number}")
        assert "dikembalikan dari Dishub ke DPUPR: bukan kami · Joko" in history
        assert (await talk.store.survey(verify))[1] is None

    async def test_what_a_citizen_sent_to_the_wrong_account_goes_to_who_stands_above(
        self, talk: Conversation
    ) -> None:
        number = await talk.complain("@dishubkbm jalan rusak", to="dishubkbm")

        assert "dikembalikan ke Kebumen" in await talk.say(
            f"/kembalikan {number} salah alamat", who="joko", room="hub"
        )
        assert "salah alamat" in talk.shown("setda")[-1]

    async def test_without_a_reason_it_stays(self, talk: Conversation) -> None:
        number = await talk.complain("@dishubkbm jalan rusak", to="dishubkbm")

        assert "alasannya" in await talk.say(f"/kembalikan {number}", who="joko", room="hub")
        assert (await talk.report(number)).state == "new"

    async def test_the_figures_stay_true(self, talk: Conversation) -> None:
        numbers = [await talk.complain(f"@dpuprkebumen jalan {n}", author=f"w{n}") for n in range(3)]
        await talk.say(f"/disposisi {numbers[0]} dishub")
        await talk.say(f"/kembalikan {numbers[0]} bukan kami", who="joko", room="hub")
        await talk.say(f"/bukan-laporan {numbers[1]} salam")
        await talk.say(f"/disposisi {numbers[1]} dishub ternyata keluhan")
        await talk.say(f"/bukan-laporan {numbers[2]} salam")
        await talk.say(f"/buka-lagi {numbers[2]} keluhan")
        kept, counted = await talk.store.survey(kept_and_counted)

        assert kept == counted
        assert sum(kept.values()) == 3


class TestWaitingForTheCitizen:
    async def test_ends_by_itself_when_the_citizen_writes(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await answered(talk)
        assert "menunggu jawaban warga" in await talk.say(f"/tunggu-warga {number} lokasinya")
        assert "menunggu warga" in await talk.say(f"/laporan {number}")
        clock.move(hours=2)
        await talk.complain("di depan pasar", conversation="500", answers="500")

        assert (await talk.report(number)).state == "reopened"
        listed = await talk.say("/laporan-baru")
        assert "dibuka kembali" in listed
        assert "Terakhir ditambahkan" in listed
        assert "di depan pasar" in listed

    async def test_nobody_waits_for_whom_nobody_asked(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")

        assert "belum ditanya di depan umum" in await talk.say(f"/tunggu-warga {number}")
        assert (await talk.report(number)).state == "new"

    async def test_it_can_be_finished_all_the_same(self, talk: Conversation) -> None:
        number = await answered(talk)
        await talk.say(f"/tunggu-warga {number}")

        assert "selesai" in await talk.say(f"/selesai {number} warga tidak menjawab")


class TestOpeningAgain:
    async def test_what_was_answered_waits_for_another_answer(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await answered(talk)
        await talk.say(f"/selesai {number}")
        clock.move(days=2)
        answer = await talk.say(f"/buka-lagi {number} ternyata belum ditambal")

        assert "21 Agustus 2026, 10.00 WIB" in answer
        assert "dibuka kembali" in await talk.say("/laporan-baru")
        assert "dibuka kembali: ternyata belum ditambal" in await talk.say(f"/riwayat {number}")

    async def test_what_was_set_aside_unanswered_keeps_its_clock(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await talk.complain("@dpuprkebumen selamat pagi, lampunya mati")
        due = (await talk.report(number)).due_at
        await talk.say(f"/bukan-laporan {number} salam")
        clock.move(days=2)
        await talk.say(f"/buka-lagi {number} ada keluhannya")

        assert (await talk.report(number)).due_at == due
        assert "Terlambat 1 hari" in await talk.say("/laporan-baru")

    async def test_what_is_open_is_not_opened_again(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan rusak")

        assert "tidak dapat diubah" in await talk.say(f"/buka-lagi {number} lagi")


class TestPriorities:
    async def test_stand_on_top_and_the_pages_are_whole(self, talk: Conversation) -> None:
        numbers = [await talk.complain(f"@dpuprkebumen keluhan {n}.", author=f"w{n}") for n in range(9)]
        for n in range(3, 9):
            await talk.say(f"/prioritas {numbers[n]} {'darurat' if n == 8 else 'tinggi'}")
        first = await talk.say("/laporan-baru")
        await talk.press("Berikutnya ›")
        second = talk.shown()[-1]

        assert first.index("keluhan 8.") < first.index("keluhan 3.") < first.index("keluhan 7.")
        assert first.count("keluhan") == 6
        assert [n for n in range(9) if f"keluhan {n}." in second] == [0, 1, 2]

    async def test_a_page_may_begin_with_some_and_go_on_with_the_rest(self, talk: Conversation) -> None:
        numbers = [await talk.complain(f"@dpuprkebumen keluhan {n}.", author=f"w{n}") for n in range(8)]
        await talk.say(f"/prioritas {numbers[7]} tinggi")
        first = await talk.say("/laporan-baru", room="pupr", who="wati")
        await talk.press("Berikutnya ›", room="pupr", who="wati")
        second = talk.shown("pupr")[-1]

        assert [n for n in range(8) if f"keluhan {n}." in first] == [0, 1, 2, 3, 4, 7]
        assert [n for n in range(8) if f"keluhan {n}." in second] == [5, 6]

    async def test_an_unknown_word_is_a_choice(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")
        asked = await talk.say(f"/prioritas {number} penting")

        assert "“penting” bukan tingkat prioritas" in asked
        assert "berprioritas darurat" in await talk.press("Darurat")
        assert "memang sudah" in await talk.say(f"/prioritas {number} DARURAT")


class TestFilters:
    async def test_age_lateness_and_an_agency_with_words(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.complain("@dpuprkebumen jembatan retak")
        await talk.complain("@dishubkbm jembatan gelap", to="dishubkbm")
        clock.move(days=4)
        await talk.complain("@dpuprkebumen jembatan baru", author="w2")

        old = await talk.say("/laporan-baru lebih 3 hari")
        assert "2 laporan" in old
        assert "jembatan baru" not in old
        assert "jembatan baru" in await talk.say("/laporan-baru kurang dari 6 jam")
        assert "1 laporan" in await talk.say("/laporan-baru hari ini jembatan")
        assert "2 laporan" in await talk.say("/laporan-baru TERLAMBAT")
        both = await talk.say("/laporan-baru dpupr lebih 3 hari jembatan")
        assert "jembatan retak" in both
        assert "1 laporan" in both

    async def test_priority(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan", author="w1")
        await talk.complain("@dpuprkebumen lampu", author="w2")
        await talk.say(f"/prioritas {number} tinggi")

        assert "1 laporan" in await talk.say("/laporan-baru prioritas")

    async def test_a_first_word_that_is_an_agency_does_not_hide_what_others_have(
        self, talk: Conversation
    ) -> None:
        await talk.complain("@dpuprkebumen bojongsari banjir")

        assert "bojongsari banjir" in await talk.say("/laporan-baru bojongsari banjir")

    async def test_pages_keep_the_filter(self, talk: Conversation, clock: MovableClock) -> None:
        for n in range(7):
            await talk.complain(f"@dpuprkebumen keluhan {n}", author=f"w{n}")
        clock.move(hours=30)
        await talk.complain("@dpuprkebumen yang baru", author="w99")
        await talk.say("/laporan-baru terlambat")

        assert "Halaman 2 dari 2" in await talk.press("Berikutnya ›")
        assert "yang baru" not in talk.shown()[-1]

    async def test_nothing_found_says_what_was_asked(self, talk: Conversation) -> None:
        await talk.complain("@dpuprkebumen jalan")

        assert "yang menunggu di Kebumen (terlambat)." in await talk.say("/laporan-baru terlambat")
