"""Circulars and the ledger of accounts, as conversations."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from os import listdir
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import Session, select

from plugin.chat.values import Capabilities
from plugin.desk.audit import verify
from plugin.media import Media, MediaRef
from plugin.registry.snapshot import bump
from plugin.store.store import Store
from plugin.store.tables import Agency, FormerName
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

NEW = "/edaran baru 489.1/0815; 3-8-2026; SKPD, camat, desa; x; 17-8-2026 19.00; nama instansi, telepon kantor; Sekda"


async def confirmed(talk: Conversation, agency: str, handle: str, channel: str = "x") -> None:
    await talk.say(f"/daftar-akun {agency} {channel} @{handle}", who="sri")
    await talk.press("Benar, akun resmi", who="adi")


class TestEdaran:
    async def test_a_circular_says_who_has_not_done_it(self, talk: Conversation) -> None:
        answer = await talk.say(NEW)

        assert "Edaran 1: 489.1/0815" in answer
        assert "17 Agustus 2026, 19.00 WIB (lewat 15 jam)" in answer
        assert "2 dari 6 sudah memenuhi" in answer  # Setda, 3 dinas, a kecamatan, a desa
        assert "Dinas Kesehatan" in answer
        assert "Dinas Perhubungan\n" not in answer
        assert "telepon kantor" in answer

    async def test_several_bind_at_once_and_each_has_its_own_state(self, talk: Conversation) -> None:
        await talk.say(NEW)
        await talk.say("/edaran baru 555.3/015334; 5-10-2015; dinas; facebook atau instagram; 31-10-2026")
        await confirmed(talk, "dinkes", "dinaskesehatankbm", "facebook")
        answer = await talk.say("/akun dinkes")

        assert "SE 489.1/0815, batas 17 Agustus 2026, 19.00 WIB: belum memenuhi (lewat 15 jam)" in answer
        assert "SE 555.3/015334, batas 31 Oktober 2026, 23.59 WIB: sudah memenuhi" in answer
        listed = await talk.say("/edaran")
        assert "2 dari 6 sudah memenuhi" in listed
        assert "1 dari 3 sudah memenuhi" in listed

    async def test_written_by_form(self, talk: Conversation) -> None:
        await talk.say("/edaran baru")
        answer = await talk.fill_in(
            number="1/SE/2026", dated="2026-08-01", binds="semua kecuali dinkes", asks="medsos",
            due="1-9-2026", shows="-", issuer="",
        )  # fmt: skip

        assert "Edaran 1: 1/SE/2026" in answer
        assert "Dinas Kesehatan" not in answer
        assert "Dikecualikan: Dinkes" in answer
        assert "2 dari 5 sudah memenuhi" in answer

    async def test_asked_one_by_one_where_there_are_no_forms(self, store: Store, clock: MovableClock) -> None:
        talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False))
        await talk.say("/edaran baru")
        for said in ("1/SE/2026", "1 Agustus 2026", "dinas", "x", "1-9-2026 16.00", "-", "-"):
            ref, _ = talk.newest()
            await talk.say(said, answers=ref)

        assert "2 dari 3 sudah memenuhi" in talk.shown()[-1]

    async def test_only_who_vouches_issues_and_changes(self, talk: Conversation) -> None:
        await talk.say(NEW)

        assert "belum berwenang" in await talk.say(NEW.replace("0815", "0816"), who="wati", room="pupr")
        assert "belum berwenang" in await talk.say("/edaran 1 cabut x", who="tono", room="pupr")
        assert "Edaran 1" in await talk.say("/edaran 1", who="tono", room="pupr")

    async def test_a_room_sees_its_own_agencies_only(self, talk: Conversation) -> None:
        await talk.say(NEW)
        answer = await talk.say("/edaran 1", who="joko", room="hub")

        assert "1 dari 1 sudah memenuhi" in answer
        assert "Dinas Kesehatan" not in answer

    async def test_exceptions_deadline_and_end_are_on_record(self, talk: Conversation) -> None:
        await talk.say(NEW)

        excepted = await talk.say("/edaran 1 kecuali dinkes sedang pindah gedung")
        assert excepted.startswith("Dinkes dikecualikan.\n")
        assert "2 dari 5" in excepted
        assert "Dinkes memang sudah dikecualikan." in await talk.say("/edaran 1 kecuali dinkes")
        assert "Dinkes (sedang pindah gedung, sejak 18 Agustus 2026)" in await talk.say("/edaran 1")
        assert "2 dari 6" in await talk.say("/edaran 1 ikutkan dinkes")
        moved = await talk.say("/edaran 1 batas 31-8-2026 16.00")
        assert moved.startswith("Batasnya diubah, semula 17 Agustus 2026, 19.00 WIB.")
        assert "31 Agustus 2026, 16.00 WIB" in moved
        assert "Edaran ini dicabut." in await talk.say("/edaran 1 cabut sudah diganti")
        assert "sudah dicabut" in await talk.say("/edaran 1 batas 1-9-2026")
        assert "Belum ada" in await talk.say("/edaran")
        assert (await talk.store.survey(verify))[1] is None

    async def test_a_question_about_the_past_knows_what_bound_whom_and_by_when_then(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say(NEW.replace("desa;", "desa kecuali setda;"))
        clock.move(days=1)
        await talk.say("/edaran 1 kecuali dinkes sedang pindah gedung")
        await talk.say("/edaran 1 kecuali kec alian sejak 10 Agustus 2026, kantor terbakar")
        clock.move(days=1)
        await talk.say("/edaran 1 ikutkan dinkes")
        await talk.say("/edaran 1 batas 31-8-2026 16.00")
        await talk.say("/edaran 1 cabut sudah diganti")
        clock.move(days=1)
        on = {day: await talk.say(f"/edaran 1 per {day}-8-2026 12.00") for day in (9, 18, 19, 20)}

        assert "belum terbit" in await talk.say("/edaran 1 per 2-8-2026")
        assert "0 dari 5" in on[9]  # Setda was left out by the circular itself
        assert "Dikecualikan: Setda." in on[9]
        assert "Setda, Kec. Alian (kantor terbakar, sejak 10 Agustus 2026)." in on[18]
        assert "Dinkes (sedang pindah gedung, sejak 19 Agustus 2026)" in on[19]
        assert "17 Agustus 2026, 19.00 WIB (lewat" in on[19]
        assert "dicabut" not in on[19]
        assert "Dinkes (" not in on[20]
        assert "31 Agustus 2026, 16.00 WIB." in on[20]
        assert "dicabut" in on[20]

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("/edaran baru 1/SE", "belum lengkap"),
            ("/edaran baru 1; 31-2-2026; dinas; x; 1-9-2026", "bukan tanggal yang ada"),
            ("/edaran baru 1; 1-2-2026; dinas; x; 1-9-2026 25.00", "jam yang tidak ada"),
            ("/edaran baru 1; 1-2-2026; para menteri; x; 1-9-2026", "para menteri"),
            ("/edaran baru 1; 1-2-2026; dinas di atlantis; x; 1-9-2026", "atlantis"),
            ("/edaran baru 1; 1-2-2026; dinas; merpati pos; 1-9-2026", "merpati pos"),
            (
                "/edaran baru 1; 1-2-2026; dinas; x; 1-9-2026; nama, nomor HP kepala",
                "Pelindungan Data Pribadi",
            ),
            ("/edaran 99", "tidak ada"),
            ("/edaran satu", "tidak ada"),
            ("/edaran 1 kecuali", "nama instansi"),
            ("/edaran 1 kecuali dinkes sejak 31-2-2026 pindah", "bukan tanggal yang ada"),
            ("/edaran 1 kecuali dinkes sejak 1-1-2030 pindah", "belum terjadi"),
        ],
    )
    async def test_bad_input_is_refused_with_the_reason(
        self, talk: Conversation, line: str, why: str
    ) -> None:
        await talk.say("/edaran baru 489/1; 1-8-2026; dinas; x; 1-9-2026")

        assert why in await talk.say(line)

    async def test_the_same_number_is_not_taken_twice(self, talk: Conversation) -> None:
        await talk.say(NEW)

        assert "sudah tercatat" in await talk.say(NEW.replace("17-8-2026", "18-8-2026"))
        assert "Edaran 1" in await talk.say(NEW)  # the same once more


class TestBelumPunyaAkun:
    async def test_as_of_a_moment(self, talk: Conversation, clock: MovableClock) -> None:
        before = await talk.say("/belum-punya-akun")
        clock.move(hours=3)
        await confirmed(talk, "dinkes", "dinkeskbm")
        clock.move(days=2)
        then = await talk.say("/belum-punya-akun per 18-8-2026 11.00")
        later = await talk.say("/belum-punya-akun per 18-8-2026 14.00")

        assert "Dinas Kesehatan" in before
        assert "per 18 Agustus 2026, 11.00 WIB" in then
        assert "Dinas Kesehatan" in then
        assert "Dinas Kesehatan" not in later

    async def test_a_claim_that_was_confirmed_later_was_a_claim_then(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="sri")
        clock.move(hours=2)
        await talk.press("Benar, akun resmi", who="adi")
        clock.move(hours=2)
        then = await talk.say("/belum-punya-akun per hari ini 11.00")

        assert "Dinas Kesehatan (Dinkes) · diajukan @dinkeskbm" in then

    @pytest.mark.parametrize("when", ["31-2-2026", "18-8-2026 26.00", "1-1-2030", "18-8-15", "besok"])
    async def test_an_impossible_moment_is_refused(self, talk: Conversation, when: str) -> None:
        assert "Tulis misalnya" in await talk.say(f"/belum-punya-akun per {when}")

    async def test_says_what_changed_since_the_room_looked(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        first = await talk.say("/belum-punya-akun")
        clock.move(hours=2)
        await confirmed(talk, "dinkes", "dinkeskbm")
        second = await talk.say("/belum-punya-akun")
        again = await talk.say("/belum-punya-akun")
        clock.move(hours=2)
        await talk.say("/tandai-akun dinkes x dinkeskbm pribadi ternyata milik seorang pegawai")
        third = await talk.say("/belum-punya-akun")

        assert "Sejak" not in first
        assert "Sejak 18 Agustus 2026, 10.00 WIB: sekarang punya akun: Dinkes." in second
        assert again == second
        assert "tidak punya lagi: Dinkes." in third
        assert "Dinas Kesehatan (Dinkes) · akun pribadi @dinkeskbm" in third

    async def test_names_the_circulars_in_force(self, talk: Conversation) -> None:
        await talk.say(NEW)

        assert "SE 489.1/0815: 4 dari 6 belum, batas 17 Agustus 2026, 19.00 WIB" in await talk.say(
            "/belum-punya-akun"
        )

    async def test_only_one_kind_of_agencies(self, talk: Conversation) -> None:
        offices = await talk.say("/belum-punya-akun dinas")
        villages = await talk.say("/belum-punya-akun desa di kec alian")

        assert offices.startswith("Belum punya akun resmi: 1 dari 3\ndinas di Kebumen")
        assert "Dinas Kesehatan" in offices
        assert "Desa Bojongsari" not in offices
        assert villages.startswith("Belum punya akun resmi: 1 dari 1")
        assert "Desa Bojongsari" in villages

    async def test_a_kind_that_is_not_here_has_not_done_it_all(self, talk: Conversation) -> None:
        answer = await talk.say("/belum-punya-akun vertikal")

        assert "Tidak ada instansi seperti itu di sini." in answer
        assert "Semua instansi" not in answer

    async def test_rolled_up_by_kecamatan(self, talk: Conversation) -> None:
        answer = await talk.say("/belum-punya-akun rekap")

        assert "Kec. Alian: 2 dari 2" in answer
        assert "Bojongsari" not in answer
        assert "Desa Bojongsari" in await talk.press("Kec. Alian")


class TestReorganisation:
    @pytest.fixture
    async def joined(self, talk: Conversation, clock: MovableClock) -> Conversation:
        """Since the 20th Dishub is part of a new office, and the health office has another name."""

        def reorganise(session: Session) -> None:
            root, old = (
                session.exec(select(Agency).where(Agency.code == code)).one() for code in ("33.05", "DISHUB")
            )
            old.valid_to = date(2026, 8, 19)
            new = Agency(
                code="DISHUBKOM", parent_id=root.id, kind="dinas", name="Dinas Perhubungan dan Kominfo",
                short="Dishubkominfo", valid_from=date(2026, 8, 20),
            )  # fmt: skip
            session.add(new)
            session.flush()
            new.path = f"{root.path}{new.id:08x}"
            health = session.exec(select(Agency.id).where(Agency.code == "DINKES")).one()
            assert health is not None
            session.add(
                FormerName(agency_id=health, code="DKK", name="Dinas Kesehatan Kota", valid_to=old.valid_to)
            )
            bump(session)

        await talk.say("/edaran baru 489/1; 3-8-2026; dinas; x; 25-8-2026 19.00")
        await talk.say("/tandai-akun dishub x dishubkbm diam jarang menulis")
        await talk.store.write(reorganise)
        clock.move(days=3)
        return talk

    async def test_each_day_has_the_offices_and_names_of_that_day(self, joined: Conversation) -> None:
        today, then = await joined.say("/edaran 1"), await joined.say("/edaran 1 per 19-8-2026")

        assert "1 dari 3" in today
        assert "Dinas Perhubungan dan Kominfo" in today
        assert "Dinas Kesehatan\n" in f"{today}\n"
        assert "2 dari 3" in then
        assert "Dinas Kesehatan Kota" in then
        assert "Akun Dinas Kesehatan" in await joined.say("/akun dkk")

    async def test_the_successor_takes_the_account_over_and_the_past_stays(
        self, joined: Conversation
    ) -> None:
        assert "hanya ada sampai 19 Agustus 2026" in await joined.say("/akun dishub")
        assert "diajukan" in await joined.say("/daftar-akun dishubkominfo x @dishubkbm surat serah terima")
        await joined.press("Benar, akun resmi", who="adi")

        assert "2 dari 3" in await joined.say("/edaran 1")
        assert "2 dari 3" in await joined.say("/edaran 1 per 19-8-2026")

    async def test_nothing_is_handed_to_an_office_that_is_no_more(self, joined: Conversation) -> None:
        number = await joined.complain("@dpuprkebumen lampu mati")

        assert "hanya ada sampai 19 Agustus" in await joined.say(f"/disposisi {number} dishub")
        assert "Dishubkominfo" in await joined.say(f"/disposisi {number} dishubkominfo")


class TestTandaiAkun:
    async def test_the_ledger_keeps_who_when_why_and_the_evidence(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm https://dinkes.example.go.id/kontak", who="sri")
        await talk.press("Benar, akun resmi", who="adi")
        await talk.say("/tandai-akun dinkes x dinkeskbm diam tidak menulis sejak Mei")
        answer = await talk.say("/akun dinkes")

        assert "@dinkeskbm di X: resmi, tidak aktif" in answer
        assert "tautan situs https://dinkes.example.go.id/kontak" in answer
        assert "oleh Bu Sri Sekda: tidak menulis sejak Mei" in answer
        assert "Dinas Kesehatan" not in await talk.say("/belum-punya-akun")

    async def test_a_photo_of_a_letter_is_evidence(
        self, store: Store, clock: MovableClock, tmp_path: Path
    ) -> None:
        media = tmp_path / "media"
        talk = await open_conversation(store, clock, media=media)
        out = BytesIO()
        Image.new("RGB", (400, 300), "white").save(out, "JPEG", comment=b"kamera milik seseorang")
        talk.chat.files["surat"] = Media("surat.jpg", "image/jpeg", out.getvalue())
        talk.chat.files["teks"] = Media("surat.txt", "text/plain", b"bukan gambar")
        photo, text = (MediaRef("memory", name) for name in ("surat", "teks"))

        assert "tidak dapat dibaca" in await talk.say("/daftar-akun dinkes x @dinkeskbm", media=(text,))
        claimed = await talk.say("/daftar-akun dinkes x @dinkeskbm surat kepala dinas", media=(photo,))
        ledger = await talk.say("/akun dinkes")
        (shown,) = talk.newest()[1].pictures

        assert "Bukti: foto surat, surat kepala dinas" in claimed
        assert "foto surat" in ledger
        assert b"kamera" not in shown.content
        assert listdir(media) == [shown.name]

    async def test_an_impostor_cannot_be_claimed(self, talk: Conversation) -> None:
        await talk.say("/tandai-akun dinkes x @dinkeskbm_ palsu meminta uang")

        assert "akun palsu" in await talk.say("/daftar-akun dinkes x @dinkeskbm_")
        assert "diajukan" in await talk.say("/daftar-akun dinkes x @dinkeskbm")

    async def test_a_personal_account_can_become_the_agencys(self, talk: Conversation) -> None:
        await talk.say("/tandai-akun dinkes x @budi_dinkes pribadi nama orang")

        assert "diajukan" in await talk.say("/daftar-akun dinkes x @budi_dinkes")

    async def test_reason_right_and_state_are_asked_for(self, talk: Conversation) -> None:
        await talk.say("/tandai-akun dinkes x @dinkeskbm palsu meminta uang")

        assert "alasan" in await talk.say("/tandai-akun dpupr x dpuprkebumen diam")
        assert "bukan keadaan" in await talk.say("/tandai-akun dpupr x dpuprkebumen keren x")
        assert "belum berwenang" in await talk.say(
            "/tandai-akun dpupr x dpuprkebumen diam x", who="wati", room="pupr"
        )
        assert "hanya untuk akun resmi" in await talk.say("/tandai-akun dinkes x @dinkeskbm diam x")
        assert "milik" not in await talk.say("/tandai-akun dinkes x @dpuprkebumen palsu x")

    async def test_an_account_marked_as_somebodys_own_no_longer_posts(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.say("/tandai-akun dpupr x dpuprkebumen pribadi milik pegawai")
        number = await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
        await talk.say(f"/disposisi {number} dpupr")

        assert talk.published("dpuprkebumen") == []
        assert "Dinas Pekerjaan Umum" in await talk.say("/belum-punya-akun")
