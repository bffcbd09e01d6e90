"""Working days as one office counts them, by its week, its zone, and the decisions that hold there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from plugin.dates import LOCALE
from plugin.rhythm.hours import USUAL, Hours, Week
from plugin.rhythm.local_days import LocalDay
from plugin.rhythm.national import DayOff, decreed, national_days
from plugin.wording import Refusal, UserError

FIRST, LAST = 2000, 2100
"""Years that we count in: before, the national list is another law's; after, it is fiction."""

MOST_DAYS = 1000
"""More working days than any rule gives, and four years: whoever asks for more has mistyped."""


@dataclass(frozen=True)
class NotCountable(Refusal):
    """What was asked cannot be counted: `code` is year, days, too_far or backwards."""

    code: str
    given: str
    least: int
    most: int


class CannotCount(UserError):
    """A date or a number of days that nobody can count with; `code` says why."""

    def __init__(self, code: str, given: object, least: int = FIRST, most: int = LAST) -> None:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in str(given)[:40])
        super().__init__(NotCountable(code, shown, least, most))
        self.code = code


class Calendar:
    """One office's days. It never changes; what it has worked out it keeps, so that it is fast the second time.

    `week`: five working days or six (a puskesmas). `local`: the decisions that hold at this office, one for a
    day. `hours`: when it closes, the row that weighs most first. `plugin.rhythm.calendars` finds all three.
    """

    def __init__(
        self, zone: ZoneInfo, week: Week = 5, local: Iterable[LocalDay] = (), hours: Sequence[Hours] = ()
    ) -> None:
        self.zone = zone
        self.week = week
        self._local = {decision.day: decision for decision in local}
        self._hours = (*(row for row in hours if row.week == week), USUAL[week == 6])
        self._years: dict[int, list[date]] = {}

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return self.off(day) is None

    def why_not(self, day: date) -> str:
        """Why the office rests on that day, in Indonesian; nothing for a working day."""
        rest = self.off(day)
        return rest.name if rest else ""

    def off(self, day: date) -> DayOff | None:
        """The day's rest; a local decision outweighs the nation's, and that the weekend."""
        _check(day)
        if (decision := self._local.get(day)) is not None:
            return None if decision.kind == "workday" else _decided(decision)
        if (rest := national_days(day.year).get(day)) is not None:
            return rest
        return DayOff(day, "weekend", _weekday(day.weekday())) if day.weekday() >= self.week else None

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself."""
        _check(day)
        if not 1 <= n <= MOST_DAYS:
            raise CannotCount("days", n, 1, MOST_DAYS)
        year = day.year
        place = bisect_right(self._year(year), day) + n - 1
        while place >= len(days := self._year(year)):
            if year == LAST:
                raise CannotCount("too_far", n)
            place, year = place - len(days), year + 1
        return days[place]

    def between(self, earlier: date, later: date) -> int:
        """How many working days come after `earlier`, up to and with `later`: `add`, asked the other way."""
        _check(earlier)
        _check(later)
        if later < earlier:
            raise CannotCount("backwards", later)
        whole = sum(len(self._year(year)) for year in range(earlier.year, later.year))
        return (
            whole
            + bisect_right(self._year(later.year), later)
            - bisect_right(self._year(earlier.year), earlier)
        )

    def closing(self, day: date) -> datetime:
        """The moment, in UTC, at which the office closes on that day."""
        said = (row.closes(day) for row in self._hours)
        hour = next((hour for hour in said if hour is not None), None)
        # A weekend that is worked by decision has the hours of a common day.
        return datetime.combine(day, hour or self._common(day), self.zone).astimezone(UTC)

    def local_date(self, moment: datetime) -> date:
        """The day that the office's wall shows at that moment: 23.30 WIB is still today, in Jayapura tomorrow."""
        if moment.tzinfo is None:
            raise ValueError("a moment without its zone")
        return moment.astimezone(self.zone).date()

    def undecreed(self, first: date, last: date) -> tuple[int, ...]:
        """Years from `first` to `last` whose joint leave nobody has decreed, as far as we know."""
        told = {day.year for day, decision in self._local.items() if decision.kind == "joint"}
        return tuple(y for y in range(first.year, last.year + 1) if not decreed(y) and y not in told)

    def _common(self, day: date) -> time:
        hours = (row.monday_thursday for row in self._hours if row.valid.holds(day))
        return next(hour for hour in hours if hour is not None)

    def _year(self, year: int) -> list[date]:
        if year not in self._years:
            first = date(year, 1, 1)
            days = (first + timedelta(n) for n in range((date(year, 12, 31) - first).days + 1))
            self._years[year] = [day for day in days if self.off(day) is None]
        return self._years[year]


def read_days(text: str) -> int:
    """A number of working days as people type it to a program; CannotCount for what is none."""
    if not re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text):
        raise CannotCount("days", text, 1, MOST_DAYS)
    return int(text)


def _check(day: date) -> None:
    if type(day) is not date:  # a datetime is a date to Python, and would miss every holiday
        raise TypeError("a day, not a moment")
    if not FIRST <= day.year <= LAST:
        raise CannotCount("year", day.isoformat())


def _decided(decision: LocalDay) -> DayOff:
    return DayOff(decision.day, "joint" if decision.kind == "joint" else "local", decision.name)


@cache
def _weekday(number: int) -> str:
    return format_date(date(2001, 1, 1 + number), "EEEE", locale=LOCALE)  # a year that began on a Monday
