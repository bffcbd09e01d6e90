"""What triage proposes, where officials see it, and what they make of it: nothing moves before somebody presses."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, col, select

from plugin.desk.audit import verify
from plugin.desk.sorting import triaging
from plugin.desk.sorting.proposals import of
from plugin.desk.sorting.triaging import Triaging
from plugin.desk.triage import Triage
from plugin.errors import TryLater
from plugin.registry.snapshot import bump
from plugin.store.tables import Agency, CaseKey, CaseProposal, FormerName
from tests.conftest import MovableClock
from tests.desk import RULES, Conversation

LAMP = "@dpuprkebumen lampu jalan di bojongsari alian mati semua pak"


async def told(talk: Conversation, text: str, **more: str) -> int:
    number = await talk.complain(text, **more)
    await talk.triage()
    return number


async def proposal(talk: Conversation, number: int) -> CaseProposal:
    found = await talk.store.survey(lambda s: s.get(CaseProposal, number))
    assert found is not None
    return found


def _transport_ends(session: Session) -> None:
    """Dishub was joined with another office yesterday: this is who has come after it."""
    old = session.exec(select(Agency).where(Agency.code == "DISHUB")).one()
    new = Agency(
        code="DISPERKIMHUB", parent_id=old.parent_id, kind="dinas", short="Disperkimhub",
        name="Dinas Perumahan dan Perhubungan",
    )  # fmt: skip
    session.add(new)
    session.flush()
    new.path = f"{old.path[:-8]}{new.id:08x}"
    old.valid_to = date(2026, 8, 17)
    former = FormerName(agency_id=new.id or 0, code="DISHUB", name=old.name, valid_to=old.valid_to)
    session.add(former)
    bump(session)


def _nobody_comes_after(session: Session) -> None:
    session.exec(select(Agency).where(Agency.code == "DISHUB")).one().valid_to = date(2026, 8, 17)
    bump(session)


class TestAnOfficeThatIsNoMore:
    async def test_whoever_has_come_after_it_is_proposed(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.store.write(_transport_ends)

        listed = await talk.say("/laporan-baru")
        assert "Usul: Disperkimhub (lampu jalan)" in listed
        await talk.press(f"{number} ke Disperkimhub")
        assert (await talk.report(number)).state == "disposed"

    async def test_where_nobody_is_known_nobody_is_proposed(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.store.write(_nobody_comes_after)

        assert "Dishub" not in await talk.say("/laporan-baru")
        assert "Disposisi ke Dishub" not in await talk.say(f"/laporan {number}")

    async def test_whoever_names_the_old_one_is_offered_the_new_one(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.store.write(_transport_ends)
        refused = await talk.say(f"/disposisi {number} DISHUB")
        assert "hanya ada sampai 17 Agustus 2026" in refused
        await talk.press("Disposisi ke Disperkimhub")

        assert (await talk.report(number)).state == "disposed"


class TestTheRightAgency:
    async def test_it_is_proposed_with_its_reason_and_nothing_moves(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        listed = await talk.say("/laporan-baru")

        whole = await talk.read_all(number)

        assert "Usul: Dishub (lampu jalan)." in listed
        assert (await talk.report(number)).state == "new"
        assert "Dasar usul: kata “" in whole
        assert "bojongsari" in whole.partition("Dasar usul")[2]
        assert "Tempat menurut isinya: Bojongsari, Alian" in whole

    async def test_one_press_hands_it_over_on_record(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.say("/laporan-baru")
        done = await talk.press(f"{number} ke Dishub", who="sri")

        assert f"Laporan {number} diteruskan ke Dinas Perhubungan" in done
        assert (await talk.report(number)).state == "disposed"
        assert any(f"Laporan {number}" in words for words in talk.shown("hub"))
        assert "Usul: tetap di sini (lampu jalan)" in await talk.say(f"/laporan {number}")

    async def test_another_may_be_chosen(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.say(f"/laporan {number}")

        assert "Disposisi ke Dishub" in talk.buttons()
        await talk.press("Pilih instansi lain")
        await talk.fill_in(to="dinkes", instruction="")
        assert (await talk.report(number)).state == "disposed"

    async def test_whoever_may_not_hand_over_cannot_by_pressing(self, talk: Conversation) -> None:
        number = await told(talk, LAMP)
        await talk.say("/laporan-baru", who="tono", room="pupr")
        await talk.press(f"{number} ke Dishub", who="orang-baru")

        assert (await talk.report(number)).state == "new"

    async def test_where_it_is_already_no_button_asks_to_hand_it_over(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen jalan di bojongsari rusak berlubang")
        shown = await talk.say(f"/laporan {number}")

        assert "Usul: tetap di sini (jalan dan jembatan)" in shown
        assert not [label for label in talk.buttons() if label.startswith("Disposisi ke")]

    async def test_before_it_is_judged_the_list_shows_it_as_it_is(self, talk: Conversation) -> None:
        await talk.complain(LAMP)

        assert "Usul" not in await talk.say("/laporan-baru")


class TestNoReport:
    async def test_it_stands_apart_and_its_clock_goes_on(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen terima kasih pak, jalannya sudah mulus")
        listed = await talk.say("/laporan-baru")

        assert "1 kiriman disisihkan" in listed
        assert f"Tanggapi {number}" not in talk.buttons()
        report = await talk.report(number)
        assert (report.state, report.closed_at, report.aside) == ("new", None, True)
        apart = await talk.press("Periksa yang disisihkan")
        assert "terima kasih" in apart
        assert f"Ini laporan {number}" in talk.buttons()

    async def test_it_is_brought_back_on_record(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen makasih pak sudah diaspal, mantap")
        await talk.say("/disisihkan")
        await talk.press(f"Ini laporan {number}")

        assert not (await talk.report(number)).aside
        assert (
            f"Tanggapi {number}" in (await talk.say("/laporan-baru"))
            or f"Tanggapi {number}" in talk.buttons()
        )
        assert "ternyata laporan" in await talk.say(f"/riwayat {number}")
        await talk.triage()
        assert not (await talk.report(number)).aside

    async def test_a_page_of_them_is_closed_by_one_press_and_can_be_opened_again(
        self, talk: Conversation
    ) -> None:
        first = await told(talk, "@dpuprkebumen terima kasih pak, jalannya sudah mulus")
        second = await told(talk, "@dpuprkebumen jual tanah kavling murah, hub wa", author="iklan1")
        await talk.say("/disisihkan")
        closed = await talk.press("Semua di halaman ini bukan laporan")

        assert "2 kiriman dicatat sebagai bukan laporan" in closed
        assert {(await talk.report(n)).state for n in (first, second)} == {"not_report"}
        assert "Tidak ada yang disisihkan" in await talk.say("/disisihkan")
        await talk.say(f"/buka-lagi {first} ternyata ada keluhannya")
        report = await talk.report(first)
        assert (report.state, report.aside) == ("reopened", False)
        assert await talk.store.survey(lambda s: verify(s)[1]) is None

    async def test_who_presses_second_changes_nothing(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen terima kasih pak, jalannya sudah mulus")
        await talk.say("/disisihkan")
        seen = talk.button("Semua di halaman ini bukan laporan", None)
        await talk.press(f"Ini laporan {number}")
        pressed = await talk.press_token(seen, who="sri")

        assert "Tidak ada yang berubah" in pressed
        assert (await talk.report(number)).state == "new"

    async def test_thanks_wake_no_answered_case_but_a_new_complaint_does(self, talk: Conversation) -> None:
        words = (
            ("1", "terima kasih pak, sudah mulus", "replied"),
            ("2", "belum pak, masih rusak", "reopened"),
            ("3", "terima kasih tapi masih rusak", "reopened"),
        )
        for thread, word, state in words:
            who = {"author": f"w{thread}", "conversation": thread}
            number = await told(talk, "@dpuprkebumen jalan rusak", **who)
            await talk.say(f"/tanggapi {number} Sudah kami perbaiki.", who="wati", room="pupr")
            await talk.press("Kirim", who="wati")
            await talk.complain(word, **who)
            await talk.triage()

            report = await talk.report(number)
            assert (report.state, report.aside) == (state, False)


class TestUrgent:
    async def test_every_room_concerned_hears_at_once_and_once(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen kebakaran rumah di bojongsari, api besar, tolong")
        await talk.say("/beri-peran @1 petugas setda", who="adi")

        for room in ("setda", "pupr"):
            cards = [words for words in talk.shown(room) if f"Laporan {number}" in words]
            assert len(cards) == 1
            assert "Tampaknya darurat, nomor darurat 113 atau 112." in cards[0]
        await talk.triage()
        assert sum(f"Laporan {number}" in words for words in talk.shown("setda")) == 1

    async def test_it_stands_on_top_of_older_ones(self, talk: Conversation, clock: MovableClock) -> None:
        await told(talk, "@dpuprkebumen jalan rusak")
        clock.move(hours=2)
        number = await told(talk, "@dpuprkebumen banjir masuk rumah, lansia belum dievakuasi", author="w2")
        listed = await talk.say("/laporan-baru")

        assert listed.index(f"{number} · darurat") < listed.index("jalan rusak")
        await talk.say(f"/prioritas {number} biasa")
        await talk.triage()
        assert (await talk.report(number)).priority == 0

    async def test_nobody_is_woken_for_last_weeks_flood(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        await talk.complain("@dpuprkebumen banjir masuk rumah, lansia belum dievakuasi")
        clock.move(days=7)
        await talk.triage()

        assert talk.shown("pupr") == []

    @pytest.mark.parametrize("trouble", [TryLater(30), KeyError("nobody thought of it")])
    async def test_a_busy_room_hears_later_the_others_now(
        self, talk: Conversation, trouble: Exception
    ) -> None:
        warned: list[int] = []

        async def busy(number: int) -> None:
            warned.append(number)
            if len(warned) == 1:
                raise trouble

        work = Triaging(talk.store, talk.clock, warn=busy, refresh=_nothing, read=RULES)
        number = await talk.complain("@dpuprkebumen kebakaran rumah, api besar")
        await work.once()
        await work.once()
        await work.once()

        assert warned == [number, number]


class TestOutside:
    async def test_the_body_is_named_and_the_citizen_told_after_a_preview(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen listrik padam dari magrib, pln kok lama")
        shown = await talk.say(f"/laporan {number}")

        assert "Usul: wewenang PT PLN" in shown
        assert "PLN Mobile atau telepon 123" in shown
        draft = await talk.press("Siapkan tanggapan: wewenang lain", who="wati", room="setda")
        assert "merupakan wewenang PT PLN (Persero) ULP Kebumen/Gombong, di luar wewenang kami" in draft
        assert talk.published() == []
        await talk.press("Kirim", who="wati")
        assert len(talk.published()) == 1
        assert "Wewenang PT PLN" not in await talk.say("/laporan-baru")
        assert "PT PLN (Persero) ULP Kebumen/Gombong: 1 laporan, 1 sudah ditanggapi" in await talk.say(
            "/luar-wewenang"
        )
        assert "dipastikan menjadi wewenang pihak lain" in await talk.say(f"/riwayat {number}")

    async def test_until_somebody_confirms_it_is_not_counted(self, talk: Conversation) -> None:
        await told(talk, "@dpuprkebumen listrik padam dari magrib, pln kok lama")

        assert "Belum ada laporan" in await talk.say("/luar-wewenang")

    async def test_it_can_be_said_in_words_too(self, talk: Conversation) -> None:
        number = await told(talk, "@dpuprkebumen listrik padam dari magrib, pln kok lama")
        draft = await talk.say(f"/luar-wewenang {number}", who="wati")

        assert "merupakan wewenang PT PLN" in draft
        lamp = await told(talk, LAMP, author="w2")
        asked = await talk.say(f"/luar-wewenang {lamp} pl")
        assert "Saya tidak mengenal “pl”" in asked
        assert "Siapa yang berwenang?" in await talk.say(f"/luar-wewenang {lamp}", who="wati")
        draft = await talk.say(f"/luar-wewenang #{lamp} KAI", who="wati")
        assert "merupakan wewenang PT KAI" in draft
        assert "Wewenang PT KAI" in await talk.say(f"/laporan {lamp}")

    async def test_what_triage_has_not_read_yet_waits(self, talk: Conversation) -> None:
        number = await talk.complain("@dpuprkebumen listrik padam")

        assert "baru saja masuk" in await talk.say(f"/luar-wewenang {number} pln", who="wati")

    async def test_what_was_set_aside_is_about_something_once_it_is_a_report(
        self, talk: Conversation
    ) -> None:
        number = await told(talk, "@dpuprkebumen makasih ya pak jembatannya sudah bagus")
        assert "Tampaknya bukan laporan (terima kasih)" in await talk.say(f"/laporan {number}")
        shown = await talk.press("Ini laporan")

        assert "terima kasih)" not in shown
        assert "Usul: tetap di sini" in shown


class TestOneIncident:
    async def test_another_telling_points_to_the_first(self, talk: Conversation, clock: MovableClock) -> None:
        first = await told(talk, LAMP)
        clock.move(hours=1)
        second = await told(talk, "@dpuprkebumen bojongsari gelap gulita PJU mati", author="w2")
        third = await told(talk, "@dpuprkebumen jalan bojongsari alian banyak lubang", author="w3")

        assert (await proposal(talk, second)).alike == first
        assert (await proposal(talk, third)).alike is None
        assert f"kejadian yang sama dengan laporan {first}" in await talk.say(f"/laporan {second}")

    async def test_days_later_it_is_another(self, talk: Conversation, clock: MovableClock) -> None:
        await told(talk, LAMP)
        clock.move(days=5)

        assert (await proposal(talk, await told(talk, LAMP, author="w2"))).alike is None


class TestNothingIsLost:
    async def test_a_report_on_which_the_lists_fail_stays_a_report(
        self, talk: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(self: Triage, text: str) -> None:
            raise ValueError(text)

        monkeypatch.setattr(Triage, "judge", broken)
        number = await told(talk, "@dpuprkebumen rahasia warga")
        await talk.triage()

        assert f"Tanggapi {number}" in (talk.buttons() if await talk.say("/laporan-baru") else [])
        assert "rahasia" not in caplog.text
        assert "could not be judged" in caplog.text

    async def test_what_came_while_nobody_ran_is_judged_at_the_start(self, talk: Conversation) -> None:
        numbers = [await talk.complain(LAMP, author=f"w{n}") for n in range(triaging.BATCH + 3)]
        assert await talk.desk.triaging.once() == len(numbers)
        assert await talk.desk.triaging.once() == 0

        found = await talk.store.survey(of, numbers)
        assert {row.agencies[0] for row in found.values()} == {"DISHUB"}

    async def test_two_processes_store_one_proposal(self, talk: Conversation) -> None:
        other = Triaging(talk.store, talk.clock, warn=_nobody, refresh=_nothing, read=RULES)
        number = await talk.complain(LAMP)
        await talk.triage()
        await other.once()

        assert len(await talk.store.survey(lambda s: list(s.exec(select(CaseProposal.report_id))))) == 1
        assert (await proposal(talk, number)).category == "pju"

    async def test_the_citizens_words_leave_the_proposal_too(self, talk: Conversation) -> None:
        number = await told(talk, LAMP, post="700")
        assert (await proposal(talk, number)).why
        await talk.store.write(_take_out, number)

        row = await proposal(talk, number)
        assert (row.why, row.desa, row.place_code) == ([], "", "")
        assert await talk.store.survey(lambda s: s.exec(select(col(CaseKey.key))).all()) == []


async def _nothing(about: str) -> None:
    return None


async def _nobody(number: int) -> None:
    return None


def _take_out(session: Session, number: int) -> None:
    from plugin.desk.sorting.proposals import forget_words

    forget_words(session, number)
