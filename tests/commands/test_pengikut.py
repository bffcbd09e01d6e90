"""Followers as evidence: lists in every form, proposals with reasons, and people who decide."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from sqlmodel import Session, col, select

from adapters.memory import MemoryChannel
from plugin.desk.audit import verify
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.media import Media, MediaRef
from plugin.public.values import PublicCapabilities
from plugin.rhythm import following
from plugin.store.store import Store
from plugin.store.tables import Account, FollowerList, FollowerPage
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

PASTED = """/pengikut dari @bupatikbm per 18-8-2026 09.00
Dinkes Kebumen
@dinkeskbm
Akun resmi Dinas Kesehatan Kabupaten Kebumen
Ikuti

Budi Santoso, S.Sos
@budi_dinkes
staf Dinas Kesehatan Kebumen
Mas Gun
@masgun77
suka mancing
"""
OFFICE = {
    "username": "dinkeskbm",
    "name": "Dinas Kesehatan Kab. Kebumen",
    "location": "Kebumen",
    "user_id": "900",
}


def lines(*followers: Mapping[str, object]) -> str:
    return "/pengikut dari @bupatikbm\n" + "\n".join(json.dumps(f) for f in followers)


class TestPengikut:
    async def test_a_pasted_page_becomes_proposals_and_people_decide(self, talk: Conversation) -> None:
        read = await talk.say(PASTED)
        proposals = await talk.press("Lihat usulan")

        assert "3 akun dibaca" in read
        assert "2 usulan menunggu" in read
        assert "@dinkeskbm · Dinkes Kebumen" in proposals
        assert "Usul: resmi, Dinas Kesehatan" in proposals
        assert "@budi_dinkes" in proposals
        assert "Usul: akun pribadi, Dinas Kesehatan" in proposals
        assert "masgun77" not in proposals

        await talk.say("/usulan 1 resmi", who="adi")
        await talk.say("/usulan 2 pribadi")
        ledger = await talk.say("/akun dinkes")

        assert "Dinas Kesehatan" not in await talk.say("/belum-punya-akun")
        assert "@dinkeskbm di X: resmi sejak 18 Agustus 2026" in ledger
        assert "18 Agustus 2026, 09.00 WIB: @dinkeskbm di X resmi, oleh Adi Admin" in ledger
        assert "daftar pengikut #1" in ledger
        assert "@budi_dinkes di X: akun pribadi" in ledger
        assert (await talk.store.survey(verify))[1] is None

    async def test_rejected_ones_stay_rejected(self, talk: Conversation) -> None:
        await talk.say(PASTED)
        await talk.say("/usulan 1 bukan")
        again = await talk.say(PASTED)

        assert "1 pernah ditolak" in again
        assert "@dinkeskbm" not in await talk.say("/usulan")
        assert "sudah diputuskan: ditolak" in await talk.say("/usulan 1 resmi")

    async def test_only_who_vouches_decides(self, talk: Conversation) -> None:
        await talk.say(PASTED)

        assert "belum berwenang" in await talk.say("/usulan 1 resmi", who="adi_palsu")
        assert "tidak ada" in await talk.say("/usulan 1 resmi", who="wati", room="pupr")
        assert "Tulis putusannya" in await talk.say("/usulan 1 mungkin")
        assert "tidak ada" in await talk.say("/usulan 99 resmi")

    async def test_a_pressed_button_shows_the_rest(self, talk: Conversation) -> None:
        await talk.say(PASTED)
        await talk.say("/usulan")
        rest = await talk.press("Resmi 1", who="adi")

        assert "@budi_dinkes tercatat: resmi" in rest or "@dinkeskbm tercatat: resmi" in rest
        assert "1 usulan akun menunggu" in rest

    async def test_broken_lines_are_counted_and_named(self, talk: Conversation) -> None:
        answer = await talk.say(lines(OFFICE) + '\n{"username": \n["x"]\n{"name": "tanpa akun"}')

        assert "1 akun dibaca, 3 baris tidak terbaca" in answer
        assert "2 (JSON rusak), 3 (bukan objek JSON), 4 (tanpa nama akun)" in answer

    async def test_a_file_is_read_like_what_is_pasted(self, talk: Conversation) -> None:
        content = "username;nama;bio\ndinkeskbm;Dinas Kesehatan Kebumen;akun resmi\n;tanpa;akun\n"
        talk.chat.files["f1"] = Media("pengikut.csv", "text/csv", content.encode("utf-8-sig"))
        talk.chat.files["f2"] = Media("gambar.png", "image/png", b"\x89PNG\xff\xfe")
        answer = await talk.say("/pengikut dari @bupatikbm", media=(MediaRef("memory", "f1"),))

        assert "1 akun dibaca, 1 baris tidak terbaca" in answer
        assert "1 usulan" in answer
        assert "tidak dapat dibaca" in await talk.say("/pengikut", media=(MediaRef("memory", "f2"),))
        assert "tidak dapat dibaca" in await talk.say("/pengikut", media=(MediaRef("memory", "gone"),))

    async def test_without_a_list_a_form_asks_for_it(self, talk: Conversation) -> None:
        await talk.say("/pengikut")
        answer = await talk.fill_in(of="@bupatikbm", at="", names="Dinkes Kebumen @dinkeskbm")

        assert "1 akun dibaca" in answer
        assert "1 usulan" in answer

    async def test_nothing_to_read_is_said(self, talk: Conversation) -> None:
        assert "Tidak ada akun yang terbaca" in await talk.say("/pengikut\nDinas Kesehatan\nBagian Umum")
        assert "belum terjadi" in await talk.say(PASTED.replace("2026", "2027"))

    async def test_the_same_delivery_again_is_read_once(self, talk: Conversation) -> None:
        await talk.say(PASTED, key="d-twice")
        await talk.say(PASTED, key="d-twice")

        assert "2 usulan akun menunggu keputusan" in await talk.say("/usulan")


async def wire(talk: Conversation, *followers: Mapping[str, object]) -> str:
    """X itself tells who follows the bupati's account."""
    talk.channel.following["dishubkbm"] = [json.dumps(f) for f in followers]
    await talk.say("/pengikut baca @dishubkbm")
    await talk.press(next(b for b in talk.buttons() if b.startswith("Baca")))
    await talk.read_lists()
    return talk.shown()[-1]


