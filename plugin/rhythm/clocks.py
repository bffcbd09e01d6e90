"""When a clock of a report runs out.

Hours run through nights and holidays. Working days run out when the office closes on the last of them. A clock
stands still only while we wait for the citizen, and nothing sets it back: what follows from an edit, from
another agency, from a return is not asked for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from plugin.limits import Span
from plugin.rhythm.rules import Rule
from plugin.rhythm.workdays import Calendar


def clock_due(rule: Rule, started_at: datetime, calendar: Calendar, paused: Sequence[Span] = ()) -> datetime:
    """The moment, in UTC, at which the clock that began at `started_at` runs out.

    The day on which it began is not counted in working days, and neither is a day at whose closing the office
    waited for the citizen. What was paused after the clock had run out changes nothing.
    """
    received = calendar.local_date(started_at)
    spans = _merged(paused) if rule.pauses else []
    if rule.unit == "hours":
        return _after(started_at.astimezone(UTC), timedelta(hours=rule.amount), spans)
    return calendar.closing(_last_day(received, rule.amount, calendar, spans))


def warn_at(
    rule: Rule, started_at: datetime, calendar: Calendar, paused: Sequence[Span] = (), share: float = 0.8
) -> datetime:
    """The moment at which that share of the clock has run.

    Of working days only whole ones count, so that the warning comes in office hours' reach: of five days at
    80 % the close of the fourth, of three the close of the second, of one the close of the day of receipt.
    """
    spans = _merged(paused) if rule.pauses else []
    if rule.unit == "hours":
        return _after(started_at.astimezone(UTC), timedelta(hours=rule.amount) * share, spans)
    received = calendar.local_date(started_at)
    whole = int(rule.amount * share + 1e-9)
    close = calendar.closing(_last_day(received, whole, calendar, spans) if whole else received)
    return max(close, started_at.astimezone(UTC))


def _after(start: datetime, lasts: timedelta, spans: Sequence[Span]) -> datetime:
    due = start + lasts
    for span in spans:
        if span.began >= due:
            break
        due += max(span.ended - max(span.began, start), timedelta())
    return due


def _last_day(received: date, days: int, calendar: Calendar, spans: Sequence[Span]) -> date:
    if not spans:
        return calendar.add(received, days)
    day = received
    while days:
        day = calendar.add(day, 1)
        close = calendar.closing(day)
        days -= not any(span.began <= close < span.ended for span in spans)
    return day


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order: nobody pauses twice at once."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: s.began):
        if merged and span.began <= merged[-1].ended:
            merged[-1] = Span(merged[-1].began, max(merged[-1].ended, span.ended))
        else:
            merged.append(span)
    return merged
