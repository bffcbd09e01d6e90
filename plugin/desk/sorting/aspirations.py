"""Aspirations (usulan): found among the reports, confirmed by officials, gathered by kecamatan and theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import locked
from plugin.desk.lists.queue import Span
from plugin.desk.sorting.wishes import is_wish
from plugin.store import revisions
from plugin.store.store import insert
from plugin.store.tables import Aspiration, CaseProposal, Report

LOOKED = "aspirations"
MANY = 1000
LATE = 200
"""Reports may be judged a little out of the order of their numbers."""
MOST = 20_000
"""Rows that a file takes; a government that has more asks for a part of it."""

COUNTED = ("proposed", "confirmed")


@dataclass(frozen=True, slots=True)
class Group:
    """How many aspirations a kecamatan has for one theme."""

    kecamatan: str
    theme: str
    confirmed: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One aspiration, without anything of who wrote it."""

    number: int
    day: date
    kecamatan: str
    desa: str
    theme: str
    text: str
    agency_id: int
    confirmed: bool


def gather(session: Session, zone: tzinfo) -> int:
    """Note the aspirations among the reports that triage has judged since; how many reports were read."""
    looked = revisions.hold(session, LOOKED)
    query = (
        sa.select(CaseProposal, Report)
        .join(Report, col(Report.id) == col(CaseProposal.report_id))
        .where(col(CaseProposal.report_id) > max(0, looked - LATE))
        .order_by(col(CaseProposal.report_id))
        .limit(MANY)
    )
    rows = session.execute(query).all()
    found = [
        _row(judged, report, zone) for judged, report in rows if judged.is_report and is_wish(report.text)
    ]
    if found:
        session.connection().execute(insert(session, Aspiration).on_conflict_do_nothing(), found)
    revisions.note(session, LOOKED, max([looked, *(judged.report_id for judged, _ in rows)]))
    return len(rows)


def mark(session: Session, by: Hand, number: int, zone: tzinfo, *, is_one: bool) -> Aspiration:
    """An official says whether the report proposes something, on record."""
    report = locked(session, number)
    judged = session.get(CaseProposal, number)
    fresh = insert(session, Aspiration).values(**_row(judged, report, zone)).on_conflict_do_nothing()
    session.connection().execute(fresh)
    row = session.get_one(Aspiration, number, with_for_update=True, populate_existing=True)
    state = "confirmed" if is_one else "none"
    if row.state != state:
        row.state, row.decided_by, row.decided_at = state, by.official_id, by.at
        record(session, by, "aspiration" if is_one else "no_aspiration", number)
    return row


def groups(session: Session, span: Span, since: date) -> list[Group]:
    """The aspirations of these agencies since that day, by kecamatan and theme, the most frequent first."""
    confirmed = sa.func.sum(sa.case((col(Aspiration.state) == "confirmed", 1), else_=0))
    everyone = sa.func.count()
    query = sa.select(col(Aspiration.kecamatan), col(Aspiration.theme), confirmed, everyone - confirmed)
    query = _within(query, span, since).group_by(col(Aspiration.kecamatan), col(Aspiration.theme))
    order = everyone.desc(), col(Aspiration.kecamatan), col(Aspiration.theme)
    return [Group(*row) for row in session.connection().execute(query.order_by(*order))]


def rows(session: Session, span: Span, since: date) -> list[Row]:
    """The aspirations one by one, in the order of a list that a meeting goes through."""
    query = sa.select(
        col(Aspiration.report_id), col(Aspiration.day), col(Aspiration.kecamatan), col(Aspiration.desa),
        col(Aspiration.theme), col(Report.text), col(Report.agency_id), col(Aspiration.state) == "confirmed",
    )  # fmt: skip
    order = col(Aspiration.kecamatan), col(Aspiration.theme), col(Aspiration.report_id)
    found = session.connection().execute(_within(query, span, since).order_by(*order).limit(MOST))
    return [
        Row(number or 0, day, kecamatan, desa, theme, text, agency, bool(sure))
        for number, day, kecamatan, desa, theme, text, agency, sure in found
    ]


def newest(session: Session, span: Span, since: date, most: int) -> Sequence[int]:
    """The reports that look like aspirations and of which nobody has said so yet."""
    query = sa.select(col(Aspiration.report_id))
    query = _within(query, span, since).where(col(Aspiration.state) == "proposed")
    found = session.connection().execute(query.order_by(col(Aspiration.report_id).desc()).limit(most))
    return list(found.scalars())


def _within(query: Any, span: Span, since: date) -> Any:
    query = query.join(Report, col(Report.id) == col(Aspiration.report_id))
    query = query.where(col(Aspiration.day) >= since, col(Aspiration.state).in_(COUNTED))
    return query if span.everything else query.where(col(Report.agency_id).in_(span.ids()))


def _row(judged: CaseProposal | None, report: Report, zone: tzinfo) -> dict[str, Any]:
    return {
        "report_id": report.id,
        "theme": judged.category if judged else "",
        "kecamatan": judged.kecamatan if judged else "",
        "desa": judged.desa if judged else "",
        "day": report.received_at.astimezone(zone).date(),
        "state": "proposed",
    }
