"""What holds of working days whichever they are."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.rhythm.hours import Week
from plugin.rhythm.local_days import LocalDay, LocalKind
from plugin.rhythm.workdays import Calendar

WIB = ZoneInfo("Asia/Jakarta")
KINDS: tuple[LocalKind, ...] = ("holiday", "workday", "joint", "workday", "workday", "holiday", "workday")
LOCAL = tuple(
    LocalDay(date(year, 6, 2) + timedelta(n), kind, "Keputusan")
    for year in range(2000, 2101)
    for n, kind in enumerate(KINDS)
)


@cache
def calendar(week: Week, local: bool) -> Calendar:
    return Calendar(WIB, week, LOCAL if local else ())


calendars = st.builds(calendar, st.sampled_from((5, 6)), st.booleans())
days = st.dates(date(2000, 1, 1), date(2095, 12, 31))
counts = st.integers(1, 1000)


@given(calendars, days, counts)
def test_a_deadline_is_a_working_day_after_receipt(calendar: Calendar, day: date, n: int) -> None:
    due = calendar.add(day, n)

    assert due > day
    assert calendar.is_working(due)
    assert calendar.why_not(due) == ""


@given(calendars, days, counts)
def test_between_undoes_add(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.between(day, calendar.add(day, n)) == n


@given(calendars, days, st.integers(0, 800))
def test_add_undoes_between_on_working_days(calendar: Calendar, day: date, later: int) -> None:
    due = day + timedelta(later)
    n = calendar.between(day, due)

    if n and calendar.is_working(due):
        assert calendar.add(day, n) == due


@given(calendars, days, counts, st.integers(0, 60), st.integers(0, 60))
def test_later_receipt_and_more_days_never_mean_an_earlier_deadline(
    calendar: Calendar, day: date, n: int, later: int, more: int
) -> None:
    assert calendar.add(day + timedelta(later), n) >= calendar.add(day, n)
    if more and n + more <= 1000:
        assert calendar.add(day, n + more) > calendar.add(day, n)


@given(calendars, days, st.integers(1, 500), st.integers(1, 500))
def test_days_can_be_added_in_parts(calendar: Calendar, day: date, n: int, m: int) -> None:
    assert calendar.add(calendar.add(day, n), m) == calendar.add(day, n + m)


@given(calendars, days, st.integers(0, 400), st.integers(0, 400))
def test_stretches_of_time_add_up(calendar: Calendar, day: date, one: int, two: int) -> None:
    middle, end = day + timedelta(one), day + timedelta(one + two)

    assert calendar.between(day, end) == calendar.between(day, middle) + calendar.between(middle, end)


@given(calendars, days, st.integers(1, 40))
def test_counting_day_by_day_comes_to_the_same(calendar: Calendar, day: date, n: int) -> None:
    due, left = day, n
    while left:
        due += timedelta(1)
        left -= calendar.is_working(due)

    assert calendar.add(day, n) == due


@given(days, counts)
def test_a_six_day_office_is_never_later(day: date, n: int) -> None:
    assert calendar(6, False).add(day, n) <= calendar(5, False).add(day, n)


@pytest.mark.parametrize("zone", ["Asia/Makassar", "Asia/Jayapura"])
@given(day=days, n=counts)
def test_the_count_is_the_same_in_every_zone(zone: str, day: date, n: int) -> None:
    assert elsewhere(zone).add(day, n) == calendar(5, False).add(day, n)


@cache
def elsewhere(zone: str) -> Calendar:
    return Calendar(ZoneInfo(zone))
