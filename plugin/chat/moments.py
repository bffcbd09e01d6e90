"""Days and hours as officials write them: `18-8-2015 19.00`, `18 Agustus 2015 pukul 19.00 WIB`, `2015-08-18 19:00`.

What the calendar does not have is refused, never bent into something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from plugin.wording import Refusal, UserError

FIRST, LAST = 2000, 2100
END = time(23, 59)
"""A day without an hour means until its end."""
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
SPELT = {"agt": 8, "ags": 8, "agust": 8, "nop": 11, "nopember": 11, "peb": 2, "pebruari": 2, "des": 12}

DAY = (
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    r"|(?P<d>\d{1,2})\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4})"
    r"|(?P<nd>\d{1,2})[\s-]+(?P<month>[a-z]+)\.?[\s-]+(?P<ny>\d{4})"
    r"|(?P<word>hari ini|kemarin|besok|lusa)"
)
HOUR = r"(?:(?:pukul|jam|pk\.?)\s*)?(?P<h>\d{1,2})(?:[.:](?P<min>\d{2})(?:[.:]\d{2})?)?\s*(?P<zone>wib|wita|wit)?"
MOMENT = re.compile(rf"\s*(?:[a-z']+,\s*)?(?:{DAY})(?:(?:\s*,?\s+|t){HOUR})?\s*", re.IGNORECASE)
PER = re.compile(
    r"(?:^|\s)per(?:\s+tanggal)?\s+(?=\d|hari ini|kemarin|besok|lusa)(?P<moment>.*)$", re.IGNORECASE | re.S
)
SINCE = re.compile(rf"(?:mulai|sejak)\s+(?:tanggal\s+)?(?P<moment>{DAY})(?:\s*[,:;]\s*|\s+|$)", re.IGNORECASE)
WORDS = {"hari ini": 0, "kemarin": -1, "besok": 1, "lusa": 2}


@dataclass(frozen=True)
class BadMoment(Refusal):
    """`code`: not_a_moment | no_such_day | no_such_hour | year | future | past."""

    code: str
    given: str


def split_per(text: str) -> tuple[str, str]:
    """`kec alian per 18-8-2015 19.00` as (`kec alian`, `18-8-2015 19.00`); without a moment, a blank one."""
    match = PER.search(text)
    return (text[: match.start()].strip(), match["moment"].strip()) if match else (text, "")


def split_since(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, str]:
    """`sejak 5-8-2026 masih dibangun` as (the beginning of that day, `masih dibangun`). Raises UserError."""
    match = SINCE.match(text.strip())
    if match is None:
        return None, text.strip()
    day = datetime.combine(read_day(match["moment"], zone, now), time(), zone)
    if day > now:
        raise UserError(BadMoment("future", match["moment"][:40]))
    return day, text.strip()[match.end() :].strip()


def read_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment that is meant; a day alone is its end, 23.59. Raises UserError."""
    match = _matched(text)
    day = _day(match, text, now.astimezone(zone).date())
    return datetime.combine(day, _hour(match, text), _zone(match, zone))


def read_past(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """A moment that has been. Today without an hour is now. Raises UserError for one that is still to come."""
    moment = read_moment(text, zone, now)
    if moment > now:
        if _matched(text)["h"] is None and moment.astimezone(zone).date() == now.astimezone(zone).date():
            return now
        raise UserError(BadMoment("future", text[:40]))
    return moment


def read_day(text: str, zone: ZoneInfo, now: datetime) -> date:
    """A day of the calendar. Raises UserError."""
    return _day(_matched(text), text, now.astimezone(zone).date())


def _matched(text: str) -> re.Match[str]:
    match = MOMENT.fullmatch(text)
    if match is None:
        raise UserError(BadMoment("not_a_moment", text[:40]))
    return match


def _day(match: re.Match[str], text: str, today: date) -> date:
    if match["word"]:
        return today + timedelta(days=WORDS[match["word"].lower()])
    year, month, day = _parts(match, text)
    if not FIRST <= year <= LAST:
        raise UserError(BadMoment("year", text[:40]))
    try:
        return date(year, month, day)
    except ValueError:
        raise UserError(BadMoment("no_such_day", text[:40])) from None


def _parts(match: re.Match[str], text: str) -> tuple[int, int, int]:
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return int(year), int(month), int(day)
    if match["y"]:
        return int(match["y"]), int(match["m"]), int(match["d"])
    month_number = _months().get(match["month"].lower())
    if month_number is None:
        raise UserError(BadMoment("not_a_moment", text[:40]))
    return int(match["ny"]), month_number, int(match["nd"])


def _hour(match: re.Match[str], text: str) -> time:
    if match["h"] is None:
        return END
    hour, minute = int(match["h"]), int(match["min"] or 0)
    if (hour, minute) == (24, 0):
        return END
    if hour > 23 or minute > 59:
        raise UserError(BadMoment("no_such_hour", text[:40]))
    return time(hour, minute)


def _zone(match: re.Match[str], zone: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(ZONES[match["zone"].lower()]) if match["zone"] else zone


@cache
def _months() -> dict[str, int]:
    named = {
        name.lower().rstrip("."): number
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale="id").items()
    }
    return named | SPELT