def accounts_kept(session: Session) -> list[tuple[str, str | None, str]]:
    rows = session.exec(select(Account).order_by(col(Account.id)))
    return [(a.handle, a.platform_id, a.verdict) for a in rows]


class TestAPastedListIsAClaim:
    """Whoever pastes may write anything into it: only what X told us changes an account by itself."""

    RENAMED: ClassVar = {"username": "dishub_kbm_baru", "name": "Dishub Kebumen", "user_id": "102"}

    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        talk = await open_conversation(store, clock)
        await talk.say("/ikat-grup 33.05.13.2001", who="adi", room="desa")
        await talk.say("/beri-peran @1 petugas 33.05.13.2001", who="adi", mentions=("budi",))
        return talk

    async def test_a_village_renames_nobody(self, talk: Conversation) -> None:
        before = await talk.store.survey(accounts_kept)
        answer = await talk.say(lines(self.RENAMED, OFFICE), who="budi", room="desa")

        assert "2 akun dibaca" in answer
        assert "0 usulan" in answer
        assert "2 akun tampaknya milik instansi lain" in answer
        assert await talk.store.survey(accounts_kept) == before
        assert "Tidak ada usulan" in await talk.say("/usulan")

    async def test_its_number_makes_no_account_the_citizens(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="adi")
        await talk.press("Benar, akun resmi")
        await talk.say(lines({**OFFICE, "user_id": "warga1"}))
        await talk.say(
            lines({**OFFICE, "username": "alian_kbm", "name": "Kecamatan Alian", "user_id": "warga2"})
        )
        await talk.say("/usulan 1 resmi", who="adi")
        kept = await talk.store.survey(accounts_kept)

        assert ("dinkeskbm", None, "official") in kept
        assert ("alian_kbm", None, "official") in kept

    async def test_a_new_name_in_it_is_proposed_to_somebody_else(self, talk: Conversation) -> None:
        answer = await talk.say(lines(self.RENAMED))
        shown = await talk.say("/usulan")
        own = await talk.say("/usulan 1 resmi")
        before = await talk.say("/akun dishub")
        decided = await talk.say("/usulan 1 resmi", who="adi")
        ledger = await talk.say("/akun dishub")

        assert "1 usulan" in answer
        assert "berganti nama menjadi" not in answer
        assert "nama baru dari, menurut daftar itu: @dishubkbm" in shown
        assert "perlu orang lain" in own
        assert "@dishubkbm di X: resmi" in before
        assert "@dishub_kbm_baru tercatat: resmi" in decided
        assert "@dishub_kbm_baru di X: resmi" in ledger
        assert "@dishubkbm → @dishub_kbm_baru" in ledger
        assert ("dishub_kbm_baru", "102", "official") in await talk.store.survey(accounts_kept)

    async def test_a_second_list_does_not_ride_on_the_first(self, talk: Conversation) -> None:
        await talk.say(lines({**OFFICE, "username": "dinkes_palsu"}))
        answer = await talk.say(lines(OFFICE), who="adi")
        shown = await talk.say("/usulan")

        assert "1 usulan" in answer
        assert "@dinkes_palsu" in shown
        assert "@dinkeskbm" in shown


