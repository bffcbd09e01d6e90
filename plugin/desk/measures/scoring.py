"""What a first answer adds to an agency's scorecard: kept in the same transaction, so that nothing is ever counted.

A card that can be gamed is worse than none. So a report counts by the day it came in, not by the day it suited
somebody to answer; what is never answered counts as late; and it counts at the agency that held it when its time
ran out, wherever it was passed to afterwards. What is set aside as no complaint only after its time is told beside
the figures. Left out is what was at the wrong place first (handed on sideways or
back a second time while there was time), and what came from one of the government's own accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import log2
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.handling.orders import chains
from plugin.desk.measures.counts import add
from plugin.store.tables import Account, Agency, AnswerScore, Disposition, Report

STEPS = 4
"""Steps of the ladder from one time to its double: a figure read from it is true to a tenth."""
TOP = 20 * STEPS
LEFT_OUT = -1
SET_ASIDE = -2


@dataclass(frozen=True, slots=True)
class Score:
    """What one answer counts: for the day on which its report came in, at an agency."""

    day: date
    agency_id: int
    span: int
    late: bool


def judge(session: Session, report: Report, at: datetime, due_at: datetime, received: date) -> Score:
    """How the answer of `at` counts for a report that came in on the day `received` and was due then."""
    assert report.id is not None
    moves = chains(session, [report.id]).get(report.id, [])
    until = min(at, due_at)
    fair = not strayed(session, moves, until) and not _of_ours(session, report)
    span = span_of(at - report.received_at) if fair else LEFT_OUT
    return Score(received, holder_at(report.agency_id, moves, until), span, at > due_at)


def keep(session: Session, score: Score, n: int = 1) -> None:
    """Add it to its agency's card, or with `n` -1 take it off again."""
    key: dict[str, Any] = {"day": score.day, "agency_id": score.agency_id, "span": score.span}
    add(session, AnswerScore, key, {"answered": n, "late": n * score.late})


def set_aside(session: Session, report: Report, at: datetime, zone: tzinfo) -> None:
    """The report, which waited, is no complaint after all. Said only when its time was over, that is shown."""
    if at > report.due_at:
        day = report.received_at.astimezone(zone).date()
        key = {"day": day, "agency_id": report.agency_id, "span": SET_ASIDE}
        add(session, AnswerScore, key, {"answered": 1, "late": 0})


def span_of(time: timedelta) -> int:
    """The step of the ladder on which a time stands."""
    minutes = max(1.0, time / timedelta(minutes=1))
    return min(TOP, int(STEPS * log2(minutes)))


def edge(span: float) -> timedelta:
    """The time at which a step begins."""
    return timedelta(minutes=2 ** (span / STEPS))


def holder_at(now_with: int, moves: Sequence[Disposition], moment: datetime) -> int:
    """The agency that held a report at a moment, by all the ways it went."""
    if not moves:
        return now_with
    before = [m.to_agency for m in moves if m.given_at <= moment]
    return before[-1] if before else moves[0].from_agency


def strayed(session: Session, moves: Sequence[Disposition], until: datetime) -> bool:
    """Whether a report had been sent to the wrong place, and from there elsewhere, while there was time."""
    before = [m for m in moves if m.given_at <= until]
    if any(m.kind == "returned" for m in before):
        return True
    return any(not _is_below(session, m.from_agency, m.to_agency) for m in before[1:])


def _is_below(session: Session, upper: int, lower: int) -> bool:
    rows = session.connection().execute(
        sa.select(col(Agency.id), col(Agency.path)).where(col(Agency.id).in_((upper, lower)))
    )
    paths = {agency: path for agency, path in rows}
    return paths[lower].startswith(paths[upper])


def _of_ours(session: Session, report: Report) -> bool:
    """Whether one of the accounts we know as ours wrote it, also one that nobody has vouched for yet."""
    handle = report.author_handle.lstrip("@").casefold()
    ours = select(Account.id).where(
        Account.channel == report.channel,
        sa.or_(col(Account.handle_key) == handle, col(Account.platform_id) == report.author_id),
    )
    return session.exec(ours.limit(1)).first() is not None
