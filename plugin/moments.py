"""Days, hours and spans as officials write them: `18-8-2015 19.00`, `18 Agustus 2015 pukul 19.00 WIB`, `3 hari`.

What the calendar does not have is refused, never bent into something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_day_names, get_month_names

from plugin.dates import LOCALE
from plugin.wording import Refusal, UserError

FIRST, LAST = 2000, 2100
END = time(23, 59)
"""A day without an hour means until its end."""
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
SPELT = {"agt": 8, "ags": 8, "agust": 8, "nop": 11, "nopember": 11, "peb": 2, "pebruari": 2, "des": 12}
MONTHS: dict[str, int] = SPELT | {
    name.casefold().rstrip("."): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=LOCALE).items()
}
WEEKDAYS = {name.casefold(): number for number, name in get_day_names("wide", locale=LOCALE).items()} | {
    "jum'at": 4, "ahad": 6
}  # fmt: skip
"""Monday is 0."""
UNITS = {
    "jam": timedelta(hours=1),
    "hari": timedelta(days=1),
    "minggu": timedelta(weeks=1),
    "pekan": timedelta(weeks=1),
}

# Parts of patterns. `a`: what only looks like one of these words in capitals ("harİ") is none.
MONTH = f"(?a:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
WEEKDAY = f"(?a:{'|'.join(WEEKDAYS)})"
SPAN = rf"(?P<n>\d{{1,4}})\s*(?P<unit>(?a:{'|'.join(UNITS)}))"
DAY = (
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    r"|(?P<d>\d{1,2})\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4})"
    rf"|(?P<nd>\d{{1,2}})[\s-]+(?P<month>{MONTH})\.?[\s-]+(?P<ny>\d{{4}})"
    r"|(?P<word>(?a:hari ini|kemarin|besok|lusa))"
)
HOUR = (
    r"(?:(?:pukul|jam|pk\.?)\s*)?(?P<h>\d{1,2})(?:[.:](?P<min>\d{2})(?:[.:]\d{2})?)?"
    r"\s*(?P<zone>(?a:wib|wita|wit))?"
)
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


def bad(code: str, given: str) -> UserError:
    """What to raise for a moment that cannot be meant."""
    shown = "".join(c if c.isprintable() else " " for c in given)
    return UserError(BadMoment(code, " ".join(shown.split())[:40]))


def span_of(match: re.Match[str]) -> timedelta:
    """How long a found `SPAN` is."""
    return int(match["n"]) * UNITS[match["unit"].casefold()]


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
        raise bad("future", match["moment"])
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
        raise bad("future", text)
    return moment


def read_day(text: str, zone: ZoneInfo, now: datetime) -> date:
    """A day of the calendar. Raises UserError."""
    return _day(_matched(text), text, now.astimezone(zone).date())


def read_month(words: str, today: date) -> date | None:
    """The first day of the month that somebody means: `agustus`, `agt 2025`, `8/2025`, `bulan lalu`; None if none.

    Without a year it is the last such month that has begun.
    """
    said = " ".join(words.casefold().split())
    if said in ("bulan ini", "bulan lalu", "bulan kemarin"):
        this = today.replace(day=1)
        return this if said == "bulan ini" else (this - timedelta(days=1)).replace(day=1)
    said = said.removeprefix("bulan ")
    names = re.findall(r"[^\W\d]+", said)
    figures = [int(n) for n in re.findall(r"[0-9]+", said)]
    years = [n for n in figures if n >= 1000]
    months = [n for n in figures if 1 <= n <= 12] + [_month(name) for name in names]
    if len(months) != 1 or len(years) > 1 or len(months) + len(years) != len(figures) + len(names):
        return None
    if not 1 <= months[0] <= 12 or not all(2000 <= year <= today.year for year in years):
        return None
    year = years[0] if years else today.year - (months[0] > today.month)
    return date(year, months[0], 1)


def _matched(text: str) -> re.Match[str]:
    match = MOMENT.fullmatch(text)
    if match is None:
        raise bad("not_a_moment", text)
    return match


def _day(match: re.Match[str], text: str, today: date) -> date:
    if match["word"]:
        return today + timedelta(days=WORDS[match["word"].lower()])
    year, month, day = _parts(match)
    if not FIRST <= year <= LAST:
        raise bad("year", text)
    try:
        return date(year, month, day)
    except ValueError:
        raise bad("no_such_day", text) from None


def _parts(match: re.Match[str]) -> tuple[int, int, int]:
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return int(year), int(month), int(day)
    if match["y"]:
        return int(match["y"]), int(match["m"]), int(match["d"])
    return int(match["ny"]), MONTHS[match["month"].casefold()], int(match["nd"])


def _hour(match: re.Match[str], text: str) -> time:
    if match["h"] is None:
        return END
    hour, minute = int(match["h"]), int(match["min"] or 0)
    if (hour, minute) == (24, 0):
        return END
    if hour > 23 or minute > 59:
        raise bad("no_such_hour", text)
    return time(hour, minute)


def _zone(match: re.Match[str], zone: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(ZONES[match["zone"].lower()]) if match["zone"] else zone


def _month(given: str) -> int:
    """The number of a month by its name or any shortening of it (`agt`, `agust`); 0 where it could be two."""
    if given in MONTHS:
        return MONTHS[given]
    letters = re.compile("[^ ]*".join(map(re.escape, given)))
    names = get_month_names("wide", locale=LOCALE).items()
    meant = [n for n, name in names if len(given) >= 3 and letters.match(name.casefold())]
    return meant[0] if len(meant) == 1 else 0
