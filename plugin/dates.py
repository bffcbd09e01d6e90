"""How days, hours and spans of time are said to officials: in the government's zone, in Indonesian.

The words are the Unicode consortium's (`babel`); only those it does not give stand here: the zones'
names, and what the days around today are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit

from plugin.clock import Clock

LOCALE = "id"
NEAR_DAYS = {-1: "kemarin", 0: "hari ini", 1: "besok"}
ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment on the government's clocks."""
    return moment.astimezone(zone)


def zone_words(moment: datetime, zone: ZoneInfo) -> str:
    """The zone's name in Indonesia: WIB, WITA, WIT."""
    there = local(moment, zone)
    return ZONES.get(there.utcoffset() or timedelta(), there.tzname() or "")


def day_words(day: date) -> str:
    """`Selasa, 18 Agustus 2026`."""
    return _day(day, "EEEE, d MMMM y")


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """`07.00 WIB`."""
    return f"{local(moment, zone):%H.%M} {zone_words(moment, zone)}"


def date_words(day: date) -> str:
    """`18 Agustus 2026`."""
    return _day(day, "d MMMM y")


def near_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As people say it in a list: `hari ini 13.04 WIB`, `besok 07.00 WIB`, `25 Nov 16.00 WIB`, `3 Jan 2027 …`."""
    day, today = local(moment, zone).date(), local(now, zone).date()
    words = NEAR_DAYS.get((day - today).days)
    if words is None:
        words = _day(day, "d MMM" if day.year == today.year else "d MMM y")
    return f"{words} {clock_words(moment, zone)}"


def ago(moment: datetime, now: datetime) -> str:
    """How long it is, in the largest unit that is full: `3 jam`, `2 hari`; less than a minute is one."""
    minutes = max(1, int((now - moment) / timedelta(minutes=1)))
    if minutes < 60:
        count, unit = minutes, "minute"
    elif minutes < 24 * 60:
        count, unit = minutes // 60, "hour"
    else:
        count, unit = minutes // (24 * 60), "day"
    return _span(count, unit)


@lru_cache(maxsize=512)
def _span(count: int, unit: str) -> str:
    return format_unit(count, f"duration-{unit}", locale=LOCALE)


@lru_cache(maxsize=512)  # lists and cards say the same days over and over
def _day(day: date, form: str) -> str:
    return format_date(day, form, locale=LOCALE)


def span_words(time: timedelta) -> str:
    """A time as one remembers it: `40 menit`, `3 jam`, `4 hari`; rounded."""
    minutes = max(1, round(time / timedelta(minutes=1)))
    if minutes < 90:
        return _span(minutes, "minute")
    if minutes < 47 * 60:
        return _span(round(minutes / 60), "hour")
    return _span(round(minutes / (24 * 60)), "day")


def month_words(day: date) -> str:
    """`Agustus 2026`."""
    return _day(day, "LLLL y")


@lru_cache(maxsize=512)
def number_words(number: int) -> str:
    """`29.941`."""
    return format_decimal(number, locale=LOCALE)


def FILTERS(zone: ZoneInfo, clock: Clock) -> Mapping[str, Callable[..., Any]]:
    """What templates say them with.

    `jam` 07.00 WIB, `pukul` 07.00, `saat` 18 Agustus 2026, 07.00 WIB, `tanggal` 18 Agustus 2026, `hari` Selasa,
    18 Agustus 2026 (both of a day, or of a moment on the government's calendar), `lalu` 3 jam (until now, or
    until the moment given), `dekat` besok 07.00 WIB, `lama` 3 jam (of a span), `bulan` Agustus 2026, `angka` 29.941,
    `iso` the moment that the record wrote as text, `detik` 07.00.30 WIB.
    """

    def day(value: date | datetime) -> date:
        return local(value, zone).date() if isinstance(value, datetime) else value

    return {
        "jam": lambda moment: clock_words(moment, zone),
        "detik": lambda moment: f"{local(moment, zone):%H.%M.%S} {zone_words(moment, zone)}",
        "pukul": lambda moment: f"{local(moment, zone):%H.%M}",
        "saat": lambda moment: f"{date_words(day(moment))}, {clock_words(moment, zone)}",
        "tanggal": lambda value: date_words(day(value)),
        "hari": lambda value: day_words(day(value)),
        "iso": datetime.fromisoformat,
        "lalu": lambda moment, now=None: ago(moment, now or clock()),
        "dekat": lambda moment, now=None: near_words(moment, now or clock(), zone),
        "angka": number_words,
        "bulan": month_words,
        "lama": span_words,
    }
