"""The officials' other commands, as conversations."""

from __future__ import annotations

import re

from plugin.desk.accounts.claiming import new_code
from plugin.desk.audit import verify
from tests.conftest import MovableClock
from tests.desk import Conversation


class TestLaporanBaru:
    async def test_the_one_due_first_is_on_top(self, talk: Conversation, clock: MovableClock) -> None:
        await talk.complain("@dpuprkebumen jalan rusak")
        clock.move(hours=30)
        await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
        answer = await talk.say("/laporan-baru")

        assert answer.index("jalan rusak") < answer.index("lampu mati")
        assert answer.count("Terlambat") == 1
        assert "2 laporan belum ditanggapi" in answer

    async def test_a_room_sees_its_own_agency_only(self, talk: Conversation) -> None:
        await talk.complain("@dpuprkebumen jalan rusak")
        await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
        answer = await talk.say("/laporan-baru", who="joko", room="hub")

        assert "lampu mati" in answer
        assert "jalan rusak" not in answer
        assert "jalan rusak" in await talk.say("/laporan-baru dpupr")
        assert "lampu mati" not in await talk.say("/laporan-baru dpupr")

    async def test_words_are_found(self, talk: Conversation) -> None:
        await talk.complain("@dpuprkebumen ja\u200blan ru\u200bsak")
        await talk.complain("@dpuprkebumen lampu")

        assert "1 laporan" in await talk.say("/laporan-baru jalan rusak")
        assert "Tidak ada laporan" in await talk.say("/laporan-baru banjir")

    async def test_pages_turn_in_place(self, talk: Conversation) -> None:
        for n in range(14):
            await talk.complain(f"@dpuprkebumen keluhan {n}", author=f"warga{n}")
        first = await talk.say("/laporan-baru")
        count = len(talk.shown())
        second = await talk.press("Berikutnya ›")
        third = await talk.press("Berikutnya ›")
        back = await talk.press("‹ Sebelumnya")

        assert "Halaman 1 dari 3" in first
        assert "Halaman 2 dari 3" in second
        assert "Halaman 3 dari 3" in third
        assert back == second
        assert len(talk.shown()) == count

    async def test_hostile_text_is_text(self, talk: Conversation) -> None:
        nasty = "<!channel> <@U1> <b>x</b> {{7*7}} &amp; </blockquote> abc"
        await talk.complain(f"{nasty}\u202e")

        for answer in (await talk.say("/laporan-baru"), await talk.say("/laporan 1")):
            assert nasty in answer
            assert "\u202e" not in answer

    async def test_ten_thousand_characters_make_an_excerpt(self, talk: Conversation) -> None:
        await talk.complain("👩‍👩‍👦" * 3000)
        answer = await talk.say("/laporan-baru")

        assert len(answer) < 3000
        assert "👩‍👩‍👦…" in answer


