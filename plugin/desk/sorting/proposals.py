"""What triage proposed, as the tables keep it: which reports wait for one, what was said of each, what is set aside.

A proposal moves nothing. It only says where a list shows the report: what seems to be no report stands apart, what
cannot wait stands on top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.desk.audit import Hand, record, system
from plugin.desk.handling.cases import locked
from plugin.desk.lists.queue import OPEN, Span
from plugin.desk.sorting.learning import categories, usual_category
from plugin.desk.sorting.suggestion import Proposed
from plugin.desk.triage import Case, Verdict
from plugin.desk.triage.grouping import APART
from plugin.public.recorded import is_recorded
from plugin.store.prepared import Prepared
from plugin.store.store import insert
from plugin.store.tables import CaseKey, CaseProposal, Report

LATE_COMMITS = 5_000
"""Reports may be committed out of the order of their numbers, but not by more than this."""
URGENT = 2
"""The priority "darurat" of `plugin.desk.handling.steps`."""
NEWEST = 40
"""So many recent reports of a place are compared with a new one."""
FRESH = timedelta(hours=24)
"""What was written longer ago is read in the list: nobody is woken for last week's flood."""

_PROPOSED = (
    "report_id", "is_report", "category", "agencies", "why", "urgent", "numbers", "kecamatan", "desa", "candidates",
    "alike", "confirmed_outside", "kind",
)  # fmt: skip
_TABLE = SQLModel.metadata.tables[str(CaseProposal.__tablename__)]
_OF = Prepared(
    sa.select(*(_TABLE.c[name] for name in _PROPOSED)).where(
        _TABLE.c.report_id.in_(sa.bindparam("numbers", expanding=True))
    )
)


@dataclass(frozen=True, slots=True)
class Message:
    """A report's words, to be judged. `post`: they stand in this further post of it."""

    number: int
    text: str
    at: datetime
    post: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A report with what triage says of it; without a verdict, triage could not say anything."""

    message: Message
    verdict: Verdict | None
    keys: tuple[str, ...] = ()
    alike: int | None = None

    @property
    def is_report(self) -> bool:
        """Whether triage takes it for one."""
        return self.verdict is not None and self.verdict.is_report


def unjudged(session: Session, most: int) -> list[Message]:
    """Waiting reports that triage has not seen, the oldest first; quick however many there are."""
    query = (
        sa.select(col(Report.id), col(Report.text), col(Report.written_at))
        .outerjoin(CaseProposal, col(CaseProposal.report_id) == col(Report.id))
        .where(to_judge(session))
        .order_by(col(Report.id))
        .limit(most)
    )
    return [Message(n or 0, text, at) for n, text, at in session.connection().execute(query)]


def to_judge(session: Session) -> sa.ColumnElement[bool]:
    """That a report waits and nobody has judged it, where its proposal is joined if it has one."""
    newest = session.connection().execute(sa.select(sa.func.max(CaseProposal.report_id))).scalar() or 0
    return sa.and_(
        col(Report.id) > newest - LATE_COMMITS,
        *OPEN,
        col(CaseProposal.report_id).is_(None),
    )


def neighbours(session: Session, keys: Collection[str], at: datetime, but: Collection[int]) -> list[Message]:
    """The reports of these places and days, the newest ones; of those that were joined, only the one that leads."""
    if not keys:
        return []
    numbers = (
        sa.select(col(CaseKey.report_id))
        .where(
            col(CaseKey.key).in_(keys),
            col(CaseKey.written_at) >= at - APART,
            col(CaseKey.written_at) <= at + timedelta(days=1),
            col(CaseKey.report_id).not_in(but),
        )
        .group_by(col(CaseKey.report_id))  # a report lies under each of its places and names
        .order_by(sa.func.max(col(CaseKey.written_at)).desc())
        .limit(NEWEST)
    )
    query = sa.select(col(Report.id), col(Report.text), col(Report.written_at)).where(
        col(Report.id).in_(sa.select(numbers.subquery().c.report_id)),
        col(Report.state).not_in(("not_report", "duplicate")),
    )
    return [Message(n or 0, text, at) for n, text, at in session.connection().execute(query)]


def keep(session: Session, judged: Sequence[Judged], now: datetime) -> list[int]:
    """Store what was said of reports that nobody has judged yet; returns their numbers."""
    if not judged:
        return []
    made = insert(session, CaseProposal).on_conflict_do_nothing().returning(col(CaseProposal.report_id))
    rows = [_row(one, now) for one in judged]
    new = set(session.connection().execute(made, rows).scalars())
    _keep_keys(session, [one for one in judged if one.message.number in new])
    for one in judged:
        if one.message.number in new:
            _place(session, one, now)
    return sorted(new)


def put_on_top(session: Session, report: Report, now: datetime) -> None:
    """It seems to be a danger: before the others, as long as it waits."""
    if report.priority < URGENT and report.waits:
        report.priority = URGENT
        record(session, system(now), "urgent_proposed", report.id)


def told_already(written_at: datetime, now: datetime) -> datetime | None:
    """What is noted of a danger just found: None where the rooms concerned must hear of it."""
    return None if now - written_at <= FRESH else now


def of(session: Session, numbers: Collection[int]) -> Mapping[int, Proposed]:
    """The proposals for these reports."""
    return {row.report_id: cast("Proposed", row) for row in _OF.rows(session, {"numbers": list(numbers)})}


def bring_back(session: Session, by: Hand, number: int) -> bool:
    """A person says that it is a report after all; False when it was not set aside."""
    report = locked(session, number)
    if not report.aside:
        return False
    report.aside = False
    proposal = session.get(CaseProposal, number)
    if proposal is not None:
        proposal.brought_back = True
        if proposal.category not in categories():  # what it was called as no report
            proposal.category = usual_category(next(iter(proposal.agencies), ""))
    record(session, by, "brought_back", number)
    return True


def confirm_outside(session: Session, by: Hand, number: int, body: str) -> bool:
    """A person confirms that another body must act: the case is counted. False until triage has read it."""
    locked(session, number)
    proposal = session.get(CaseProposal, number)
    if proposal is None:
        return False
    if proposal.confirmed_outside != body:
        proposal.confirmed_outside = proposal.decided = body
        record(session, by, "outside", number, body=body)
    return True


def outside_counts(session: Session, span: Span) -> list[tuple[str, int, int]]:
    """(a body outside, its confirmed cases, how many of them were answered), the most first."""
    number = sa.func.count()
    query = (
        sa.select(col(CaseProposal.confirmed_outside), number, sa.func.count(col(Report.answered_at)))
        .join(Report, col(Report.id) == col(CaseProposal.report_id))
        .where(col(CaseProposal.confirmed_outside) != sa.literal_column("''"))
        .group_by(col(CaseProposal.confirmed_outside))
        .order_by(number.desc(), col(CaseProposal.confirmed_outside))
    )
    if not span.everything:
        query = query.where(col(Report.agency_id).in_(span.ids()))
    return [(code, n, told) for code, n, told in session.connection().execute(query)]


def forget_words(session: Session, number: int) -> None:
    """The citizen's words leave the proposal too; what remains is whose it was and what about."""
    session.connection().execute(
        sa.update(CaseProposal)
        .where(col(CaseProposal.report_id) == number)
        .values(why=[], kecamatan="", desa="", place_code="", candidates=0)
    )
    session.connection().execute(sa.delete(CaseKey).where(col(CaseKey.report_id) == number))


