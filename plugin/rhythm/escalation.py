"""Warnings before a clock runs out, and the way up after it has: every minute, what has come due.

All that one minute tells a room is one message. The rungs climbed, the record and the message to be sent are
written in one transaction: so each level hears once, whoever dies when.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # SQLAlchemy's conditions

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.clock import Night
from plugin.desk.audit import record, system
from plugin.desk.handling.holding import holder
from plugin.desk.handling.steps import PRIORITIES
from plugin.desk.lists.queue import APART
from plugin.rhythm import notices
from plugin.rhythm.ladder import HOLDER, NOBODY, WARNING, Rung, Telling, climb
from plugin.rhythm.superiors import Level, Superiors
from plugin.store.prepared import Prepared
from plugin.store.tables import Alarm, Report, ReportClock, Snooze
from plugin.store.tables.clocks import RUNNING

log = logging.getLogger(__name__)

KIND = "alarm"

MANY = 1000
"""Clocks that move in one transaction."""

NOT_TAKEN = ("new", "returned")
"""States of a report that nobody was given yet."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How the government wants it: who hears after whom, and when nobody is disturbed."""

    rungs: Sequence[Rung]
    quiet: Night


def escalate(session: Session, policy: Policy, now: datetime) -> int:
    """Make every move that is due; how many clocks moved. At night only what is urgent moves.

    Nobody hears of what seems to be no report (`queue.SHOWN`); once a person says that it is one, its move is due.
    """
    rows = _due(session, now, urgent_only=policy.quiet.holds(now))
    if not rows:
        return 0
    above = Superiors(session)
    told: dict[Room, list[int]] = defaultdict(list)
    reports = _reports(session, rows)
    for row in rows:
        _move(session, policy, row, reports[row.report_id], above, now, told)
    for room, alarms in told.items():
        key = f"{KIND}:{min(alarms)}-{max(alarms)}"
        notices.put(session, [room], KIND, {"alarms": alarms}, key, now)
    return len(rows)


def _moving(now: Any) -> tuple[Any, ...]:
    """That the next level is to hear of a clock by then."""
    c = ReportClock
    return sa.text(RUNNING), col(c.paused_at).is_(None), col(c.due_at).is_not(None), col(c.next_at) <= now


def _numbers(*only: Any) -> Prepared:
    """Asked every minute, and nearly always answered with none."""
    snoozed = sa.select(col(Snooze.report_id)).where(
        col(Snooze.report_id) == col(ReportClock.report_id), col(Snooze.until) > sa.bindparam("now")
    )
    apart = sa.select(col(Report.id)).where(col(Report.id) == col(ReportClock.report_id), *APART)
    query = sa.select(col(ReportClock.id)).where(*_moving(sa.bindparam("now")), *only)
    query = query.where(~snoozed.exists(), ~apart.exists()).order_by(col(ReportClock.next_at))
    return Prepared(query.limit(MANY))


def _is_urgent() -> Any:
    urgent = sa.select(col(Report.id)).where(col(Report.priority) >= PRIORITIES.index("darurat"))
    return col(ReportClock.report_id).in_(urgent.where(col(Report.id) == ReportClock.report_id))


_ALL, _URGENT = _numbers(), _numbers(_is_urgent())


def _due(session: Session, now: datetime, *, urgent_only: bool) -> Sequence[ReportClock]:
    found = [number for [number] in (_URGENT if urgent_only else _ALL).rows(session, {"now": now})]
    if not found:  # as in nearly every minute
        return ()
    query = select(ReportClock).where(col(ReportClock.id).in_(found), *_moving(now))
    return session.exec(query.order_by(col(ReportClock.next_at)).with_for_update(skip_locked=True)).all()


def _reports(session: Session, rows: Sequence[ReportClock]) -> dict[int, Report]:
    query = select(Report).where(col(Report.id).in_({row.report_id for row in rows}))
    return {report.id: report for report in session.exec(query) if report.id is not None}


def _move(
    session: Session,
    policy: Policy,
    row: ReportClock,
    report: Report,
    above: Superiors,
    now: datetime,
    told: dict[Room, list[int]],
) -> None:
    assert row.due_at is not None
    agency = report.agency_id
    move = climb(
        policy.rungs, row.step, row.due_at, now,
        held=report.state not in NOT_TAKEN or holder(report, now) is not None,
        filled=lambda level: above.level(agency, level).filled,
    )  # fmt: skip
    row.step, row.next_at = move.step, move.next_at
    for telling in move.tell:
        level = _level(above, report, telling, now)
        if not level.rooms:  # nobody is told, so that no history may say so
            log.warning("late reports, and no group that could be told: bind one with /ikat-grup")
            continue
        alarm = _alarm(session, row, telling, level, now)
        for room in level.rooms:
            told[room].append(alarm)


def _level(above: Superiors, report: Report, telling: Telling, now: datetime) -> Level:
    match telling.level:
        case "warning" | "holder":
            return above.holders(report.agency_id, holder(report, now))
        case "nobody":
            return above.last_resort(report.agency_id)
    return above.level(report.agency_id, telling.level)


def _alarm(session: Session, row: ReportClock, telling: Telling, level: Level, now: datetime) -> int:
    assert row.id is not None
    alarm = Alarm(
        clock_id=row.id, report_id=row.report_id, step=telling.step, level=telling.level,
        agency_id=level.agency_id, who=level.who, at=now,
    )  # fmt: skip
    session.add(alarm)
    session.flush()
    assert alarm.id is not None
    act = {WARNING: "warned", HOLDER: "breached", NOBODY: "nobody_above"}.get(telling.level, "climbed")
    record(
        session, system(now), act, row.report_id,
        clock=row.clock, level=telling.level, to_agency=level.agency_id, who=level.who,
    )  # fmt: skip
    return alarm.id
