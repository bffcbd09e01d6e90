"""Not now: until when nobody is told about a late report, for which reason, on record. Its clocks go on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import CannotBecome, locked
from plugin.moments import DAY, SPAN, read_day, span_of
from plugin.store.store import insert
from plugin.store.tables import Snooze
from plugin.wording import Refusal, UserError

LONGEST = timedelta(days=30)
LASTS = re.compile(
    rf"(?:{SPAN}|(?:sampai\s+)?(?:tanggal\s+)?(?P<moment>{DAY})|(?P<days>\d{{1,3}})(?![-/.]\d))\b[\s,:]*",
    re.IGNORECASE,
)
MORNING = time(7)


@dataclass(frozen=True)
class BadSnooze(Refusal):
    """`code`: how_long | too_long | past | no_reason."""

    code: str
    number: int
    given: str
    days: int


def read_snooze(number: int, text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """`3 hari menunggu aspal`, `sampai 1-12-2026 …` as (until then, the reason). Raises UserError for any other."""
    found = LASTS.match(text.strip())
    if found is None:
        raise UserError(_bad("how_long", number, text))
    until = _until(found, now, zone)
    if until <= now:
        raise UserError(_bad("past", number, text))
    if until > now + LONGEST:
        raise UserError(_bad("too_long", number, text))
    reason = " ".join(text.strip()[found.end() :].split())[:500]
    if len(reason) < 3:
        raise UserError(_bad("no_reason", number, text))
    return until, reason


def snooze(session: Session, by: Hand, number: int, until: datetime, reason: str) -> None:
    """Tell nobody about the report until then; a later one takes the place of this."""
    report = locked(session, number)
    if report.closed_at is not None:
        raise UserError(CannotBecome(number, report.state, "snoozed"))
    assert by.official_id is not None
    row = {"until": until, "reason": reason, "given_by": by.official_id, "given_at": by.at}
    statement = insert(session, Snooze).values(report_id=number, **row)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["report_id"], set_=row))
    record(session, by, "snoozed", number, until=until.isoformat(), note=reason)


def end(session: Session, by: Hand, number: int) -> None:
    """Tell again from now on."""
    locked(session, number)
    row = session.get(Snooze, number)
    if row is not None and row.until > by.at:
        row.until = by.at
        record(session, by, "snooze_ended", number)


def _until(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime:
    if found["moment"]:
        return datetime.combine(read_day(found["moment"], zone, now), MORNING, zone)
    return now + (span_of(found) if found["unit"] else timedelta(days=int(found["days"])))


def _bad(code: str, number: int, text: str) -> BadSnooze:
    return BadSnooze(code, number, text.strip()[:40], LONGEST.days)
