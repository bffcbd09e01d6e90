"""Until when something is to be done, at the end of an order: `cek jembatannya, paling lambat besok 15.00`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from plugin.moments import SPAN, WEEKDAY, WEEKDAYS, bad, read_moment, span_of
from plugin.wording import UserError

SURE = r"paling\s+lambat|selambat(?:-lambat)?nya"
PERHAPS = r"batas(?:nya)?|tenggat(?:nya)?|sebelum|sampai"
UNTIL = re.compile(rf"(?:^|(?<=[\s,.;(]))(?P<word>{SURE}|{PERHAPS})\s+(?P<moment>.+)$", re.IGNORECASE | re.S)
LASTS = re.compile(rf"(?:(?P<days>\d{{1,3}})\s*hari\s+kerja|{SPAN})(?:\s+lagi)?", re.IGNORECASE)
YEARLESS = re.compile(r"(?P<day>\d{1,2}[\s-]+[a-z]+)\.?(?P<hour>[\s,].*)?", re.IGNORECASE | re.S)
ON_A_DAY = re.compile(rf"(?:hari\s+)?(?P<day>{WEEKDAY})(?P<hour>[\s,].*)?", re.IGNORECASE)


WorkingDays = Callable[[int], datetime]
"""When the office closes on the last of so many working days from now."""


def split_until(text: str, zone: ZoneInfo, now: datetime, days: WorkingDays) -> tuple[str, datetime | None]:
    """(the order without it, until when). Words that only look like a moment stay words.

    Raises UserError for a moment that is past, and for `paling lambat` before what is no moment.
    """
    for match in _candidates(text):
        try:
            moment = read_until(match["moment"].strip(" .!)"), zone, now, days)
        except UserError as error:
            code = getattr(error.view, "code", "")
            if re.fullmatch(SURE, match["word"], re.IGNORECASE) or code == "past":
                raise
            continue
        return text[: match.start()].strip(" ,;("), moment
    return text, None


def _candidates(text: str) -> list[re.Match[str]]:
    """Every place where a deadline may begin, the last one first."""
    found, at = [], 0
    while (match := UNTIL.search(text, at)) is not None:
        found.append(match)
        at = match.end("word")
    return found[::-1]


def read_until(text: str, zone: ZoneInfo, now: datetime, days: WorkingDays) -> datetime:
    """`3 hari kerja`, `6 jam`, `jumat`, `25 agustus 15.00`, or any moment; one still to come. Raises UserError."""
    moment = _span(text, now, days) or _moment(text, zone, now)
    if moment <= now:
        raise bad("past", text)
    return moment


def _span(text: str, now: datetime, days: WorkingDays) -> datetime | None:
    match = LASTS.fullmatch(text)
    if match is None or not int(match["days"] or match["n"]):
        return None
    return days(int(match["days"])) if match["days"] else now + span_of(match)


def _moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    if match := ON_A_DAY.fullmatch(text):
        return read_moment(f"{_next(match['day'], today)}{match['hour'] or ''}", zone, now)
    match = YEARLESS.fullmatch(text)
    if match is None or re.match(r"\s*,?\s*\d{4}\b", match["hour"] or ""):
        return read_moment(text, zone, now)
    this, following = (
        f"{match['day'].replace('-', ' ')} {today.year + n}{match['hour'] or ''}" for n in (0, 1)
    )
    moment = read_moment(this, zone, now)
    return moment if moment > now else read_moment(following, zone, now)


def _next(weekday: str, today: date) -> date:
    """The next such day, never today."""
    ahead = (WEEKDAYS[weekday.casefold()] - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)
