"""A report closes by itself when the citizen has said no more after our answer for as long as the rule says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from plugin.desk.audit import record, system
from plugin.desk.handling.cases import TRANSITIONS, left_out, locked
from plugin.desk.handling.promises import of_report
from plugin.desk.measures import clocks
from plugin.store.tables import Report


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What became of reports that were silent long enough: closed (their numbers), or `held` open, since another
    reporter of the incident has no answer."""

    closed: list[int] = field(default_factory=list)
    held: list[Report] = field(default_factory=list)


def lapse(session: Session, now: datetime) -> Lapsed:
    """Close what has been silent long enough, on record; but no incident of which a reporter was not answered."""
    lapsed = Lapsed()
    for number in clocks.run_out(session, "silence", now):
        report = locked(session, number)
        if not _may_lapse(session, report, number, now):
            continue
        if left_out(session, number):
            clocks.silence_from(session, number, now)
            lapsed.held.append(report)
        else:
            _close(session, report, now)
            lapsed.closed.append(number)
    return lapsed


def _close(session: Session, report: Report, now: datetime) -> None:
    report.state, report.closed_at = "done", now
    session.flush()
    clocks.follow(session, report, now)
    record(session, system(now), "lapsed", report.id)


def _may_lapse(session: Session, report: Report, number: int, now: datetime) -> bool:
    answered = report.answered_at is not None
    if not answered or report.closed_at is not None or "done" not in TRANSITIONS[report.state]:
        clocks.silence_over(session, number, now)  # it has moved on meanwhile; there is nothing to wait for
        return False
    if until := _promised(session, number, now):
        clocks.silence_from(session, number, until)  # what was promised is still to be seen
        return False
    return True


def _promised(session: Session, number: int, now: datetime) -> datetime | None:
    """From when on the citizen's silence counts anew; None where nothing is promised any more.

    What nobody ever confirmed as a promise holds the report open until the day that was named, not for ever.
    """
    for pledge in of_report(session, number):
        if pledge.state == "open" or (pledge.state == "proposed" and pledge.due_at > now):
            return max(now, pledge.due_at)
    return None
