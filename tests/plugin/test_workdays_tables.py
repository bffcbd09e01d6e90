"""The tables that an operator keeps: local decisions, office hours, and which of them hold at an agency."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from plugin.errors import OperatorError
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.paths import codes_at, rewrite_paths
from plugin.rhythm.calendars import Calendars
from plugin.rhythm.hours import Hours, read_hours
from plugin.rhythm.local_days import LocalDay, read_local_days
from plugin.rhythm.validity import Validity
from plugin.store.store import Store
from plugin.store.tables import Agency
from plugin.wording import Wording

WIB = ZoneInfo("Asia/Jakarta")
TEMPLATES = Path(__file__).parents[2] / "templates"
VILLAGE = ("33.05.12.2001", "33.05.12", "33.05")
OFFICE = ("DPUPR", "33.05")
CLINIC = ("PUSK_GOMBONG", "DINKES", "33.05")


def written(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[Problem]:
    with pytest.raises(OperatorError) as broken:
        read_local_days(path)
    assert broken.value.code == "broken_table"
    told = Wording(TEMPLATES).text("cli/stopped.txt", code=broken.value.code, **broken.value.values)
    found = broken.value.values["problems"]
    assert isinstance(found, list)
    assert len(told.splitlines()) == 1 + len(found)
    return found


def test_the_shipped_tables_can_be_read() -> None:
    assert read_local_days() == ()
    assert {row.week for row in read_hours()} == {5, 6}


def test_local_days_are_read_under_english_and_indonesian_names(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Tanggal;Jenis;Nama;Wilayah\n"
        "2026-09-09;libur;Pilkades serentak;33.05.12\n"
        "24/12/2026;Kerja;Cuti bersama dipindah;\n"
        "2028-02-25;cuti bersama;Idulfitri;\n",
    )

    assert read_local_days(path) == (
        LocalDay(date(2026, 9, 9), "holiday", "Pilkades serentak", "33.05.12"),
        LocalDay(date(2026, 12, 24), "workday", "Cuti bersama dipindah"),
        LocalDay(date(2028, 2, 25), "joint", "Idulfitri"),
    )


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "date,kind,name,agency\n2027-02-29,libur,Pilkades,\n2026-09-09,bolos,,\n",
    )

    assert [(p.line, p.column, p.reason) for p in problems(path)] == [
        (2, "date", Reason.NOT_A_DATE),
        (3, "kind", Reason.NOT_ONE_OF),
        (3, "name", Reason.BLANK),
    ]


def test_two_decisions_on_one_day_contradict_each_other(tmp_path: Path) -> None:
    rows = "2026-09-09,libur,A,\n2026-09-09,kerja,B,DPUPR\n2026-09-09,kerja,C,\n"
    path = written(tmp_path, f"date,kind,name,agency\n{rows}")

    assert problems(path) == [Problem(4, "date", Reason.REPEATED, "2026-09-09", ("2",))]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("date,kind\n2026-09-09,libur\n", Reason.MISSING_COLUMN),
        ("date,kind,name,jam\n2026-09-09,libur,A,B\n", Reason.UNKNOWN_COLUMN),
        ("date,date,kind,name\n1,2,3,4\n", Reason.REPEATED_COLUMN),
        ("date,tanggal,kind,name\n1,2,3,4\n", Reason.REPEATED_COLUMN),
        ("date,kind,name\n2026-09-09\n", Reason.TOO_FEW_CELLS),
        ("date,kind,name\n2026-09-09,libur,a\x07b\n", Reason.CONTROL),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, text: str, reason: Reason) -> None:
    assert reason in {p.reason for p in problems(written(tmp_path, text))}


def test_a_table_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert [p.reason for p in problems(tmp_path / "none.csv")] == [Reason.NO_FILE]


def test_a_decision_holds_for_its_area_and_what_lies_in_it() -> None:
    day = date(2026, 9, 9)
    calendars = Calendars(WIB, [LocalDay(day, "holiday", "Pilkades", "33.05.12")])

    assert calendars.of(VILLAGE).why_not(day) == "Pilkades"
    assert calendars.of(OFFICE).is_working(day)
    assert calendars.of().is_working(day)


def test_the_nearest_decision_outweighs_the_others() -> None:
    day = date(2026, 9, 9)
    decisions = [
        LocalDay(day, "workday", "Dinas masuk", "DPUPR"),
        LocalDay(day, "holiday", "Libur kabupaten", "33.05"),
        LocalDay(day, "workday", "Masuk"),
    ]

    for order in (decisions, decisions[::-1]):
        calendars = Calendars(WIB, order)
        assert calendars.of(OFFICE).is_working(day)
        assert calendars.of(VILLAGE).why_not(day) == "Libur kabupaten"
        assert calendars.of().is_working(day)


def test_who_is_named_with_six_days_works_on_saturdays_and_so_does_everything_beneath() -> None:
    calendars = Calendars(WIB, hours=[*read_hours(), Hours(6, agency="DINKES")])

    assert calendars.of(CLINIC).is_working(date(2026, 10, 10))
    assert not calendars.of(OFFICE).is_working(date(2026, 10, 10))
    assert calendars.of(CLINIC).closing(date(2026, 10, 10)).astimezone(WIB).time() == time(13)


def test_ramadan_comes_before_the_ordinary_hours_in_whatever_order_they_stand() -> None:
    for rows in (read_hours(), read_hours()[::-1]):
        calendar = Calendars(WIB, hours=rows).of(OFFICE)
        assert calendar.closing(date(2026, 2, 18)).astimezone(WIB).time() == time(16)
        assert calendar.closing(date(2026, 2, 24)).astimezone(WIB).time() == time(15)


def test_an_agencys_own_hours_come_first() -> None:
    own = Hours(5, time(15, 30), time(11), agency="DPUPR")
    calendars = Calendars(WIB, hours=[*read_hours(), own])

    assert calendars.of(OFFICE).closing(date(2026, 2, 24)).astimezone(WIB).time() == time(15, 30)
    assert calendars.of(CLINIC).closing(date(2026, 2, 24)).astimezone(WIB).time() == time(15)


def test_codes_are_the_same_in_any_case() -> None:
    day = date(2026, 9, 9)
    calendars = Calendars(WIB, [LocalDay(day, "holiday", "Hari jadi", "dpupr")], [Hours(6, agency="Dpupr")])

    assert calendars.of(OFFICE).why_not(day) == "Hari jadi"
    assert calendars.of(OFFICE).week == 6


async def test_an_agencys_codes_begin_with_its_own(store: Store) -> None:
    def found(session: Session) -> tuple[str, ...]:
        session.add(Agency(id=1, code="33.05", kind="pemda", name="Kebumen"))
        session.flush()
        session.add(Agency(id=2, code="DPUPR", kind="dinas", name="Dinas PUPR", parent_id=1))
        session.flush()
        rewrite_paths(session)
        return codes_at(session, 2)

    assert await store.write(found) == ("DPUPR", "33.05")


def test_agencies_alike_share_a_calendar() -> None:
    calendars = Calendars(WIB, hours=read_hours())

    assert calendars.of(OFFICE) is calendars.of(VILLAGE)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ("6,DINKES,,,\n5,DINKES,,,\n", [Reason.REPEATED]),  # one kind of week
        ("5,,16:00,,\n5,,15:00,,\n", [Reason.REPEATED]),
        ("5,,16:00,,\n5,,15:00,2026-02-19,2026-03-20\n", []),
        ("7,,16:00,,\n", [Reason.NOT_ONE_OF]),
        ("5,,25:00,,\n", [Reason.NOT_ONE_OF]),
        ("5,,16.00,2026-03-20,2026-02-19\n", [Reason.ENDS_BEFORE_IT_BEGINS]),
    ],
)
def test_hours_that_make_no_sense_are_refused(tmp_path: Path, rows: str, reasons: list[Reason]) -> None:
    path = written(tmp_path, f"week,agency,monday_thursday,valid_from,valid_to\n{rows}")
    try:
        read_hours(path)
        found: list[Reason] = []
    except OperatorError as broken:
        told = broken.values["problems"]
        assert isinstance(told, list)
        found = [problem.reason for problem in told]

    assert found == reasons


def test_validities_meet_where_a_day_belongs_to_both() -> None:
    one, two, three = date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)

    assert Validity(one, two).meets(Validity(two, three))
    assert not Validity(one, one).meets(Validity(two, None))
    assert not Validity(two, None).meets(Validity(None, one))
    assert Validity().meets(Validity(one, one))
    assert Validity(one, two).holds(two)
    assert not Validity(one, two).holds(three)
