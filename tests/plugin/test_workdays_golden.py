"""Deadlines counted by hand on the printed calendars of the joint decrees, against what we say."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from plugin.rhythm.deadlines import explain
from plugin.rhythm.hours import Week
from plugin.rhythm.local_days import LocalDay
from plugin.rhythm.workdays import Calendar

ZONES = [ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")]

FIVE = """
2026-02-16   3  2026-02-20  received on joint leave; Imlek on the 17th is skipped
2026-05-14   5  2026-05-22  received on Ascension; joint leave on the 15th, weekend
2026-06-12   3  2026-06-18  a weekend and the Islamic new year on Tuesday the 16th
2026-08-21   5  2026-08-31  Maulid on Tuesday the 25th
2026-12-18  14  2027-01-13  Christmas and its joint leave, new year, Isra Mikraj on 5 January
2027-02-04   3  2027-02-10  joint leave on Friday, Imlek on Saturday
2026-03-16   3  2026-03-26  Nyepi and Idulfitri with joint leave: 18 to 24 March are off
2026-03-17   1  2026-03-25  the last day before that week
2026-03-13   5  2026-03-27  two days before it, three after
2026-03-20   1  2026-03-25  received on joint leave in the midst of it
2026-03-10  10  2026-03-31  five, then five
2026-02-16  60  2026-05-25  a supervision case across Nyepi, Idulfitri, Good Friday, May
2027-03-05   1  2027-03-16  Nyepi on Monday, then Idulfitri with joint leave to the 15th
2027-03-04   3  2027-03-17  Friday the 5th counts, then the 16th and 17th
2027-03-01  14  2027-03-31  and joint leave before Good Friday
2027-05-14   1  2027-05-21  Iduladha, two days of joint leave, Waisak
2027-05-14   3  2027-05-25
2026-01-09   1  2026-01-12  a Friday with nothing
2026-01-08   1  2026-01-09  a Friday is a working day
2026-01-15   1  2026-01-19  Isra Mikraj on Friday
2026-04-02   1  2026-04-06  Good Friday; Easter Sunday changes nothing
2026-04-30   1  2026-05-04  the first of May is a Friday
2026-05-26   1  2026-05-29  Iduladha and joint leave; Friday works
2026-05-29   1  2026-06-02  Waisak on Sunday, Pancasila on Monday
2026-08-14   1  2026-08-18  the seventeenth of August on Monday
2026-08-24   1  2026-08-26  Maulid between
2026-10-10   2  2026-10-13  received on a Saturday
2026-10-11   2  2026-10-13  received on a Sunday: the same
2026-06-12  14  2026-07-03
2026-12-23   1  2026-12-28  joint leave, Christmas, weekend
2026-12-30   3  2027-01-06  new year on Friday, Isra Mikraj on Tuesday
2026-12-31   1  2027-01-04
2025-12-31   1  2026-01-02  new year on Thursday, Friday works
2025-12-24   2  2025-12-30  Christmas, joint leave, weekend
2027-12-23   1  2027-12-27
2027-12-30   2  2028-01-03  new year on Saturday
2028-02-28   1  2028-02-29  the leap day works
2028-02-29   1  2028-03-01
2024-02-28   2  2024-03-01
2025-08-15   1  2025-08-19  the joint leave of 18 August, decreed two weeks before
2025-03-27   1  2025-04-08  Nyepi and Idulfitri: twelve days without one that works
2024-02-07   1  2024-02-12  Isra Mikraj and joint leave before Imlek
2024-02-13   1  2024-02-15  the day of the elections
2024-04-05   1  2024-04-16  Idulfitri with four days of joint leave and two weekends
2024-05-22   2  2024-05-28  Waisak and its joint leave
2024-06-14   1  2024-06-19  Iduladha and its joint leave
2024-11-26   1  2024-11-28  the day of the regional elections
2024-12-24   5  2025-01-03  Christmas, its joint leave, the new year
2025-01-24   1  2025-01-30  Isra Mikraj, joint leave, Imlek
2025-05-28   1  2025-06-02  Ascension, its joint leave, Pancasila on Sunday
2025-06-05   1  2025-06-10  Iduladha on Friday, joint leave on Monday
2015-08-14   1  2015-08-18  the regent's circular: the 17th is Monday
2015-08-18   3  2015-08-21
2015-08-18  60  2015-11-12  Iduladha in September, Islamic new year in October
2015-07-15   1  2015-07-22  Idulfitri with three days of joint leave
2015-12-08   1  2015-12-10  the day of the local elections
2015-12-23   1  2015-12-28  Maulid and Christmas
2020-12-30   1  2021-01-04  the joint leave made up for at the end of the year
2000-02-28   1  2000-02-29  the first year we count in
"""

SIX = """
2026-03-16   3  2026-03-26  the same week of rest
2026-03-17   5  2026-03-30  Saturday the 28th counts
2027-03-04   3  2027-03-13  Saturdays the 6th and the 13th count: no decree names them
2027-03-12   2  2027-03-16
2027-02-04   3  2027-02-10  Imlek on Saturday does not
2027-05-14   3  2027-05-22
2026-04-30   1  2026-05-02  the second of May is a Saturday
2026-04-02   1  2026-04-04
2026-12-31   1  2027-01-02
2026-12-24   1  2026-12-26  received on joint leave; Saturday after Christmas
2026-10-09   2  2026-10-12  Sunday rests
2026-02-16   3  2026-02-20
"""

LOCAL = """
2026-09-08   1  2026-09-10  the day of the village elections
2026-10-08   1  2026-10-12  a Friday of its own
2026-12-23   1  2026-12-24  joint leave that was moved away
2026-11-13   1  2026-11-15  a Sunday worked for it
2026-11-13   2  2026-11-16
"""

DECISIONS = (
    LocalDay(date(2026, 9, 9), "holiday", "Pilkades serentak"),
    LocalDay(date(2026, 10, 9), "holiday", "Hari jadi kabupaten"),
    LocalDay(date(2026, 12, 24), "workday", "Cuti bersama dipindah"),
    LocalDay(date(2026, 11, 15), "workday", "Masuk pengganti"),
)


def _rows(week: Week, local: tuple[LocalDay, ...], table: str) -> list[object]:
    rows = (line.split() for line in table.strip().splitlines())
    return [
        pytest.param(week, local, date.fromisoformat(received), int(days), date.fromisoformat(due))
        for received, days, due, *_ in rows
    ]


TABLE = [*_rows(5, (), FIVE), *_rows(6, (), SIX), *_rows(5, DECISIONS, LOCAL)]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("week", "local", "received", "days", "due"), TABLE)
def test_the_deadline_is_the_one_counted_by_hand(
    zone: ZoneInfo, week: Week, local: tuple[LocalDay, ...], received: date, days: int, due: date
) -> None:
    calendar = Calendar(zone, week, local)

    assert calendar.add(received, days) == due
    assert calendar.between(received, due) == days
    assert explain(received, days, calendar).due == due


@pytest.mark.parametrize(("year", "working"), [(2026, 240), (2027, 242), (2015, 245)])
def test_a_year_has_as_many_working_days_as_the_decree_leaves(year: int, working: int) -> None:
    calendar = Calendar(ZONES[0])

    assert calendar.between(date(year - 1, 12, 31), date(year, 12, 31)) == working