def judge_anew(session: Session, report: Report) -> bool:
    """Let triage read a waiting report's changed words; False where a person, or a danger, has settled it."""
    found = session.get(CaseProposal, report.id)
    if not report.waits:
        return False
    if found is None:
        return True
    if found.urgent or found.brought_back or found.decided or found.confirmed_outside:
        return False
    session.connection().execute(sa.delete(CaseKey).where(col(CaseKey.report_id) == report.id))
    session.delete(found)
    return True


def untold(session: Session, most: int = 50) -> list[int]:
    """The dangers of which the rooms concerned have not heard."""
    query = (
        select(CaseProposal.report_id)
        .where(col(CaseProposal.urgent) == sa.true(), col(CaseProposal.told_at).is_(None))
        .order_by(col(CaseProposal.report_id))
        .limit(most)
    )
    return list(session.exec(query))


def mark_told(session: Session, number: int, now: datetime) -> None:
    """The rooms concerned have heard of it, or need not any more."""
    statement = sa.update(CaseProposal).where(col(CaseProposal.report_id) == number)
    session.connection().execute(statement.values(told_at=now))


def cases(judged: Iterable[Judged]) -> list[Case]:
    """As grouping compares them."""
    return [Case(key_of(one), one.message.at, one.verdict) for one in judged if one.verdict]


def key_of(one: Judged) -> str:
    """The report's name among the cases, sorted as the numbers are."""
    return f"{one.message.number:012}"


def with_report(session: Session, number: int) -> tuple[Report, CaseProposal | None]:
    """The report and what was proposed for it."""
    return session.get_one(Report, number), session.get(CaseProposal, number)


def _row(one: Judged, now: datetime) -> dict[str, Any]:
    said, place = one.verdict, one.verdict.place if one.verdict else None
    return {
        "report_id": one.message.number,
        "is_report": said.is_report if said else True,
        "category": said.category if said else "",
        "agencies": list(said.agencies) if said else [],
        "why": list(said.why) if said else [],
        "urgent": said.urgent if said else False,
        "numbers": list(said.numbers) if said else [],
        "kecamatan": (place.kecamatan or "") if place else "",
        "desa": (place.desa or "") if place else "",
        "place_code": (place.code or "") if place else "",
        "candidates": len(place.candidates) if place else 0,
        "alike": one.alike,
        "judged_at": now,
        "told_at": told_already(one.message.at, now),
        "confirmed_outside": "",
        "brought_back": False,
        "decided": "",
        "kind": said.kind if said else "",
    }


def _keep_keys(session: Session, judged: Sequence[Judged]) -> None:
    rows = [
        {"report_id": one.message.number, "key": key[:80], "written_at": one.message.at}
        for one in judged
        for key in one.keys
    ]
    if rows:
        session.connection().execute(insert(session, CaseKey).on_conflict_do_nothing(), rows)


def _place(session: Session, one: Judged, now: datetime) -> None:
    """Where the lists show it: apart, on top, or as any other."""
    if one.verdict is None or (one.verdict.is_report and not one.verdict.urgent):
        return
    report = locked(session, one.message.number)
    if not one.verdict.is_report:
        report.aside = report.state == "new" and not is_recorded(
            report.channel
        )  # whom a person has heard out
    else:
        put_on_top(session, report, now)
