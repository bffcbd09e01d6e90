"""Which clocks run for a case, until when and why, as officials see them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from plugin.desk.handling.cases import locked
from plugin.desk.measures import clocks
from plugin.rhythm.limits import read_tables
from plugin.rhythm.timekeeper import Timekeeper
from plugin.store.tables import ReportClock
from tests.conftest import MovableClock
from tests.desk import POLICY, ZONE, Conversation


async def answered(talk: Conversation, number: int, text: str = "Kami cek.") -> None:
    await talk.say(f"/tanggapi {number} {text}", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")


async def become(talk: Conversation, number: int, state: str) -> None:
    """The report's state changes, by whatever command."""

    def change(session: Session) -> None:
        report = locked(session, number)
        report.state = state
        clocks.follow(session, report, talk.clock())

    await talk.store.write(change)


async def running(talk: Conversation, number: int) -> dict[str, datetime | None]:
    """The clocks that run, and when they run out."""

    def look(session: Session) -> list[ReportClock]:
        mine = select(ReportClock).where(ReportClock.report_id == number)
        return list(session.exec(mine.where(col(ReportClock.ended_at).is_(None))))

    return {row.clock: row.due_at for row in await talk.store.survey(look)}


async def nothing(name: str, row_id: int) -> None:
    """Nobody works here."""


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=ZONE).astimezone(UTC)


