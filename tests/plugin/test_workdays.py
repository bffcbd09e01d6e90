"""What a calendar says of single days, and what it refuses to count."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from timeit import repeat
from zoneinfo import ZoneInfo

import pytest

from plugin.rhythm.hours import Hours
from plugin.rhythm.local_days import LocalDay
from plugin.rhythm.national import decreed, national_days
from plugin.rhythm.validity import Validity
from plugin.rhythm.workdays import MOST_DAYS, Calendar, CannotCount, read_days
from plugin.wording import Wording

WIB, WITA, WIT = (ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(WIB)


@pytest.mark.parametrize(
    ("day", "kind", "why"),
    [
        (date(2026, 2, 16), "joint", "Cuti Bersama Tahun Baru Imlek"),
        (date(2026, 2, 17), "national", "Tahun Baru Imlek"),
        (date(2026, 3, 19), "national", "Hari Suci Nyepi"),
        (date(2026, 3, 21), "national", "Hari Raya Idul Fitri"),  # a Saturday, too
        (date(2026, 2, 21), "weekend", "Sabtu"),
        (date(2026, 2, 22), "weekend", "Minggu"),
    ],
)
def test_a_day_off_says_why(calendar: Calendar, day: date, kind: str, why: str) -> None:
    rest = calendar.off(day)

    assert rest is not None
    assert rest.kind == kind
    assert calendar.why_not(day) == why
    assert not calendar.is_working(day)


def test_a_working_day_needs_no_reason(calendar: Calendar) -> None:
    assert calendar.is_working(date(2026, 2, 18))
    assert calendar.why_not(date(2026, 2, 18)) == ""


def test_a_local_decision_outweighs_the_nations() -> None:
    decisions = [
        LocalDay(date(2026, 2, 16), "workday", "Masuk"),
        LocalDay(date(2026, 2, 22), "workday", "Masuk pengganti"),
        LocalDay(date(2026, 2, 18), "holiday", "Pilkades"),
    ]
    calendar = Calendar(WIB, 5, decisions)

    assert calendar.is_working(date(2026, 2, 16))
    assert calendar.is_working(date(2026, 2, 22))
    assert calendar.why_not(date(2026, 2, 18)) == "Pilkades"


def test_the_year_of_the_first_circular_has_its_three_days_of_joint_leave() -> None:
    kinds = [rest.kind for rest in national_days(2015).values()]

    assert (kinds.count("national"), kinds.count("joint")) == (17, 3)


@pytest.mark.parametrize(
    ("year", "known"), [(2001, True), (2002, True), (2015, True), (2027, True), (2028, False)]
)
def test_a_year_is_decreed_when_its_joint_leave_is_known(year: int, known: bool) -> None:
    assert decreed(year) is known


def test_joint_leave_entered_by_hand_says_that_its_year_is_decreed() -> None:
    turn = date(2027, 12, 30), date(2028, 1, 5)
    told = Calendar(WIB, 5, [LocalDay(date(2028, 2, 25), "joint", "Cuti Bersama Idulfitri")])

    assert Calendar(WIB).undecreed(*turn) == (2028,)
    assert told.undecreed(*turn) == ()
    assert not told.is_working(date(2028, 2, 25))


def test_a_report_belongs_to_the_date_on_the_local_wall() -> None:
    late = datetime(2026, 2, 17, 16, 30, tzinfo=UTC)  # 23.30 WIB, 00.30 WITA, 01.30 WIT

    assert [Calendar(zone).local_date(late).day for zone in (WIB, WITA, WIT)] == [17, 18, 18]


def test_a_moment_without_a_zone_belongs_to_no_date(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar.local_date(datetime(2026, 2, 17, 23, 30))  # noqa: DTZ001  # the very mistake


def test_a_moment_is_no_day(calendar: Calendar) -> None:
    with pytest.raises(TypeError):
        calendar.is_working(datetime(2026, 2, 17, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "days", "code"),
    [
        (date(2026, 2, 16), 0, "days"),
        (date(2026, 2, 16), -3, "days"),
        (date(2026, 2, 16), MOST_DAYS + 1, "days"),
        (date(2026, 2, 16), 10**30, "days"),
        (date(1999, 12, 31), 3, "year"),
        (date(2101, 1, 1), 3, "year"),
        (date.min, 3, "year"),
        (date.max, 3, "year"),
        (date(2100, 12, 30), 5, "too_far"),
    ],
)
def test_what_nobody_can_count_is_refused_with_a_reason(
    calendar: Calendar, day: date, days: int, code: str
) -> None:
    with pytest.raises(CannotCount) as refused:
        calendar.add(day, days)

    assert refused.value.code == code
    assert Wording(TEMPLATES).say(refused.value.view)


def test_time_does_not_run_backwards(calendar: Calendar) -> None:
    with pytest.raises(CannotCount, match="NotCountable") as refused:
        calendar.between(date(2026, 2, 20), date(2026, 2, 16))

    assert refused.value.code == "backwards"


RAMADAN = Validity(date(2026, 2, 19), date(2026, 3, 20))


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 2, 18), time(16)),
        (date(2026, 2, 13), time(14, 30)),  # a Friday
        (date(2026, 2, 19), time(15)),  # Ramadan
        (date(2026, 2, 20), time(15, 30)),  # its Fridays
        (date(2026, 2, 21), time(15)),  # a Saturday that is worked by decision
        (date(2026, 3, 28), time(16)),  # and one after Ramadan
    ],
)
@pytest.mark.parametrize("zone", [WIB, WITA, WIT], ids=str)
def test_the_office_closes_at_its_own_hour(zone: ZoneInfo, day: date, hour: time) -> None:
    calendar = Calendar(zone, 5, hours=[Hours(5, time(15), time(15, 30), valid=RAMADAN)])

    assert calendar.closing(day) == datetime.combine(day, hour, zone)


def test_a_six_day_office_closes_earlier() -> None:
    calendar = Calendar(WIB, 6)
    hours = [calendar.closing(date(2026, 2, day)).astimezone(WIB).time() for day in (12, 13, 14)]

    assert hours == [time(14), time(11), time(13)]


def test_counting_is_fast_enough_for_every_report(calendar: Calendar) -> None:
    day = date(2026, 2, 16)
    calendar.add(day, 60)
    best = min(repeat(lambda: calendar.add(day, 60), number=200, repeat=5)) / 200

    assert best < 50e-6


def test_a_number_of_days_is_a_number() -> None:
    assert read_days(" 14 ") == 14
    for text in ("tiga", "3,5", "", "1e3", "\x1b[31m"):
        with pytest.raises(CannotCount) as refused:
            read_days(text)
        assert refused.value.code == "days"
