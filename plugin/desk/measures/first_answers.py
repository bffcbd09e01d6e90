"""The answer that counts for a report, in the day's figures and on the scorecard: its first one that stands.

A report counts once, however often it is answered. An answer that was withdrawn is none: what it counted is taken
off, and a later one counts by its own time from the beginning. One that was put right counts by the time of the first
wording. What was counted is noted in the record, with the answer, so that exactly that can be taken off again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any  # the record's details

from sqlmodel import Session, col, select

from plugin.desk.measures import clocks, counts, scoring
from plugin.desk.measures.scoring import Score
from plugin.limits import Limits
from plugin.store.tables import AuditEntry, Reply, Report

STANDING = ("published", "withdrawing")
ELSEWHERE = "answered_elsewhere"
"""On record where an answer was found that is none of ours. Nobody withdraws it here, so it is never taken off."""


def count(
    session: Session, report: Report, reply: Reply | None, at: datetime, zone: tzinfo
) -> Mapping[str, Any]:
    """The report waited, and this answer (None: one that is not ours) is out: what the record notes of it.

    The report's rows are changed.
    """
    day = at.astimezone(zone).date()
    noted: dict[str, Any] = {"on": day.isoformat(), "held_by": report.agency_id}
    earlier = [answer for answer in _standing(session, report) if reply is None or answer.id != reply.id]
    if earlier or _was_elsewhere(session, report):  # the earlier one counts
        counts.closed(session, report.agency_id)
        return noted
    received = report.received_at.astimezone(zone).date()
    score = scoring.judge(session, report, at, report.due_at, received)
    scoring.keep(session, score)
    counts.answered(session, report.agency_id, day)
    return noted if reply is None else noted | {"counted": _note(score, reply, day, report.agency_id)}


def take_off(session: Session, limits: Limits, report: Report, gone: Reply) -> Mapping[str, Any]:
    """This answer is withdrawn: what counts instead, as the record notes it."""
    before = _counted(session, report)
    if before is None:
        return {}
    standing, roots = _standing(session, report), _roots(session, report)
    if any(roots[reply.id] == roots[before["reply"]] for reply in standing):
        return {}
    score = Score(date.fromisoformat(before["day"]), before["agency"], before["span"], before["late"])
    scoring.keep(session, score, -1)
    counts.taken_off(session, before["held_by"], date.fromisoformat(before["on"]))
    if not standing:
        return {"counted": None}
    return {"counted": _instead(session, limits, report, standing[0], score.day)}


def _instead(
    session: Session, limits: Limits, report: Report, reply: Reply, received: date
) -> Mapping[str, Any] | None:
    """Of the answers that are left the first one counts, by the report's own clock."""
    entry = _published(session, report, reply)
    if entry is None or reply.published_at is None or "on" not in entry.detail:
        return None
    due = clocks.first_answer(session, limits, [report.agency_id], report.received_at)[report.agency_id]
    score = scoring.judge(session, report, reply.published_at, due, received)
    on, held_by = date.fromisoformat(entry.detail["on"]), entry.detail["held_by"]
    scoring.keep(session, score)
    counts.answered_apart(session, held_by, on)
    return _note(score, reply, on, held_by)


def _note(score: Score, reply: Reply, on: date, held_by: int) -> Mapping[str, Any]:
    return {
        "reply": reply.id, "day": score.day.isoformat(), "agency": score.agency_id, "span": score.span,
        "late": score.late, "on": on.isoformat(), "held_by": held_by,
    }  # fmt: skip


def _standing(session: Session, report: Report) -> Sequence[Reply]:
    """The report's answers in public, the first one first."""
    public = select(Reply).where(
        Reply.report_id == report.id, col(Reply.published_at).is_not(None), col(Reply.state).in_(STANDING)
    )
    return session.exec(public.order_by(col(Reply.published_at), col(Reply.id))).all()


def _was_elsewhere(session: Session, report: Report) -> bool:
    found = select(AuditEntry.seq).where(AuditEntry.report_id == report.id, AuditEntry.act == ELSEWHERE)
    return session.exec(found).first() is not None


def _roots(session: Session, report: Report) -> Mapping[int | None, int | None]:
    """Of each answer the first wording that it puts right, itself where it puts none right."""
    roots: dict[int | None, int | None] = {}
    for reply in session.exec(select(Reply).where(Reply.report_id == report.id).order_by(col(Reply.id))):
        roots[reply.id] = roots.get(reply.corrects, reply.id) if reply.corrects is not None else reply.id
    return roots


def _counted(session: Session, report: Report) -> Mapping[str, Any] | None:
    """What counts for the report now."""
    entries = select(AuditEntry.detail).where(
        AuditEntry.report_id == report.id, col(AuditEntry.act).in_(("published", "withdrawn"))
    )
    noted = (
        d["counted"] for d in session.exec(entries.order_by(col(AuditEntry.seq).desc())) if "counted" in d
    )
    return next(noted, None)


def _published(session: Session, report: Report, reply: Reply) -> AuditEntry | None:
    entries = select(AuditEntry).where(AuditEntry.report_id == report.id, AuditEntry.act == "published")
    return next((e for e in session.exec(entries) if e.detail.get("reply") == reply.id), None)