async def test_the_list_says_which_clock_by_when(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    fresh = await talk.say("/laporan-baru")
    clock.move(hours=30)
    late = await talk.say("/laporan-baru")

    assert "Tanggapan pertama paling lambat besok 10.00 WIB" in fresh
    assert "Terlambat 6 jam: tanggapan pertama" in late


async def test_the_card_names_the_clock_due_first_and_on_request_each_with_its_rule(
    talk: Conversation,
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    short = await talk.say(f"/laporan {number}")
    card = await talk.press("Selengkapnya")

    assert "Tanggapan pertama paling lambat 19 Agustus 2026, 10.00 WIB." in short
    assert "hari kerja" not in short
    # Friday's hours; 25 August is Maulid.
    assert "Verifikasi dan penerusan paling lambat 21 Agustus 2026, 14.30 WIB (3 hari kerja)" in card
    assert "Penyelesaian pengaduan paling lambat 8 September 2026, 16.00 WIB (14 hari kerja)" in card
    assert "Dasar: PermenPANRB 62/2018." in card
    assert "Dasar: Janji pimpinan daerah 1×24 jam." in card


async def test_handing_over_ends_one_clock_and_begins_the_agencys(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen lampu mati")
    clock.move(hours=5)
    await talk.say(f"/disposisi {number} dishub")
    clock.move(days=1)
    await talk.say(f"/disposisi {number} dinkes")  # a return, an agency more: nothing is set back
    await talk.sweep()
    told = await talk.say(f"/riwayat {number}")

    assert await running(talk, number) == {
        "first_answer": wib("2026-08-19 10.00"),
        "follow_up": wib("2026-08-26 16.00"),
        "completion": wib("2026-09-08 16.00"),
    }
    assert "Verifikasi dan penerusan tepat waktu, 18 Agustus 2026, 15.00 WIB" in told


async def test_an_answer_after_the_limit_stays_late_in_the_history(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    clock.move(hours=27)
    await answered(talk, number)

    assert "Tanggapan pertama terlambat 3 jam, 19 Agustus 2026, 13.00 WIB" in await talk.say(
        f"/riwayat {number}"
    )


async def test_ten_working_days_of_silence_close_a_case_by_itself(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await answered(talk, number)
    await talk.sweep()
    ahead = await talk.say(f"/riwayat {number}")
    clock.now = wib("2026-09-02 15.59")
    await talk.sweep()
    before = (await talk.report(number)).closed_at
    clock.now = wib("2026-09-02 16.00")
    await talk.sweep()
    await talk.sweep()
    told = await talk.say(f"/riwayat {number}")

    assert "Selesai dengan sendirinya 2 September 2026, 16.00 WIB bila pelapor tidak menulis lagi" in ahead
    assert before is None
    assert (await talk.report(number)).state == "done"
    assert await running(talk, number) == {}
    assert told.count("selesai dengan sendirinya") == 1
    assert "Menunggu kabar pelapor sampai 2 September 2026" in told


async def test_what_nobody_confirmed_as_a_promise_holds_it_only_until_the_day_named(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await answered(talk, number, "Akan kami perbaiki tanggal 10 September 2026.")
    await talk.sweep()
    clock.now = wib("2026-09-02 16.00")
    await talk.sweep()
    on_the_way = (await talk.report(number)).state
    for _ in range(20):
        clock.move(days=1)
        await talk.sweep()
    await talk.sweep()

    assert on_the_way == "replied"
    assert "10 September 2026" in await talk.say("/janji")
    assert (await talk.report(number)).state == "replied"
    clock.now = wib("2026-09-24 16.00")  # ten working days after the day that was named
    await talk.sweep()
    assert (await talk.report(number)).state == "done"


async def test_a_citizens_word_in_time_keeps_it_open(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", conversation="c1")
    await answered(talk, number)
    clock.move(days=10)
    await talk.complain("masih rusak", conversation="c1", post="2001")
    await talk.sweep()
    due = (await talk.report(number)).due_at
    clock.move(days=10)
    await talk.sweep()

    assert due == wib("2026-08-29 10.00")
    assert (await talk.report(number)).state == "reopened"
    assert "silence" not in await running(talk, number)
    assert "Terlambat 9 hari: tanggapan pertama" in await talk.say("/laporan-baru")


async def test_only_waiting_for_the_citizen_stops_the_clocks(talk: Conversation, clock: MovableClock) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    clock.move(hours=2)
    await become(talk, number, "waiting")
    clock.move(days=3)
    await talk.sweep()
    meanwhile = await talk.say("/ringkasan")
    await become(talk, number, "verified")
    at_once = (await talk.report(number)).due_at
    await talk.sweep()

    assert "terlambat" not in meanwhile
    assert at_once == wib("2026-08-22 10.00")
    assert (await running(talk, number))["first_answer"] == at_once
    # Of the working days that closed waiting, 18 August was the day of receipt; 19 and 20 August do not count.
    assert (await running(talk, number))["completion"] == wib("2026-09-10 16.00")


async def test_what_closes_ends_every_clock(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen selamat pagi")
    await talk.say(f"/bukan-laporan {number} salam saja")

    assert await running(talk, number) == {}


async def test_a_state_that_begins_nothing_ends_nothing(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    before = await running(talk, number)
    await become(talk, number, "returned")

    assert await running(talk, number) == before


async def test_what_was_set_aside_by_mistake_waits_since_the_citizen_wrote(
    talk: Conversation, clock: MovableClock
) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    due = (await talk.report(number)).due_at
    await talk.say(f"/bukan-laporan {number} salam saja")
    clock.move(hours=5)

    def mistaken(session: Session) -> None:
        report = locked(session, number)
        report.state, report.closed_at = "disposed", None
        clocks.follow(session, report, clock())

    await talk.store.write(mistaken)
    await talk.sweep()

    assert (await running(talk, number))["first_answer"] == due
    assert (await talk.report(number)).due_at == due


async def test_an_agency_has_its_own_promise_and_changed_tables_count_anew(
    talk: Conversation, clock: MovableClock, tmp_path: Path
) -> None:
    number = await talk.complain("@dishubkbm lampu mati", to="dishubkbm")
    await talk.sweep()
    path = tmp_path / "rules.csv"
    path.write_text(
        "clock,name,agency,amount,unit,pauses,source\n"
        "first_answer,Tanggapan pertama,,24,hours,yes,Janji\n"
        "first_answer,Jawaban cepat,DISHUB,2,hours,yes,SK Dishub\n"
    )
    changed = read_tables(ZONE, rules=path)
    for _ in range(2):  # two processes
        courier = talk.desk.courier
        await Timekeeper(talk.store, clock, changed, POLICY, refresh=courier.refresh, put=nothing).tick()

    assert await running(talk, number) == {"first_answer": wib("2026-08-18 12.00")}
    assert (await talk.report(number)).due_at == wib("2026-08-18 12.00")


async def test_what_kind_it_is_decides_how_long_it_may_take(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen kapan jadwal truk sampah?")
    await talk.store.write(clocks.is_kind, number, "information")
    await talk.sweep()

    assert (await running(talk, number))["completion"] == wib("2026-08-26 16.00")
    assert "Penyelesaian permintaan informasi" in await talk.read_all(number)


async def test_a_year_without_decreed_leave_is_said(talk: Conversation, clock: MovableClock) -> None:
    clock.now = wib("2028-08-01 10.00")
    number = await talk.complain("@dpuprkebumen jalan rusak")

    assert "Keputusan cuti bersama 2028 belum diketahui" in await talk.read_all(number)
