"""When clocks run out, what stops them, and what never does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.limits import Span
from plugin.rhythm.clocks import clock_due, warn_at
from plugin.rhythm.hours import Week, read_hours
from plugin.rhythm.rules import Rule
from plugin.rhythm.workdays import Calendar

WIB, WITA, WIT = (ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
DAY = Rule("first_answer", "Tanggapan pertama", 24, "hours")
FORWARD = Rule("forward", "Penerusan", 3, "working_days")
SILENCE = Rule("silence", "Selesai", 10, "working_days", pauses=False)


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    """A moment on the wall: `10-09 15.00` of 2026."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H.%M").replace(tzinfo=zone)


@cache
def calendar(week: Week = 5, zone: ZoneInfo = WIB) -> Calendar:
    return Calendar(zone, week, hours=[row for row in reversed(read_hours()) if row.week == week])


def test_hours_run_through_nights_and_holidays() -> None:
    due = clock_due(DAY, at("03-18 23.30"), calendar())  # Nyepi and the days around it

    assert due == at("03-19 23.30")
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("started", "due"),
    [
        ("10-05 09.00", "10-08 16.00"),  # Monday to Thursday
        ("10-05 23.30", "10-08 16.00"),
        ("10-06 00.10", "10-09 14.30"),  # forty minutes later is another day; Friday closes early
        ("10-09 16.30", "10-14 16.00"),  # after closing on Friday: that day is not counted anyway
        ("10-10 12.00", "10-14 16.00"),  # a Saturday
        ("03-16 10.00", "03-26 16.00"),  # Idulfitri
        ("02-16 10.00", "02-20 15.30"),  # a Friday in Ramadan
    ],
)
def test_working_days_end_when_the_office_closes_on_the_last(started: str, due: str) -> None:
    assert clock_due(FORWARD, at(started), calendar()) == at(due)


def test_a_six_day_office_ends_on_saturday() -> None:
    assert clock_due(FORWARD, at("10-07 09.00"), calendar(6)) == at("10-10 13.00")


@pytest.mark.parametrize(("zone", "due"), [(WIB, "10-08 16.00"), (WITA, "10-09 14.30"), (WIT, "10-09 14.30")])
def test_the_local_date_of_receipt_counts(zone: ZoneInfo, due: str) -> None:
    started = at("10-05 23.30")  # half past midnight in Makassar, half past one in Jayapura

    assert clock_due(FORWARD, started, calendar(5, zone)) == at(due, zone)


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        ("10-06 09.00", "10-06 15.00", "10-08 16.00"),  # answered the same day: the office had its close
        ("10-06 15.00", "10-07 09.00", "10-09 14.30"),  # Tuesday closed waiting
        ("10-06 16.00", "10-06 16.01", "10-09 14.30"),
        ("10-06 16.01", "10-07 07.00", "10-08 16.00"),  # a night costs nothing
        ("10-06 09.00", "10-12 09.00", "10-14 16.00"),  # Tuesday to Friday waited; Mon, Tue, Wed
        ("10-10 09.00", "10-11 09.00", "10-08 16.00"),  # after it had run out
        ("10-08 16.01", "10-20 09.00", "10-08 16.00"),
        ("10-01 09.00", "10-02 09.00", "10-08 16.00"),  # before it began
    ],
)
def test_a_day_that_closes_waiting_for_the_citizen_is_not_counted(began: str, ended: str, due: str) -> None:
    assert clock_due(FORWARD, at("10-05 09.00"), calendar(), [Span(at(began), at(ended))]) == at(due)


@pytest.mark.parametrize(
    ("spans", "due"),
    [
        ([("10-05 12.00", "10-05 14.00")], "10-06 11.00"),
        ([("10-05 12.00", "10-05 14.00"), ("10-05 13.00", "10-05 15.00")], "10-06 12.00"),  # not twice
        ([("10-05 08.00", "10-05 10.00")], "10-06 10.00"),  # only what lies within
        ([("10-05 06.00", "10-05 08.00")], "10-06 09.00"),
        ([("10-06 09.00", "10-06 12.00")], "10-06 09.00"),  # had run out
        ([("10-05 12.00", "10-05 14.00"), ("10-06 10.00", "10-06 11.00")], "10-06 12.00"),
        ([("10-06 10.00", "10-06 11.00"), ("10-05 12.00", "10-05 14.00")], "10-06 12.00"),
    ],
)
def test_hours_stand_still_while_we_wait(spans: list[tuple[str, str]], due: str) -> None:
    paused = [Span(at(began), at(ended)) for began, ended in spans]

    assert clock_due(DAY, at("10-05 09.00"), calendar(), paused) == at(due)


def test_the_clock_of_silence_is_not_paused_by_the_silence() -> None:
    paused = [Span(at("10-05 09.00"), at("11-05 09.00"))]

    assert clock_due(SILENCE, at("10-05 09.00"), calendar(), paused) == at("10-19 16.00")


@pytest.mark.parametrize(
    ("rule", "warned"),
    [
        (DAY, "10-06 04.12"),  # 19 h 12 min
        (FORWARD, "10-07 16.00"),  # two whole days of three
        (Rule("follow_up", "", 5, "working_days"), "10-09 14.30"),  # four of five
        (Rule("follow_up", "", 1, "working_days"), "10-05 16.00"),
    ],
)
def test_a_warning_comes_when_four_fifths_have_run(rule: Rule, warned: str) -> None:
    assert warn_at(rule, at("10-05 09.00"), calendar()) == at(warned)


@pytest.mark.parametrize(("began", "ended"), [("10-06 10.00", "10-06 09.00")])
def test_a_span_runs_forward(began: str, ended: str) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(at(began), at(ended))
    with pytest.raises(ValueError, match="span"):
        Span(datetime(2026, 10, 6), at(ended))  # noqa: DTZ001  # the very mistake


moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([WIB, WITA, WIT, UTC]),
)
lasting = st.timedeltas(timedelta(), timedelta(days=20))
paused = st.lists(st.builds(lambda began, lasts: Span(began, began + lasts), moments, lasting), max_size=6)
rules = st.sampled_from([DAY, FORWARD, SILENCE, Rule("completion", "", 60, "working_days")])


@given(rules, moments, paused, st.builds(lambda began, lasts: Span(began, began + lasts), moments, lasting))
def test_more_waiting_never_means_an_earlier_end(
    rule: Rule, started: datetime, spans: list[Span], further: Span
) -> None:
    due = clock_due(rule, started, calendar(), spans)

    assert due >= clock_due(rule, started, calendar()) > started
    assert clock_due(rule, started, calendar(), [*spans, further]) >= due
    assert started <= warn_at(rule, started, calendar(), spans) <= due


@given(moments, lasting)
def test_who_starts_later_ends_no_earlier(started: datetime, later: timedelta) -> None:
    for rule in (DAY, FORWARD):
        assert clock_due(rule, started + later, calendar()) >= clock_due(rule, started, calendar())


@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.times())
def test_the_same_hour_on_the_wall_means_the_same_end_on_the_wall_in_every_zone(
    day: date, hour: time
) -> None:
    ends = {
        clock_due(FORWARD, datetime.combine(day, hour, zone), calendar(5, zone))
        .astimezone(zone)
        .replace(tzinfo=None)
        for zone in (WIB, WITA, WIT)
    }

    assert len(ends) == 1