class TestAccountsInLists:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        channel = MemoryChannel(PublicCapabilities(longest=280, follower_price=(0.01, 0.001)))
        return await open_conversation(store, clock, channel=channel)

    async def test_a_changed_handle_keeps_its_number(self, talk: Conversation, clock: MovableClock) -> None:
        await wire(talk, OFFICE)
        await talk.say("/usulan 1 resmi", who="adi")
        clock.move(days=1)
        answer = await wire(talk, {**OFFICE, "username": "dinkes_kebumen"})
        ledger = await talk.say("/akun dinkes")

        assert "@dinkeskbm berganti nama menjadi @dinkes_kebumen" in answer
        assert "@dinkes_kebumen di X: resmi" in ledger
        assert "@dinkeskbm → @dinkes_kebumen" in ledger
        assert "0 usulan" in answer

    async def test_a_known_name_with_another_number_is_warned_of(self, talk: Conversation) -> None:
        assert "nomor akunnya lain" in await talk.say(lines({"username": "dishubkbm", "user_id": "666"}))

    async def test_one_person_alone_makes_no_account_official(self, talk: Conversation) -> None:
        await talk.say(lines(OFFICE))
        pasted = await talk.say("/usulan 1 resmi")
        await wire(talk, OFFICE)
        read = await talk.say("/usulan 1 resmi")

        assert "@dinkeskbm diajukan oleh Anda sendiri" in pasted
        assert "@dinkeskbm diajukan oleh Anda sendiri" in read
        assert "@dinkeskbm" in await talk.say("/usulan")
        assert "tercatat: resmi" in await talk.say("/usulan 1 resmi", who="adi")

    async def test_two_agencies_cannot_have_one_handle(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun kec_alian x @dinkeskbm", who="sri")
        answer = await talk.say(lines(OFFICE))

        assert "sudah tercatat" in answer
        assert "sudah tercatat sebagai akun Kecamatan Alian" in await talk.say(
            "/daftar-akun dinkes x @dinkeskbm"
        )

    async def test_a_second_account_of_one_agency_is_shown_and_refused(self, talk: Conversation) -> None:
        await talk.say(lines(OFFICE))
        await talk.say("/usulan 1 resmi", who="adi")
        await talk.say(
            lines({"username": "dinkeskebumen", "name": "Dinas Kesehatan Kebumen", "location": "Kebumen"})
        )
        shown = await talk.say("/usulan")

        assert "sudah punya @dinkeskbm" in shown
        assert "sudah punya akun" in await talk.say("/usulan 2 resmi")
        assert "dinkeskebumen" in await talk.say("/usulan")  # still open: the refusal settled nothing
        assert "tercatat: akun palsu" in await talk.say("/usulan 2 palsu")

    async def test_what_x_tells_identifies_an_agencys_own_claim(self, talk: Conversation) -> None:
        await talk.say("/daftar-akun dinkes x @dinkeskbm", who="adi")
        answer = await wire(talk, OFFICE)

        assert "1 sudah tercatat" in answer
        assert ("dinkeskbm", "900", "claimed") in await talk.store.survey(accounts_kept)


class TestReadingFromTheChannel:
    @pytest.fixture
    async def talk(self, store: Store, clock: MovableClock) -> Conversation:
        channel = MemoryChannel(PublicCapabilities(longest=280, follower_price=(0.01, 0.001)))
        channel.page_size = 2
        channel.following["dishubkbm"] = [
            json.dumps(OFFICE), *(json.dumps({"username": f"warga{n}", "name": "Mas"}) for n in range(4)),
        ]  # fmt: skip
        return await open_conversation(store, clock, channel=channel)

    async def test_the_price_comes_first_and_a_person_agrees(self, talk: Conversation) -> None:
        asked = await talk.say("/pengikut baca @DishubKBM")
        await talk.read_lists()
        button = talk.button("Baca, biaya US$0,05", "setda")
        agreed = await talk.press_token(button, who="sri")
        await talk.press_token(button, who="adi")
        lists = await talk.store.survey(following.due)
        await talk.read_lists()

        assert "punya 5 pengikut" in asked
        assert "US$0,05, atau US$0,01" in asked
        assert "disetujui oleh Sri" in agreed
        assert lists == [1]
        assert "5 akun dibaca" in talk.shown()[-1]
        assert "1 usulan menunggu" in talk.shown()[-1]
        assert "@dinkeskbm" in await talk.say("/usulan")

    async def test_a_day_is_the_governments(self, talk: Conversation, clock: MovableClock) -> None:
        made = []
        for hours in (-4, 0, 24):  # 06.30 and 10.30 of a day here, two days in Greenwich; and the next day
            clock.now = datetime(2026, 8, 18, 3, 30, tzinfo=UTC) + timedelta(hours=hours)
            await talk.say("/pengikut baca @dishubkbm")
            await talk.press("Baca, biaya US$0,05")
            made.append(await talk.store.survey(lambda s: len(s.exec(select(FollowerList)).all())))

        assert made == [1, 1, 2]

    async def test_a_busy_channel_is_asked_again_and_nothing_twice(
        self, talk: Conversation, store: Store
    ) -> None:
        await talk.say("/pengikut baca @dishubkbm")
        await talk.press("Baca, biaya US$0,05")
        read = talk.desk.following.read

        assert await read(1) == 0.0
        talk.channel.trouble.append(TryLater(30))
        assert await read(1) == 30
        talk.channel.trouble.append(Unknown("broken"))
        assert await read(1) == 60
        talk.channel.following["dishubkbm"][:2] = ["{}", "{}"]  # what was read is not read again
        await talk.read_lists()

        assert "5 akun dibaca" in talk.shown()[-1]
        assert await store.survey(lambda s: s.exec(select(FollowerPage)).all()) == []

    async def test_a_refusal_is_told_and_the_list_ends(self, talk: Conversation) -> None:
        await talk.say("/pengikut baca @dishubkbm")
        await talk.press("Baca, biaya US$0,05")
        talk.channel.trouble.append(Refused("forbidden"))
        await talk.read_lists()

        assert "tidak dapat dibaca dari X" in talk.shown()[-1]
        assert await talk.store.survey(following.due) == []
        await talk.say("/pengikut baca @dishubkbm")
        await talk.press("Baca, biaya US$0,05")
        await talk.read_lists()
        assert "5 akun dibaca" in talk.shown()[-1]

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            (Refused("not_entitled"), "paket atau izin aplikasinya"),
            (Refused("no_credit"), "Saldo layanan X habis"),
            (Refused("disconnected"), "/hubungkan-akun"),
            (Refused("forbidden"), "tanpa menyebut sebab"),
            (Unknown("timeout"), "sedang tidak dapat dihubungi"),
        ],
    )
    async def test_why_x_does_not_tell_is_said(
        self, talk: Conversation, trouble: DeliveryError, words: str
    ) -> None:
        talk.channel.trouble.append(trouble)
        assert words in await talk.say("/pengikut baca @dishubkbm")
        if not isinstance(trouble, Refused):
            return
        await talk.say("/pengikut baca @dishubkbm")
        await talk.press("Baca, biaya US$0,05")
        talk.channel.trouble.append(trouble)
        await talk.read_lists()

        assert words in talk.shown()[-1]
        assert "/pengikut dari @dishubkbm" in talk.shown()[-1]

    async def test_not_more_is_read_than_was_agreed_to(self, talk: Conversation) -> None:
        await talk.say("/pengikut baca @dishubkbm")
        await talk.press("Baca, biaya US$0,05")
        talk.channel.following["dishubkbm"] += [json.dumps({"username": f"baru{n}"}) for n in range(900)]
        await talk.read_lists()
        for _ in range(60):
            await talk.read_lists()

        assert "106 akun dibaca" in talk.shown()[-1]

    async def test_who_may_not_and_what_is_not_known(self, talk: Conversation) -> None:
        assert "tidak dapat dibaca dari sini" in await talk.say("/pengikut baca @bupatikbm")
        await talk.say("/pengikut baca @dishubkbm", who="joko", room="hub")
        assert "belum berwenang" in await talk.press("Baca, biaya US$0,05", who="joko")
