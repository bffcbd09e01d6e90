"""Who is at work on a report: one official at a time, until they let go or the time is up.

A hold keeps two people from doing the same work; it takes nobody's right away to answer or to hand on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling import receipts
from plugin.desk.handling.cases import Joined, locked
from plugin.registry.persons import name_of
from plugin.store.tables import Official, Report
from plugin.wording import Press, Refusal, Say, UserError

CLAIM = timedelta(hours=8)
"""How long somebody has it, where the operator says nothing else."""


@dataclass(frozen=True)
class HeldBySomebody(Refusal):
    """Somebody else has it."""

    number: int
    who: str
    until: datetime

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class NobodyHolds(Refusal):
    """There is nothing to let go of."""

    number: int


@dataclass(frozen=True)
class NothingToDo(Refusal):
    """The report is closed: nobody needs to be at work on it."""

    number: int
    state: str


def holder(report: Report, now: datetime) -> int | None:
    """The official who is at work on it now."""
    return report.held_by if report.held_until is not None and report.held_until > now else None


def take(session: Session, by: Hand, number: int, until: datetime) -> Report:
    """Be at work on it until then. Whoever holds it already holds it longer."""
    report = locked(session, number)
    if report.joined_to is not None:
        raise UserError(Joined(number, report.joined_to))
    if report.closed_at is not None:
        raise UserError(NothingToDo(number, report.state))
    held = holder(report, by.at)
    if held is not None and held != by.official_id:
        assert report.held_until is not None
        raise UserError(HeldBySomebody(number, name_of(session, held), report.held_until))
    report.held_by, report.held_until = by.official_id, until
    receipts.receive(session, by, report)
    record(session, by, "taken", number)
    return report


def let_go(session: Session, by: Hand, number: int, *, anybodys: bool) -> str:
    """Let go of one's own report, or with `anybodys` of somebody else's; returns whose it was."""
    report = locked(session, number)
    held = holder(report, by.at)
    if held is None:
        raise UserError(NobodyHolds(number))
    who = name_of(session, held)
    if held != by.official_id and not anybodys:
        assert report.held_until is not None
        raise UserError(HeldBySomebody(number, who, report.held_until))
    free(session, by, report)
    return who


def free(session: Session, by: Hand, report: Report) -> bool:
    """Nobody is at work on it any more, on record; False where the time of whoever had it was up already."""
    held = holder(report, by.at)
    report.held_by = report.held_until = None
    if held is not None:
        record(session, by, "let_go", report.id, whose=held)
    return held is not None


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The officials' names, asked for all at once; nothing is asked for nobody."""
    if not ids:
        return {}
    rows = session.exec(select(Official).where(col(Official.id).in_(ids)))
    return {row.id: row.shown for row in rows if row.id is not None}
