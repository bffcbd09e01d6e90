"""A citizen's further word wakes an answered or closed case at once; was it only kind, the case stands as before.

What it was before is noted with the waking, in the same entry of the record, so that nothing else need keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from plugin.desk.audit import record, system
from plugin.desk.measures import clocks, counts
from plugin.store.tables import AuditEntry, Followup, Report

ACT = "reopened"
"""The act by which a citizen's word wakes a case."""
WAKINGS = (ACT, "opened_again", "withdrawn", "brought_back")
"""Why a case waits again: because the citizen wrote on, or because a person said so or took our answer back."""
MOMENTS = ("answered_at", "closed_at", "due_at")


def stood(case: Any) -> Mapping[str, str]:
    """How a case (its row, before it wakes) stands, for the record of its waking.

    A reporter of an incident that was answered stands as answered; one who was left out waits in any event.
    """
    if case.joined_to is not None:
        if case.answered_at is None:
            return {}
        return {"was": "replied"} | _moments(case, "answered_at", "due_at")
    return {"was": case.state} | _moments(case, *MOMENTS)


def _moments(case: Any, *names: str) -> dict[str, str]:
    return {name: moment.isoformat() for name in names if (moment := getattr(case, name)) is not None}


def last(session: Session, number: int) -> AuditEntry | None:
    """The entry of its last waking; None where a person woke it, who wants it to be answered."""
    query = select(AuditEntry).where(AuditEntry.report_id == number, col(AuditEntry.act).in_(WAKINGS))
    entry = session.exec(query.order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    return entry if entry is not None and entry.act == ACT else None


def first_word(session: Session, report: Report, waking: AuditEntry) -> int | None:
    """The further post that woke it."""
    post = select(Followup.id).where(
        Followup.channel == report.channel, Followup.post_id == waking.detail.get("post")
    )
    return session.exec(post).first()


def lay_down(session: Session, report: Report, waking: AuditEntry, now: datetime) -> bool:
    """It was woken for nothing: it stands as it stood, on record; False where nobody noted how.

    Its answer still goes to the newest post, which is the citizen's last word.
    """
    detail = waking.detail
    if not detail.get("was"):
        return False
    assert report.id is not None
    report.state, report.aside = detail["was"], False
    for name in MOMENTS:
        moment = datetime.fromisoformat(detail[name]) if detail.get(name) else None
        if name != "due_at" or moment is not None:
            setattr(report, name, moment)
    session.flush()
    clocks.asked_nothing(session, report, now)
    counts.closed(session, report.agency_id)
    record(session, system(now), "kind_words", report.id, state=report.state)
    return True
