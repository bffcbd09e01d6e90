"""Reading a promise in what an agency has answered: words that bind, and the last day they mean.

Only proposals come of it; an official says whether it is a promise. What names no day ("segera") binds nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plugin.moments import MONTH, MONTHS, UNITS, WEEKDAY, WEEKDAYS
from plugin.rhythm.workdays import MOST_DAYS, Calendar

FARTHEST = timedelta(days=400)
MOST = 3
"""Promises read in one reply."""

BINDS = re.compile(
    r"\b(akan|segera|rencana\w*|(?:di)?jadwal\w*|(?:di)?target\w*|(?:di)?usahakan|insya\s?allah|paling lambat"
    r"|selambat\w*|ditunggu|tunggu|kami (?!sudah|telah)\w+|(?:tim|petugas)\b"
    r"|di(?:per(?!lu)|tam|tin|tan|ker|cek|bersih|pasang|ganti|kirim|angkut|selesai|bangun|aspal|betul|beri|uruk)\w*)",
    re.IGNORECASE,
)
PAST = re.compile(r"\b(sudah|telah|tadi|kemarin|terima ?kasih|selamat|mohon maaf)\b", re.IGNORECASE)
FUTURE = re.compile(r"\b(akan|paling lambat|selambat\w*|(?:di)?target\w*|(?:di)?jadwalkan)\b", re.IGNORECASE)
CLAUSE = re.compile(r",(?!\d)|\b(?:dan|tetapi|tapi|namun)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[^.!?\n;]+(?:\.(?=\d)[^.!?\n;]*)*")

TWINS = str.maketrans("ıİſK", "iisk")
"""Letters that an expression takes for these when it overlooks their case, and a table of words does not."""

TO_TEN = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
NUMBERS = {word: n for n, word in enumerate(TO_TEN, 1)}
LONGER = {"x24 jam": timedelta(days=1), "x 24 jam": timedelta(days=1), "bulan": timedelta(days=30)}

_number = rf"(?P<n>\d{{1,3}}|{'|'.join(NUMBERS)}|se)"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise as it was worded, and its last day."""

    words: str
    day: date


Means = Callable[[re.Match[str], date, Calendar], date | None]


def promises(text: str, said: date, calendar: Calendar) -> list[Promised]:
    """What this text, published on that day, seems to promise."""
    found: dict[date, Promised] = {}
    for sentence in SENTENCE.findall(text):
        words = " ".join(sentence.split())
        ahead = _ahead(words.translate(TWINS))
        if not BINDS.search(ahead):
            continue
        for day in _days(ahead, said, calendar):
            if said <= day <= said + FARTHEST:
                found.setdefault(day, Promised(words[:200], day))
    distinct: dict[str, Promised] = {}
    for promise in sorted(found.values(), key=lambda p: p.day, reverse=True):
        distinct.setdefault(promise.words, promise)  # of two days in one sentence the later binds
    return sorted(distinct.values(), key=lambda p: p.day)[:MOST]


def _ahead(sentence: str) -> str:
    """A sentence without what it says of the past: "Terima kasih, besok kami perbaiki" thanks and promises."""
    if FUTURE.search(sentence):
        return sentence
    return ",".join(part for part in CLAUSE.split(sentence) if not PAST.search(part))


def _days(words: str, said: date, calendar: Calendar) -> Iterator[date]:
    for pattern, means in READINGS:
        for match in pattern.finditer(words):
            day = means(match, said, calendar)
            if day is not None:
                yield day


def _tomorrow(match: re.Match[str], said: date, calendar: Calendar) -> date:
    return said + timedelta(days=2 if match.group().casefold() == "lusa" else 1)


def _today(match: re.Match[str], said: date, calendar: Calendar) -> date:
    return said


def _week(match: re.Match[str], said: date, calendar: Calendar) -> date:
    later = match["which"].casefold() in LATER
    monday = said - timedelta(days=said.weekday()) + timedelta(days=7 if later else 0)
    return _last_working(max(monday, said), monday + timedelta(days=6), calendar)


def _month_end(match: re.Match[str], said: date, calendar: Calendar) -> date:
    later = (match.groupdict().get("which") or "").casefold() in LATER
    first = _next_month(said) if later else said
    return _last_working(first, _next_month(first) - timedelta(days=1), calendar)


def _year_end(match: re.Match[str], said: date, calendar: Calendar) -> date:
    return _last_working(said, date(said.year, 12, 31), calendar)


def _after(match: re.Match[str], said: date, calendar: Calendar) -> date | None:
    given = match["n"].casefold()
    n = 1 if given == "se" else NUMBERS.get(given) or int(given)
    unit = " ".join(match["unit"].casefold().split())
    if unit == "hari kerja":
        return calendar.add(said, n) if 0 < n <= MOST_DAYS else None
    return said + n * (UNITS | LONGER)[unit]


def _dated(match: re.Match[str], said: date, calendar: Calendar) -> date | None:
    month = match.groupdict().get("month")
    number = MONTHS[month.casefold()] if month else int(match["m"])
    year = int(match["y"]) if match["y"] else said.year
    try:
        day = date(year, number, int(match["d"]))
        return day if match["y"] or day >= said else day.replace(year=year + 1)
    except ValueError:
        return None


def _weekday(match: re.Match[str], said: date, calendar: Calendar) -> date:
    number = WEEKDAYS[match["day"].casefold()]
    if (match["which"] or "").casefold() in LATER:
        return said + timedelta(days=7 - said.weekday() + number)
    return said + timedelta(days=(number - said.weekday()) % 7 or 7)


def _last_working(first: date, last: date, calendar: Calendar) -> date:
    day = last
    while day > first and not calendar.is_working(day):
        day -= timedelta(days=1)
    return day if calendar.is_working(day) else last


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


LATER = ("depan", "dpn", "mendatang")
_which = r"(?P<which>ini|iki|depan|dpn|mendatang)"

READINGS: tuple[tuple[re.Pattern[str], Means], ...] = tuple(
    (re.compile(rf"\b{pattern}\b", re.IGNORECASE), means)
    for pattern, means in (
        (r"(?:besok|besuk|bsk|sesuk|lusa)(?!\s+(?:pagi\s+)?(?:lusa))", _tomorrow),
        (r"(?:hari|dina|siang|sore|malam) (?:ini|iki)|nanti (?:siang|sore|malam)", _today),
        (rf"(?:minggu|mgg|pekan) {_which}", _week),
        (rf"(?:bulan|bln) {_which}", _month_end),
        (r"akhir bulan(?: (?P<which>ini|depan|mendatang))?", _month_end),
        (r"(?:akhir tahun(?: ini)?|tahun ini)", _year_end),
        (
            rf"{_number}\s*(?P<unit>x\s*24 jam|hari kerja|hari|minggu|pekan|bulan)(?! (?:lalu|terakhir|sekali))",
            _after,
        ),
        (rf"(?P<d>\d{{1,2}}) (?P<month>{MONTH})\.?(?: (?P<y>20\d\d))?", _dated),
        (r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2})(?:[/-](?P<y>20\d\d))?", _dated),
        (
            rf"(?:hari )?(?P<day>{WEEKDAY})(?: (?P<which>depan|mendatang|besok))?(?! (?:ini|lalu|kemarin))",
            _weekday,
        ),
    )
)
