"""How many reports wait at each agency and what happened there each day: kept with every change.

Whoever changes a report calls the matching function in the same transaction, after the report's row is
changed (so that everybody locks reports before counts, and nobody waits in a circle).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.store import revisions
from plugin.store.store import insert_for
from plugin.store.tables import AgencyDay, AgencyOpen
from plugin.store.tables.desk import OPEN

EVERYWHERE = "waiting"
"""Under this name all that wait anywhere are kept as one number: the sum over thousands of agencies takes as long as
a quarter of a list."""


def opened(session: Session, agency_id: int, day: date, n: int = 1) -> None:
    """`n` new reports came to the agency on `day` of the government's calendar."""
    _wait(session, agency_id, n)
    _on_day(session, agency_id, day, incoming=n)


def reopened(session: Session, agency_id: int, n: int = 1) -> None:
    """`n` answered or closed reports of the agency wait again."""
    _wait(session, agency_id, n)


def answered(session: Session, agency_id: int, day: date) -> None:
    """A waiting report got its first public answer on `day`."""
    _wait(session, agency_id, -1)
    _on_day(session, agency_id, day, answered=1)


def closed(session: Session, agency_id: int) -> None:
    """A waiting report waits no longer, and has no first answer by that: closed, or answered once more."""
    _wait(session, agency_id, -1)


def joined(session: Session, agency_id: int, came_to: int, day: date) -> None:
    """A waiting report was joined to another one: it no longer waits, and did not come in by itself."""
    _wait(session, agency_id, -1)
    _on_day(session, came_to, day, incoming=-1)


def apart(session: Session, came_to: int, day: date) -> None:
    """A joined report is a case of its own again, of the day on which it came in."""
    _on_day(session, came_to, day, incoming=1)


def answered_apart(session: Session, agency_id: int, day: date) -> None:
    """A report that does not wait counts as answered on `day`: it was joined, or its answer before is gone."""
    _on_day(session, agency_id, day, answered=1)


def taken_off(session: Session, agency_id: int, day: date) -> None:
    """The answer that counted on `day` was withdrawn."""
    _on_day(session, agency_id, day, answered=-1)


def moved(session: Session, from_agency: int, to_agency: int) -> None:
    """A waiting report went to another agency. On which day and where it came in does not change."""
    if from_agency == to_agency:
        return
    # Always the smaller id first: two transactions with the same agencies never wait for each other in turn.
    for agency_id in sorted((from_agency, to_agency)):
        _wait_at(session, agency_id, 1 if agency_id == to_agency else -1)


def recount(session: Session) -> None:
    """Count the waiting reports anew from the reports themselves, whatever was kept."""
    connection = session.connection()
    revisions.hold(session, EVERYWHERE)
    if connection.dialect.name == "postgresql":  # whoever has changed a report but not yet its count, first
        connection.execute(sa.text("LOCK TABLE agency_open IN EXCLUSIVE MODE"))
    connection.execute(sa.text("DELETE FROM agency_open"))
    counted = f"SELECT agency_id, COUNT(*) FROM report WHERE {OPEN} GROUP BY agency_id"
    connection.execute(sa.text(f"INSERT INTO agency_open (agency_id, waiting) {counted}"))
    total = connection.execute(sa.text("SELECT COALESCE(SUM(waiting), 0) FROM agency_open")).scalar_one()
    revisions.note(session, EVERYWHERE, total)


def _wait(session: Session, agency_id: int, n: int) -> None:
    revisions.add(session, EVERYWHERE, n)  # first: whoever else changes an agency's count waits here already
    _wait_at(session, agency_id, n)


def _wait_at(session: Session, agency_id: int, n: int) -> None:
    add(session, AgencyOpen, {"agency_id": agency_id}, {"waiting": n})


def _on_day(session: Session, agency_id: int, day: date, *, incoming: int = 0, answered: int = 0) -> None:
    amounts = {"incoming": incoming, "answered": answered}
    add(session, AgencyDay, {"day": day, "agency_id": agency_id}, amounts)


def add(session: Session, table: type[SQLModel], key: dict[str, Any], amounts: dict[str, int]) -> None:
    """Add to a kept row's figures, whether it is there yet or not."""
    made = _upsert(session.get_bind().dialect.name, table, tuple(key), tuple(amounts))
    session.connection().execute(made, key | amounts)


@cache
def _upsert(dialect: str, table: type[SQLModel], key: tuple[str, ...], amounts: tuple[str, ...]) -> Any:
    statement = insert_for(dialect, table)
    columns = sa.inspect(table).local_table.columns
    sums = {name: columns[name] + statement.excluded[name] for name in amounts}
    return statement.on_conflict_do_update(index_elements=list(key), set_=sums)
