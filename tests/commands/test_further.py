"""What a citizen adds is read like the first post: a complaint behind a greeting, a danger, thanks that hide none."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from plugin.desk.posts import further
from plugin.desk.sorting import learning
from plugin.desk.sorting.proposals import Judged, Message, of
from plugin.desk.sorting.triaging import Triaging, judge
from plugin.store.tables import Followup, ReportClock
from tests.conftest import MovableClock
from tests.desk import RULES, Conversation, kept_and_counted

GREETING = "@dpuprkebumen selamat pagi min"
COLLAPSED = "jalan depan pasar ambles, ada motor jatuh, tolong segera"
HOLE = "@dpuprkebumen jalan di bojongsari rusak berlubang"
CABLE = "kabel listrik putus menjuntai ke jalan"
THREAD = {"author": "w1", "conversation": "900"}


async def told(talk: Conversation, text: str, **more: str) -> int:
    number = await talk.complain(text, **(THREAD | more))
    await talk.triage()
    return number


async def answered(talk: Conversation, text: str = HOLE) -> int:
    number = await told(talk, text)
    await talk.say(f"/tanggapi {number} Sudah kami perbaiki.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    return number


async def finished(talk: Conversation, state: str) -> int:
    """A case with which we are done, in this state."""
    if state == "not_report":
        number = await told(talk, HOLE)
        await talk.say(f"/bukan-laporan {number} sudah dilaporkan lewat surat")
        return number
    number = await answered(talk)
    match state:
        case "waiting":
            await talk.say(f"/tunggu-warga {number} alamatnya", who="wati", room="pupr")
        case "done":
            await talk.say(f"/selesai {number}", who="wati", room="pupr")
            if "Selesai tanpa bukti" in talk.buttons("pupr"):
                await talk.press("Selesai tanpa bukti", who="wati")
        case "disposed":
            await talk.say(f"/disposisi {number} dishub")
    return number


async def _standing(talk: Conversation, number: int) -> tuple[object, ...]:
    def running(session: Session) -> list[str]:
        here = select(ReportClock.clock).where(
            ReportClock.report_id == number, col(ReportClock.ended_at).is_(None)
        )
        return sorted(session.exec(here))

    r = await talk.report(number)
    clocks = await talk.store.survey(running)
    return r.state, r.answered_at, r.closed_at, r.due_at, r.aside, r.agency_id, clocks


class TestWhatWasSetAside:
    async def test_a_complaint_behind_the_greeting_brings_it_back(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await told(talk, GREETING)
        assert (await talk.report(number)).aside
        clock.move(seconds=40)
        await talk.complain(COLLAPSED, **THREAD)
        assert not (await talk.report(number)).aside
        await talk.triage()

        assert not (await talk.report(number)).aside
        assert "disisihkan" not in (listed := await talk.say("/laporan-baru"))
        assert "Usul: " in listed or "Sesuai usul: " in listed
        assert "jalan dan jembatan" in await talk.say(f"/laporan {number}")

    async def test_also_when_both_came_in_one_page(self, talk: Conversation) -> None:
        number = await talk.complain(GREETING, **THREAD)
        await talk.complain(COLLAPSED, **THREAD)
        await talk.triage()

        report = await talk.report(number)
        assert (report.aside, report.priority) == (False, 2)

    async def test_whoever_goes_on_greeting_or_advertising_stays_apart(self, talk: Conversation) -> None:
        greeting = await told(talk, GREETING)
        await told(talk, "terima kasih")
        advert = await told(talk, "jual tanah kavling murah, hub wa", author="iklan")
        await told(talk, "jual tanah kavling murah, hub wa", author="iklan")

        assert [(await talk.report(n)).aside for n in (greeting, advert)] == [True, True]

    async def test_what_a_person_brought_back_stays_there(self, talk: Conversation) -> None:
        number = await told(talk, GREETING)
        await talk.say("/disisihkan")
        await talk.press(f"Ini laporan {number}")
        await told(talk, "terima kasih")

        assert not (await talk.report(number)).aside

    async def test_a_photo_without_words_brings_it_back(self, talk: Conversation) -> None:
        number = await told(talk, GREETING)
        await told(talk, "", photo="https://memory.example/photo.jpg")

        assert not (await talk.report(number)).aside


class TestThanks:
    async def test_they_hide_no_complaint_said_seconds_before(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await answered(talk)
        clock.move(hours=2)
        await talk.complain("masih rusak pak, malah tambah lebar lubangnya", **THREAD)
        clock.move(seconds=10)
        await told(talk, "terima kasih")

        report = await talk.report(number)
        assert (report.state, report.aside) == ("reopened", False)

    async def test_nor_one_that_was_read_before(self, talk: Conversation, clock: MovableClock) -> None:
        number = await answered(talk)
        await told(talk, "masih rusak pak, malah tambah lebar lubangnya")
        clock.move(minutes=5)
        await told(talk, "terima kasih")
        assert not (await talk.report(number)).aside

    async def test_nor_what_a_person_opened_again(self, talk: Conversation) -> None:
        number = await answered(talk)
        await talk.say(f"/buka-lagi {number} belum dikerjakan", who="wati", room="pupr")
        await told(talk, "terima kasih")

        assert not (await talk.report(number)).aside

    async def test_nor_a_complaint_behind_them(self, talk: Conversation) -> None:
        number = await answered(talk)
        await told(talk, "terima kasih")
        assert (await talk.report(number)).state == "replied"
        await told(talk, "masih rusak pak, malah tambah lebar lubangnya")

        report = await talk.report(number)
        assert (report.state, report.answered_at, report.aside) == ("reopened", None, False)

    async def test_of_the_last_answer_they_ask_nothing_whatever_was_said_before(
        self, talk: Conversation
    ) -> None:
        number = await answered(talk)
        await told(talk, "masih rusak pak, malah tambah lebar lubangnya")
        await talk.say(f"/tanggapi {number} Hari ini kami tambal.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        await told(talk, "terima kasih")

        assert (await talk.report(number)).state == "replied"

    async def test_nor_another_reporter_who_has_no_answer(self, talk: Conversation) -> None:
        lead = await told(talk, GREETING)
        other = await told(talk, HOLE, author="w2")
        await talk.say(f"/gabung {other} dengan {lead}")
        await told(talk, "terima kasih")

        assert not (await talk.report(lead)).aside


class TestOnlyThanksBelowOurAnswer:
    @pytest.mark.parametrize("state", ["replied", "waiting", "done", "disposed", "not_report"])
    async def test_the_case_stands_as_it_stood_and_nobody_must_act(
        self, talk: Conversation, clock: MovableClock, state: str
    ) -> None:
        number = await finished(talk, state)
        before = await _standing(talk, number)
        clock.move(hours=5)
        await told(talk, "terima kasih banyak pak, semoga sukses")

        assert before[0] == state
        assert await _standing(talk, number) == before
        assert "Tidak ada yang disisihkan" in await talk.say("/disisihkan")
        kept, counted = await talk.store.survey(kept_and_counted)
        assert kept == counted == {}

    async def test_no_alarm_ever_comes_of_it(self, talk: Conversation, clock: MovableClock) -> None:
        number = await finished(talk, "done")
        await told(talk, "terima kasih")
        shown = [talk.shown(room) for room in ("setda", "pupr")]
        for _ in range(10):
            clock.move(days=1)
            await talk.sweep()

        assert [talk.shown(room) for room in ("setda", "pupr")] == shown
        assert (await talk.report(number)).state == "done"

    async def test_the_words_are_on_the_card_and_on_record(self, talk: Conversation) -> None:
        number = await finished(talk, "done")
        await told(talk, "terima kasih banyak")

        assert "terima kasih banyak" in await talk.say(f"/laporan {number}")
        assert "hanya berterima kasih" in await talk.say(f"/riwayat {number}")

    async def test_a_reporter_of_an_answered_incident_counts_as_answered(self, talk: Conversation) -> None:
        lead = await told(talk, HOLE)
        other = await told(talk, HOLE, author="w2", conversation="901")
        await talk.say(f"/gabung {other} dengan {lead}")
        await talk.say(f"/tanggapi {lead} Sudah kami perbaiki.", who="wati", room="pupr")
        await talk.press("Kirim", who="wati")
        await talk.sweep()
        led = await talk.report(max(lead, other))
        await told(talk, "terima kasih", author=led.author_id, conversation=led.conversation)

        again = await talk.report(max(lead, other))
        assert led.answered_at is not None
        assert (again.state, again.joined_to, again.answered_at) == ("replied", None, led.answered_at)

    async def test_they_give_back_no_order_that_came_before_they_were_read(self, talk: Conversation) -> None:
        number = await answered(talk)
        await talk.complain("terima kasih", **THREAD)
        await talk.say(f"/disposisi {number} dishub")
        await talk.triage()

        report = await talk.report(number)
        assert (report.state, report.answered_at) == ("disposed", None)

    async def test_thanks_after_a_withdrawn_answer_leave_it_waiting(self, talk: Conversation) -> None:
        number = await answered(talk)
        await talk.complain("terima kasih", **THREAD)
        await talk.say(f"/tarik {number}", who="wati", room="pupr")
        await talk.press("Ya, tarik", who="wati")
        await talk.triage()

        assert (await talk.report(number)).answered_at is None


class TestADangerToldLater:
    async def test_it_puts_the_case_on_top_and_every_room_hears(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await told(talk, HOLE)
        clock.move(days=3)
        await told(talk, CABLE)

        assert (await talk.report(number)).priority == 2
        for room in ("setda", "pupr"):
            cards = [words for words in talk.shown(room) if f"Laporan {number}" in words]
            assert len(cards) == 1
            assert "Tampaknya darurat, nomor darurat" in cards[0]
        assert "tampaknya darurat" in await talk.say(f"/riwayat {number}")

    async def test_the_same_danger_again_rings_nobody_a_new_one_after_our_answer_does(
        self, talk: Conversation, clock: MovableClock
    ) -> None:
        number = await answered(talk, "@dpuprkebumen kebakaran rumah di bojongsari, api besar, tolong")
        cards = len(talk.shown("setda"))
        clock.move(minutes=5)
        await told(talk, "api makin besar, kebakaran merembet ke rumah tetangga, tolong")
        assert len(talk.shown("setda")) == cards + 1
        clock.move(minutes=5)
        await told(talk, "kebakaran belum padam, api besar, tolong")

        assert len(talk.shown("setda")) == cards + 1
        assert (await talk.report(number)).priority == 2

    async def test_of_an_incident_it_is_the_one_that_leads(self, talk: Conversation) -> None:
        lead = await told(talk, HOLE)
        other = await told(talk, HOLE, author="w2")
        await talk.say(f"/gabung {other} dengan {lead}")
        await told(talk, CABLE, author="w2")

        assert [(await talk.report(n)).priority for n in (lead, other)] == [2, 0]
        assert any(
            f"Laporan {lead}" in words and "Tampaknya darurat" in words for words in talk.shown("pupr")
        )

    async def test_nobody_is_woken_for_last_weeks(self, talk: Conversation, clock: MovableClock) -> None:
        number = await told(talk, HOLE)
        await talk.complain(CABLE, **THREAD)
        clock.move(days=7)
        await talk.triage()

        assert (await talk.report(number)).priority == 2
        assert talk.shown("pupr") == []


class TestNothingIsForgotten:
    async def test_what_was_added_while_nobody_ran_is_read_at_the_start(self, talk: Conversation) -> None:
        number = await told(talk, HOLE)
        await talk.complain(CABLE, **THREAD)
        restarted = Triaging(talk.store, talk.clock, warn=_nobody, refresh=_nothing, read=RULES)

        assert await restarted.once() == 1
        assert await restarted.once() == 0
        assert (await talk.report(number)).priority == 2

    async def test_what_another_process_has_read_changes_nothing(self, talk: Conversation) -> None:
        number = await told(talk, HOLE)
        await told(talk, CABLE)
        await talk.say(f"/prioritas {number} biasa")
        judged = await _judged(talk, number, CABLE)

        assert await talk.store.write(further.hear_out, judged, talk.clock()) == (0, [])
        assert (await talk.report(number)).priority == 0

    async def test_a_case_that_is_still_to_be_judged_comes_first(self, talk: Conversation) -> None:
        await talk.complain(GREETING, **THREAD)
        await talk.complain(CABLE, **THREAD)

        assert await talk.store.survey(further.unheard, 10) == []
        await talk.triage()
        assert await talk.store.survey(lambda s: s.exec(select(Followup.heard)).all()) == ["report"]

    async def test_one_that_nobody_ever_judged_is_told_of_all_the_same(self, talk: Conversation) -> None:
        number = await talk.complain(HOLE, **THREAD)
        await talk.complain(CABLE, **THREAD)
        judged = await _judged(talk, number, CABLE)
        await talk.store.write(further.hear_out, judged, talk.clock())

        assert (await talk.store.survey(of, [number]))[number].urgent

    async def test_where_the_lists_fail_it_is_taken_for_a_report(self, talk: Conversation) -> None:
        number = await told(talk, GREETING)
        await talk.complain("selamat pagi", **THREAD)
        judged = [Judged(Message(number, "", talk.clock(), await talk.store.survey(_post)), None)]
        await talk.store.write(further.hear_out, judged, talk.clock())

        assert not (await talk.report(number)).aside


class TestReadBeforeItIsClosed:
    async def test_the_newest_words_are_shown(self, talk: Conversation) -> None:
        await told(talk, GREETING)
        await told(talk, "terima kasih banyak")
        shown = await talk.say("/disisihkan")

        assert "selamat pagi min" in shown
        assert "Terakhir ditambahkan:" in shown
        assert "terima kasih banyak" in shown
        assert "dicatat sebagai bukan laporan" in await talk.press("Semua di halaman ini bukan laporan")

    @pytest.mark.parametrize("words", ["terima kasih banyak", COLLAPSED])
    @pytest.mark.parametrize("where", ["/disisihkan", "/laporan"])
    async def test_what_was_added_since_keeps_it_open(
        self, talk: Conversation, words: str, where: str
    ) -> None:
        number = await told(talk, GREETING)
        await talk.say("/disisihkan" if where == "/disisihkan" else f"/laporan {number}")
        label = "Semua di halaman ini bukan laporan" if where == "/disisihkan" else "Bukan laporan"
        seen = talk.button(label, None)
        await told(talk, words)
        pressed = await talk.press_token(seen, who="sri")

        assert f"Tidak ditutup karena warganya menulis lagi: {number}" in pressed
        assert (await talk.report(number)).state == "new"


async def _nothing(about: str) -> None:
    return None


async def _nobody(number: int) -> None:
    return None


async def _judged(talk: Conversation, number: int, text: str) -> list[Judged]:
    rules = RULES(await talk.store.survey(learning.lessons))
    return [judge(rules, Message(number, text, talk.clock(), await talk.store.survey(_post)))]


def _post(session: Session) -> int:
    return session.exec(select(Followup.id)).one() or 0