class TestDisposisi:
    async def test_hands_over_and_tells_the_agencys_room(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        answer = await talk.say(f"/disposisi {number} dishub mohon dicek hari ini")

        assert "diteruskan ke Dinas Perhubungan" in answer
        assert "mohon dicek hari ini" in talk.shown("hub")[-1]
        assert "lampu mati" in await talk.say("/laporan-baru", who="joko", room="hub")
        assert (await talk.report(number)).state == "disposed"

    async def test_the_clock_goes_on(self, talk: Conversation, clock: MovableClock) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        due = (await talk.report(number)).due_at
        clock.move(hours=10)
        await talk.say(f"/disposisi {number} dishub")

        assert (await talk.report(number)).due_at == due

    async def test_an_agency_of_several_words_is_understood(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan desa")
        answer = await talk.say(f"/disposisi {number} kec alian tolong dicek")

        assert "Kecamatan Alian" in answer
        assert "Perintah: tolong dicek" in answer

    async def test_a_doubtful_name_is_a_choice(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen sampah")
        answer = await talk.say(f"/disposisi {number} dinas tolong dicek")

        assert "beberapa instansi" in answer or "tidak ditemukan" in answer
        assert (await talk.report(number)).state == "new"

    async def test_without_an_agency_a_form_asks(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen lampu mati")
        await talk.say(f"/disposisi {number}")

        assert "Dinas Perhubungan" in await talk.fill_in(to="dishub", instruction="-")

    async def test_there_already_is_said(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")

        assert "memang sudah di" in await talk.say(f"/disposisi {number} dpupr")


class TestClosing:
    async def test_an_unanswered_report_cannot_be_finished(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")

        assert "belum ditanggapi" in await talk.say(f"/selesai {number}")
        assert (await talk.report(number)).closed_at is None

    async def test_an_answered_one_can(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")
        await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")

        assert "selesai" in await talk.say(f"/selesai {number} sudah ditambal")

    async def test_what_is_no_report_needs_a_reason(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen selamat pagi")

        assert "alasannya" in await talk.say(f"/bukan-laporan {number}")
        assert "bukan laporan" in await talk.say(f"/bukan-laporan {number} salam saja")
        assert "Tidak ada laporan yang menunggu" in await talk.say("/laporan-baru")

    async def test_the_history_tells_all(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")
        await talk.say(f"/disposisi {number} dishub")
        await talk.say(f"/bukan-laporan {number} salam saja")
        answer = await talk.say(f"/riwayat {number}")

        assert "diteruskan dari DPUPR ke Dishub · Bu Sri Sekda" in answer
        assert "bukan laporan: salam saja" in answer
        assert (await talk.store.survey(verify))[1] is None


class TestSettings:
    async def test_the_first_administrator_claims_with_a_code(self, talk: Conversation) -> None:
        code = await talk.store.write(new_code, talk.clock())

        assert "salah" in await talk.say("/klaim AAAA-BBBB-CCCC", who="baru", room="pribadi-baru")
        assert "kini admin" in await talk.say(f"/klaim {code.lower()}", who="baru", room="pribadi-baru")
        assert "sudah dipakai" in await talk.say(f"/klaim {code}", who="lain", room="pribadi-lain")
        assert "admin di Kebumen" in await talk.say("/siapa-saya", who="baru", room="setda")

    async def test_a_code_lapses_in_a_day(self, talk: Conversation, clock: MovableClock) -> None:
        code = await talk.store.write(new_code, talk.clock())
        clock.move(hours=25)

        assert "satu hari" in await talk.say(f"/klaim {code}", who="baru")

    async def test_only_an_administrator_binds_and_gives(self, talk: Conversation) -> None:
        for who in ("wati", "sri", "nobody"):
            assert "kini" not in await talk.say("/beri-peran @1 petugas dinkes", who=who, mentions=("budi",))
            assert "sekarang milik" not in await talk.say("/ikat-grup dinkes", who=who)

        assert "sekarang milik" in await talk.say("/ikat-grup dinkes", who="adi", room="baru")
        given = await talk.say("/beri-peran @1 petugas dinkes", who="adi", room="baru", mentions=("budi",))
        assert "Budi kini petugas di Dinkes" in given
        assert "memang sudah" in await talk.say(
            "/beri-peran @1 petugas dinkes", who="adi", mentions=("budi",)
        )

    async def test_a_role_can_be_taken_back(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen jalan")
        taken = await talk.say("/cabut-peran @1 petugas dpupr", who="adi", mentions=("tono",))

        assert "bukan lagi petugas" in taken
        assert "belum berwenang" in await talk.say(f"/tanggapi {number} ya", who="tono", room="pupr")
        assert "memang tidak" in await talk.say(
            "/cabut-peran @1 petugas dpupr", who="adi", mentions=("tono",)
        )
        assert "belum berwenang" in await talk.say(
            "/cabut-peran @1 admin 33.05", who="sri", mentions=("adi",)
        )

    async def test_a_role_is_taken_from_somebody_who_cannot_be_named_any_more(
        self, talk: Conversation
    ) -> None:
        by_name = await talk.say("/cabut-peran Tono petugas dpupr", who="adi")
        await talk.say("/cabut-peran wati", who="adi")
        by_button = await talk.press("Cabut penanggung jawab DPUPR", who="adi")
        listed = await talk.say("/cabut-peran", who="adi")
        number = re.search(r"Joko · memory · nomor (\d+)", listed)

        assert "Tono bukan lagi petugas di DPUPR" in by_name
        assert "Bu Wati bukan lagi penanggung jawab di DPUPR" in by_button
        assert "Tono" not in listed
        assert number is not None
        assert "Joko bukan lagi" in await talk.say(
            f"/cabut-peran {number[1]} penanggung-jawab dishub", who="adi"
        )
        assert "memang tidak" in await talk.say("/cabut-peran 999 petugas dpupr", who="adi")
        assert "Tidak ada pemegang peran" in await talk.say("/cabut-peran Tono petugas dpupr", who="adi")

    async def test_of_several_people_one_is_chosen(self, talk: Conversation) -> None:
        for who in ("tono_a", "budi", "budi_"):
            await talk.say("/beri-peran @1 petugas dpupr", who="adi", mentions=(who,))
        half = await talk.say("/cabut-peran ton petugas dpupr", who="adi")
        twice = await talk.say("/cabut-peran Budi petugas dpupr", who="adi")
        unresolved = await talk.say("/cabut-peran @tono petugas dpupr", who="adi")

        assert "Tono_A · memory" in half
        assert "Tono · memory" in half
        assert "(2)" in twice
        assert "bukan lagi" not in half + twice + unresolved

    async def test_only_what_one_may_take_is_listed(self, talk: Conversation) -> None:
        await talk.say("/beri-peran @1 admin dpupr", who="adi", mentions=("wati",))
        listed = await talk.say("/cabut-peran", who="wati", room="pupr")

        assert "Tono" in listed
        assert "Sekda" not in listed
        assert "belum berwenang" in await talk.say("/cabut-peran Joko penanggung-jawab dishub", who="wati")
        assert "belum berwenang" in await talk.say("/cabut-peran", who="tono", room="pupr")

    async def test_a_role_holds_below_its_node_and_nowhere_else(self, talk: Conversation) -> None:
        await talk.say("/beri-peran @1 petugas kec alian", who="adi", mentions=("budi",))
        number = await talk.complain("@dpuprkebumen jalan desa")

        assert "belum berwenang" in await talk.say(f"/tanggapi {number} ya", who="budi")
        await talk.say(f"/disposisi {number} 33.05.13.2001")
        assert "belum berwenang" not in await talk.say(f"/tanggapi {number} ya", who="budi")

    async def test_an_unbound_group_shows_nothing(self, talk: Conversation) -> None:
        await talk.complain("@dpuprkebumen jalan")

        for line in ("/laporan-baru", "/laporan 1", "/belum-punya-akun", "/tanggapi 1 ya"):
            assert "belum diikat" in await talk.say(line, who="wati", room="liar")

    async def test_a_stranger_in_private_is_told_how(self, talk: Conversation) -> None:
        assert "/siapa-saya" in await talk.say("/laporan-baru", who="asing", room="pribadi-asing")

    async def test_help_lists_only_what_one_may(self, talk: Conversation) -> None:
        stranger = await talk.say("/bantuan", who="asing", room="pribadi-asing")
        admin = await talk.say("/bantuan", who="adi")

        assert "/tanggapi" not in stranger
        assert "/siapa-saya" in stranger
        assert "/ikat-grup" in admin
        assert "/tanggapi 17" in await talk.say("/bantuan tanggapi")


class TestDaftarAkun:
    async def test_a_claimed_account_counts_when_somebody_else_confirms(self, talk: Conversation) -> None:
        before = await talk.say("/belum-punya-akun")
        claimed = await talk.say("/daftar-akun dinkes x @dinkeskbm", who="sri")
        assert "diajukan" in claimed
        waiting = await talk.say("/belum-punya-akun")
        assert waiting.splitlines()[0] == before.splitlines()[0]
        assert "Dinas Kesehatan (Dinkes) · diajukan @dinkeskbm" in waiting
        assert "resmi" in await talk.press("Benar, akun resmi", who="adi")
        after = await talk.say("/belum-punya-akun")

        assert "Dinas Kesehatan" in before
        assert "Dinas Kesehatan" not in after

    async def test_nobody_confirms_his_own_claim(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="adi")
        answer = await talk.press("Benar, akun resmi", who="adi")

        assert "tercatat sebagai akun resmi" not in answer
        assert "Dinas Kesehatan" in await talk.say("/belum-punya-akun")

    async def test_who_asks_later_finds_the_claim_and_confirms_it_there(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="sri")
        again = await talk.say("/daftar-akun dinkes x @dinkeskbm", who="adi")
        await talk.press("Lihat dan pastikan", who="adi")
        decided = await talk.press("Benar, dinkeskbm resmi", who="adi")

        assert "masih menunggu kepastian" in again
        assert "resmi" in decided
        assert "Dinas Kesehatan" not in await talk.say("/belum-punya-akun")

    async def test_a_petugas_cannot_confirm(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="adi")

        assert "belum berwenang" in await talk.press("Benar, akun resmi", who="tono")
