"""Who has received an order: said with a button, or shown by whatever they did about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.store.tables import Disposition, Report


def waiting(session: Session, report: Report) -> Sequence[Disposition]:
    """The orders to the agency that has the report now, which nobody there has confirmed."""
    return session.exec(
        select(Disposition)
        .where(
            Disposition.report_id == report.id,
            Disposition.to_agency == report.agency_id,
            Disposition.kind == "given",
            col(Disposition.received_at).is_(None),
        )
        .order_by(col(Disposition.id))
    ).all()


def receive(session: Session, by: Hand, report: Report) -> list[int]:
    """Note that `by` has received the orders with this report, on record; their numbers. Not one's own."""
    orders = [order for order in waiting(session, report) if order.given_by != by.official_id]
    for order in orders:
        order.received_by, order.received_at = by.official_id, by.at
        record(session, by, "received", report.id, disposition=order.id)
    return [order.id for order in orders if order.id is not None]


def confirm(session: Session, by: Hand, number: int) -> list[int]:
    """The agency says that it has received its orders; nothing happens where there are none."""
    report = session.exec(select(Report).where(Report.id == number).with_for_update()).one()
    return receive(session, by, report)


def answered(session: Session, report: Report, official_id: int | None, now: datetime) -> None:
    """Whoever answers the citizen has received it."""
    for order in waiting(session, report):
        order.received_by, order.received_at = official_id, now
