"""One government's limits, from the tables in its operator's hands."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from plugin.limits import Clock, Limit, Span
from plugin.rhythm.calendars import Calendars
from plugin.rhythm.clocks import clock_due, warn_at
from plugin.rhythm.hours import SHIPPED as HOURS
from plugin.rhythm.hours import read_hours
from plugin.rhythm.local_days import SHIPPED as LOCAL_DAYS
from plugin.rhythm.local_days import read_local_days
from plugin.rhythm.rules import SHIPPED as RULES
from plugin.rhythm.rules import Rule, Rules, read_rules

KEPT = 1000
"""Limits that are remembered: the same lists are looked at again and again, and the tables never change."""


class Tables:
    """Limits by the tables of rules, of local days and of office hours. `fingerprint` tells them from others."""

    def __init__(self, rules: Rules, calendars: Calendars, usual: Rules, fingerprint: int = 0) -> None:
        self.calendars = calendars
        self.fingerprint = fingerprint
        self._rules = rules
        self._usual = usual
        self._counted = lru_cache(KEPT)(self._count)

    def limit(
        self,
        clock: Clock,
        started_at: datetime,
        codes: Sequence[str],
        kind: str = "",
        paused: Iterable[Span] = (),
    ) -> Limit | None:
        """The limit of a clock that began then; what the government leaves open of the first answer is ours."""
        return self._counted(clock, started_at, tuple(codes), kind, tuple(paused))

    def _count(
        self, clock: Clock, started_at: datetime, codes: tuple[str, ...], kind: str, spans: tuple[Span, ...]
    ) -> Limit | None:
        calendar = self.calendars.of(codes)
        began = calendar.local_date(started_at)
        rule = self._rules.find(clock, began, codes, kind)
        if rule is None and clock == "first_answer":
            rule = self._usual.find(clock, began)
        if rule is None:
            return None
        due = clock_due(rule, started_at, calendar, spans)
        hours = rule.unit == "hours"
        undecreed = () if hours else calendar.undecreed(began, calendar.local_date(due))
        return _limit(rule, due, warn_at(rule, started_at, calendar, spans), undecreed)

    def last_moment(self, codes: Sequence[str], day: date) -> datetime:
        """When a day is over for an agency: as its office closes; where it rests on that day, at midnight."""
        calendar = self.calendars.of(codes)
        if calendar.is_working(day):
            return calendar.closing(day)
        return datetime.combine(day + timedelta(days=1), time(), calendar.zone).astimezone(UTC)

    def closing(self, began_at: datetime, days: int, codes: Sequence[str]) -> datetime:
        """When the office closes on the last of so many working days."""
        calendar = self.calendars.of(codes)
        return calendar.closing(calendar.add(calendar.local_date(began_at), days))


def _limit(rule: Rule, due: datetime, warn: datetime, undecreed: tuple[int, ...]) -> Limit:
    return Limit(
        rule.clock, rule.name, rule.amount, rule.unit, rule.source, due, warn, rule.pauses, undecreed
    )


def read_tables(
    zone: ZoneInfo, rules: Path | None = None, hours: Path | None = None, local_days: Path | None = None
) -> Tables:
    """The tables of these files (ours where none is named), or OperatorError with all that must be mended."""
    paths = (rules or RULES, hours or HOURS, local_days or LOCAL_DAYS)
    found = read_rules(paths[0])
    calendars = Calendars(zone, read_local_days(paths[2]), read_hours(paths[1]))
    read = b"\0".join([zone.key.encode(), *(path.read_bytes() for path in paths)])
    return Tables(found, calendars, read_rules(), zlib.crc32(read) & 0x7FFFFFFF)
