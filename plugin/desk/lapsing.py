"""A report closes by itself when the citizen has said no more after our answer for as long as the rule says."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from plugin.desk import clocks
from plugin.desk.audit import record, system
from plugin.desk.cases import TRANSITIONS, locked
from plugin.desk.promises import of_report


def lapse(session: Session, now: datetime) -> list[int]:
    """Close what has been silent long enough, on record; their numbers."""
    return [number for number in clocks.run_out(session, "silence", now) if _lapse(session, number, now)]


def _lapse(session: Session, number: int, now: datetime) -> bool:
    report = locked(session, number)
    answered = report.answered_at is not None
    if not answered or report.closed_at is not None or "done" not in TRANSITIONS[report.state]:
        clocks.silence_over(session, number, now)  # it has moved on meanwhile; there is nothing to wait for
        return False
    if until := _promised(session, number, now):
        clocks.silence_from(session, number, until)  # what was promised is still to be seen
        return False
    report.state, report.closed_at = "done", now
    session.flush()
    clocks.follow(session, report, now)
    record(session, system(now), "lapsed", number)
    return True


def _promised(session: Session, number: int, now: datetime) -> datetime | None:
    """From when on the citizen's silence counts anew; None where nothing is promised any more.

    What nobody ever confirmed as a promise holds the report open until the day that was named, not for ever.
    """
    for pledge in of_report(session, number):
        if pledge.state == "open" or (pledge.state == "proposed" and pledge.due_at > now):
            return max(now, pledge.due_at)
    return None
