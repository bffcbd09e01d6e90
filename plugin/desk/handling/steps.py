"""What a person decides about a report's way: wait for the citizen, open it again, put it first, give it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.desk.audit import Hand, record, system
from plugin.desk.handling import orders, receipts
from plugin.desk.handling.cases import CannotBecome, locked, step
from plugin.desk.measures import clocks, counts
from plugin.limits import Limits
from plugin.registry.snapshot import Node, Registry
from plugin.store.tables import Disposition, Report
from plugin.wording import Refusal, UserError

PRIORITIES = ("biasa", "tinggi", "darurat")
"""How much goes before the others, by the words the officials use; a report's priority is the place here."""


@dataclass(frozen=True)
class AtTheTop(Refusal):
    """Nobody stands above to whom it could be given back."""

    number: int
    agency: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """To whom it went. `again`: it was not the first time, so the Sekda decides."""

    to_agency: int
    again: bool


def wait_for_citizen(session: Session, by: Hand, number: int, note: str) -> Report:
    """Nothing can be done until the citizen says more. They must have been asked in public first."""
    report = locked(session, number)
    if report.waits:
        raise UserError(CannotBecome(number, report.state, "waiting_unasked"))
    if report.state != "waiting":
        step(report, "waiting")
        session.flush()
        clocks.follow(session, report, by.at)
        record(session, by, "waiting", number, note=note)
    return report


def reopen(session: Session, by: Hand, limits: Limits, number: int, reason: str) -> Report:
    """A person opens it again: what was answered waits anew, what never was keeps its old clock."""
    report = locked(session, number)
    if report.state == "reopened" and report.answered_at is None:
        return report
    wait_anew(session, limits, report, by.at)
    record(session, by, "opened_again", number, note=reason)
    return report


def wait_anew(session: Session, limits: Limits, report: Report, now: datetime) -> None:
    """What was closed or answered waits for an answer again."""
    step(report, "reopened")
    wait_where_it_is(session, limits, report, now)


def wait_where_it_is(session: Session, limits: Limits, report: Report, now: datetime) -> None:
    """As `wait_anew`, but an order or a return that came after the answer goes on."""
    report.closed_at = None
    if report.answered_at is not None:
        report.answered_at = None
        since = clocks.waits_since(session, report, now)
        report.due_at = clocks.first_answer(session, limits, [report.agency_id], since)[report.agency_id]
    session.flush()
    clocks.follow(session, report, now)
    counts.reopened(session, report.agency_id)


def open_incident(session: Session, lead: int, number: int, now: datetime) -> None:
    """The reporter with report `number` has no answer any more: what leads the incident is done no longer."""
    report = locked(session, lead)
    if report.state == "done":
        report.state, report.closed_at = "replied", None
        session.flush()
        clocks.follow(session, report, now)
        record(session, system(now), "reporter_waits", lead, other=number)


def put_first(session: Session, by: Hand, number: int, priority: int) -> bool:
    """Give it this priority; False when it has it already."""
    report = locked(session, number)
    if report.priority == priority:
        return False
    before, report.priority = report.priority, priority
    record(session, by, "priority", number, before=PRIORITIES[before], after=PRIORITIES[priority])
    return True


def give_back(session: Session, by: Hand, registry: Registry, number: int, reason: str) -> GivenBack:
    """Return it to whoever handed it over, on record; from the second time on to the Sekda.

    The clock goes on: a return resets nothing.
    """
    report = locked(session, number)
    assert by.official_id is not None
    agency = registry.by_id(report.agency_id)
    past = orders.chain(session, number)[::-1]
    if past and _same(past[0], agency, reason, by):
        return GivenBack(agency.id, any(d.kind == "returned" for d in past[1:]))
    again = any(d.kind == "returned" for d in past)
    to = sekda_of(registry, agency) if again else _giver(registry, agency, past)
    if to is None or to.id == agency.id:
        raise UserError(AtTheTop(number, agency.label))
    step(report, "returned")
    receipts.receive(session, by, report)
    session.add(
        Disposition(
            report_id=number, from_agency=agency.id, to_agency=to.id, kind="returned",
            instruction=reason, given_by=by.official_id, given_at=by.at,
        )
    )  # fmt: skip
    report.agency_id, report.held_by, report.held_until = to.id, None, None
    session.flush()
    clocks.follow(session, report, by.at)
    if report.waits:
        counts.moved(session, agency.id, to.id)
    record(session, by, "returned", number, from_agency=agency.id, to_agency=to.id, note=reason)
    return GivenBack(to.id, again)


def _same(last: Disposition, agency: Node, reason: str, by: Hand) -> bool:
    """Whether this very act was the last one: a delivery worked off twice gives back once."""
    what = (last.kind, last.to_agency, last.instruction, last.given_by)
    return what == ("returned", agency.id, reason, by.official_id)


def _giver(registry: Registry, agency: Node, past: Sequence[Disposition]) -> Node | None:
    """Who handed it to this agency; where the citizen wrote to it, who stands above."""
    for d in past:
        if d.to_agency == agency.id and d.from_agency != agency.id and d.from_agency in registry:
            return registry.by_id(d.from_agency)
    return sekda_of(registry, agency)


def sekda_of(registry: Registry, agency: Node) -> Node | None:
    """The government above, whose Sekda decides who answers."""
    above = registry.parent(agency)
    return registry.government(above) if above is not None else None
