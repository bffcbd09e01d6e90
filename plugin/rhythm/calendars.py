"""Which calendar an agency lives by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from plugin.rhythm import hours as opening
from plugin.rhythm import local_days
from plugin.rhythm.hours import Hours, Week
from plugin.rhythm.local_days import LocalDay
from plugin.rhythm.workdays import Calendar


class Calendars:
    """One government's calendars. Agencies for which the same holds share one."""

    def __init__(self, zone: ZoneInfo, local: Iterable[LocalDay] = (), hours: Iterable[Hours] = ()) -> None:
        self.zone = zone
        self._local = tuple(local)
        self._hours = tuple(hours)
        self._by_codes: dict[tuple[str, ...], Calendar] = {}
        self._alike: dict[tuple[Week, tuple[LocalDay, ...], tuple[Hours, ...]], Calendar] = {}

    def of(self, codes: Sequence[str] = ()) -> Calendar:
        """The calendar of the agency with these codes: its own first, then those above."""
        key = tuple(codes)
        if key not in self._by_codes:
            self._by_codes[key] = self._found(key)
        return self._by_codes[key]

    def _found(self, codes: Sequence[str]) -> Calendar:
        week = opening.week_of(self._hours, codes)
        local = local_days.that_hold(self._local, codes)
        hours = opening.that_hold(self._hours, codes)
        alike = (week, local, hours)
        return self._alike.setdefault(alike, Calendar(self.zone, week, local, hours))
