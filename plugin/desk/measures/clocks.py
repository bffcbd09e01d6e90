"""The clocks of a report: what begins and ends them, what stops them, and when they run out.

They follow the report's state, and nothing else: an edit, another agency or a return sets no clock back. Whoever
changes a state only notes here what began or ended; what has no due moment yet is counted at the next minute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.limits import CLOCKS, Clock, Limit, Limits, Span
from plugin.registry.paths import codes_at
from plugin.store.lists import among
from plugin.store.prepared import Prepared
from plugin.store.store import insert, insert_for
from plugin.store.tables import Reply, Report, ReportClock
from plugin.store.tables.clocks import RUNNING

TABLE, REPORTS = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (ReportClock, Report))

WAITING = "waiting"
"""The state in which the citizen must say something before we can go on: the only one that stops clocks."""

STANDS = datetime(9000, 1, 1, tzinfo=UTC)
"""`Report.due_at` while its clock stands still: after everything that runs."""

AT_RECEIPT: tuple[Clock, ...] = ("first_answer", "forward", "completion")

BEGINS: Mapping[str, tuple[Clock, ...]] = {
    "disposed": ("follow_up",),
    "replied": ("silence",),
    WAITING: ("silence",),
}
"""What begins with a state, unless it runs already."""

ENDS: Mapping[str, frozenset[Clock]] = {
    "disposed": frozenset({"forward", "silence"}),
    WAITING: frozenset({"forward", "follow_up"}),
    "replied": frozenset({"first_answer", "forward", "follow_up", "silence"}),
}
"""What ends with a state while the report is open; with any other one the citizen's silence does."""

TOLD = ("id", "report_id", "clock", "agency_id", "kind", "started_at", "paused_at", "pauses", "ended_at")
"""What must be known of a clock to tell it."""

Codes = Callable[[int], tuple[str, ...]]
"""The codes at an agency: its own first, then those above it."""

MANY = 500
"""Clocks that are counted in one transaction."""

_EVERY = (
    sa.select(*(TABLE.c[name] for name in TOLD))
    .where(TABLE.c.report_id.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(TABLE.c.id)
)
_RUN = _EVERY.where(sa.text(RUNNING))
_PAST, _PRESENT = Prepared(_EVERY), Prepared(_RUN)
_OVER = Prepared(
    sa.select(TABLE.c.report_id)
    .where(TABLE.c.ended_at.is_(None), TABLE.c.paused_at.is_(None), TABLE.c.due_at <= sa.bindparam("now"))
    .where(TABLE.c.clock == sa.bindparam("clock"))
    .order_by(TABLE.c.due_at)
    .limit(sa.bindparam("most"))
)
_UNCOUNTED = Prepared(
    sa.select(TABLE.c.report_id)
    .where(TABLE.c.ended_at.is_(None), TABLE.c.due_at.is_(None), TABLE.c.paused_at.is_(None))
    .order_by(TABLE.c.id)
    .limit(sa.bindparam("most"))
)


def _next() -> Prepared:
    """Of each report the clock that is due first, and those that are still to be counted."""
    c, other = TABLE.c, TABLE.alias()
    first = (
        sa.select(other.c.id)
        .where(other.c.report_id == c.report_id, other.c.ended_at.is_(None))
        .order_by(other.c.due_at.is_(None), other.c.paused_at.is_not(None), other.c.due_at)
        .limit(sa.literal_column("1"))
        .scalar_subquery()
    )
    return Prepared(_RUN.where((c.id == first) | c.due_at.is_(None)).order_by(None))


_NEXT = _next()


@dataclass(frozen=True, slots=True)
class Told:
    """A clock as people are told it. `late`: it runs, and its time is over, or it ended after that."""

    id: int
    limit: Limit
    started_at: datetime
    ended_at: datetime | None
    paused: bool
    late: bool


def first_answer(
    session: Session, limits: Limits, agency_ids: Iterable[int], now: datetime
) -> dict[int, datetime]:
    """Until when reports that come to each of these agencies now must be answered."""
    return {
        agency: cast(Limit, limits.limit("first_answer", now, codes_at(session, agency))).due_at
        for agency in agency_ids
    }


def opened(session: Session, limits: Limits, agency_id: int, numbers: Sequence[int], now: datetime) -> None:
    """New reports came to an agency: their clocks begin, counted already."""
    if not numbers:
        return
    codes = codes_at(session, agency_id)
    for clock in AT_RECEIPT:
        limit = limits.limit(clock, now, codes)
        if limit is not None:
            row = _new(0, agency_id, clock, now) | {"pausable": limit.pauses}
            row |= {"due_at": limit.due_at, "warn_at": limit.warn_at, "next_at": limit.warn_at}
            session.connection().execute(
                _for_all(session.get_bind().dialect.name), row | {"numbers": list(numbers)}
            )


@cache
def _for_all(dialect: str) -> Any:
    """The same clock for many reports: one row said, the rest of them made inside the database."""
    names = [c.name for c in TABLE.columns if c.name not in ("id", "report_id", "paused_at", "ended_at")]
    values = [sa.bindparam(name, type_=TABLE.c[name].type) for name in names]
    these = among(dialect, REPORTS.c.id, "numbers")
    each = sa.select(REPORTS.c.id, *values).where(these).order_by(REPORTS.c.id)
    statement = insert_for(dialect, TABLE)
    return statement.from_select(["report_id", *names], each).on_conflict_do_nothing()


def follow(session: Session, report: Report, now: datetime, *, asked_again: bool = False) -> None:
    """The report has come into its state: its clocks go along. Called in the transaction that brought it there.

    `asked_again`: the citizen has written once more, and what was answered or closed waits anew from now on.
    """
    assert report.id is not None
    ends = ENDS.get(report.state, frozenset({"silence"})) if report.closed_at is None else frozenset(CLOCKS)
    for row in _running(session, [report.id]):
        if row.clock in ends:
            row.ended_at = now
        elif report.state == WAITING and row.pausable and row.paused_at is None:
            _stop(row, report, now)
        elif report.state != WAITING and row.paused_at is not None:
            _go_on(row, report, row.paused_at, now)
    session.flush()
    if report.closed_at is None:
        _begin(session, report, now, asked_again=asked_again)


def asked_nothing(session: Session, report: Report, now: datetime) -> None:
    """The citizen's word that woke it asks for no answer: it stands again as before, and its clocks go along."""
    for row in _running(session, [report.id]):
        if row.clock == "first_answer":
            row.ended_at = now
    follow(session, report, now)


def _begin(session: Session, report: Report, now: datetime, *, asked_again: bool) -> None:
    assert report.id is not None
    begin = [_new(report.id, report.agency_id, c, now, report.kind) for c in BEGINS.get(report.state, ())]
    if report.answered_at is None:
        since = now if asked_again else waits_since(session, report, now)
        waiting: tuple[Clock, ...] = ("first_answer", "completion")
        begin += [_new(report.id, report.agency_id, c, since, report.kind) for c in waiting]
    if begin:
        session.connection().execute(insert(session, ReportClock).on_conflict_do_nothing(), begin)


def waits_since(session: Session, report: Report, now: datetime) -> datetime:
    """From when on a report that is opened again waits: what was closed by mistake, or whose answer was withdrawn,
    since the citizen wrote; what has an answer, from now on."""
    assert report.id is not None
    return now if _was_answered(session, report.id) else report.received_at


def _was_answered(session: Session, number: int) -> bool:
    published = select(Reply.id).where(Reply.report_id == number, Reply.state == "published").limit(1)
    return session.exec(published).first() is not None


def _stop(row: ReportClock, report: Report, now: datetime) -> None:
    row.paused_at = now
    if row.clock == "first_answer":
        report.due_at = STANDS


def _go_on(row: ReportClock, report: Report, since: datetime, now: datetime) -> None:
    if row.clock == "first_answer" and row.due_at is not None:
        report.due_at = row.due_at + max(now - since, timedelta())  # until it is counted
    row.pauses = [*row.pauses, [since.isoformat(), now.isoformat()]]
    row.paused_at = row.due_at = row.warn_at = None


def count(session: Session, limits: Limits, most: int = MANY) -> int:
    """Count clocks that have no due moment yet; how many. Those for which no limit is set are dropped."""
    numbers = {number for [number] in _UNCOUNTED.rows(session, {"most": most})}
    if not numbers:  # as in nearly every minute
        return 0
    # Reports are locked before their clocks, here as everywhere: nobody waits in a circle.
    query = select(Report).where(col(Report.id).in_(numbers)).order_by(col(Report.id))
    reports = {r.id: r for r in session.exec(query.with_for_update(skip_locked=True))}
    codes = _codes(session)
    rows = [row for row in _running(session, list(reports)) if row.due_at is None and row.paused_at is None]
    for row in rows:
        limit = _limit(limits, row, codes)
        if limit is None:
            session.delete(row)
            continue
        row.due_at, row.warn_at, row.pausable = limit.due_at, limit.warn_at, limit.pauses
        row.next_at = _next_move(row, limit)
        if row.clock == "first_answer":
            reports[row.report_id].due_at = limit.due_at
    return len(rows)


def _next_move(row: ReportClock, limit: Limit) -> datetime | None:
    """When the next level is to hear; of the citizen's silence nobody does."""
    if row.clock == "silence" or (row.step and row.next_at is None):
        return None
    return max(row.next_at or limit.due_at, limit.due_at) if row.step else limit.warn_at


def count_anew(session: Session) -> None:
    """The tables have changed: every clock that runs is to be counted again. What is past stays as it was."""
    moving = (TABLE.c.ended_at.is_(None), TABLE.c.due_at.is_not(None), TABLE.c.paused_at.is_(None))
    session.connection().execute(sa.update(TABLE).where(*moving).values(due_at=None, warn_at=None))


def is_kind(session: Session, number: int, kind: str) -> None:
    """What kind of report it is has become known: the clocks that run are counted by the rule for it."""
    here = (TABLE.c.report_id == number, TABLE.c.ended_at.is_(None), TABLE.c.kind != kind)
    session.connection().execute(sa.update(TABLE).where(*here).values(kind=kind, due_at=None, warn_at=None))


def run_out(session: Session, clock: Clock, now: datetime, most: int = MANY) -> list[int]:
    """The reports whose clock of this kind has run out, the longest first."""
    return [number for [number] in _OVER.rows(session, {"clock": clock, "now": now, "most": most})]


def silence_over(session: Session, number: int, now: datetime) -> None:
    """Nobody waits for the citizen's next word any more."""
    here = (TABLE.c.report_id == number, TABLE.c.ended_at.is_(None), TABLE.c.clock == "silence")
    session.connection().execute(sa.update(TABLE).where(*here).values(ended_at=now))


def silence_from(session: Session, number: int, moment: datetime) -> None:
    """The citizen's silence counts from that moment on: there was something to wait for until then."""
    here = (TABLE.c.report_id == number, TABLE.c.ended_at.is_(None), TABLE.c.clock == "silence")
    session.connection().execute(sa.update(TABLE).where(*here).values(started_at=moment, due_at=None))


def told(
    session: Session,
    limits: Limits,
    numbers: Collection[int],
    now: datetime,
    *,
    past: bool = False,
) -> dict[int, tuple[Told, ...]]:
    """The clocks of these reports, the one due first on top; with those that have ended, if `past`."""
    return _told(session, limits, numbers, now, _PAST if past else _PRESENT, _codes(session))


def first_due(
    session: Session, limits: Limits, numbers: Collection[int], now: datetime, codes: Codes
) -> dict[int, Told]:
    """The clock that is due first of each of these reports, if one runs: what a list says of it.

    `codes`: the codes at an agency, which whoever makes a list has at hand.
    """
    every = _told(session, limits, numbers, now, _NEXT, codes)
    return {number: some[0] for number, some in every.items() if some}


def _told(
    session: Session, limits: Limits, numbers: Collection[int], now: datetime, asked: Prepared, codes: Codes
) -> dict[int, tuple[Told, ...]]:
    found: dict[int, list[Told]] = {number: [] for number in numbers}
    for row in asked.rows(session, {"numbers": list(numbers)}):
        limit = _limit(limits, row, codes, now)
        if limit is not None:
            paused = row.paused_at is not None and row.ended_at is None
            in_time = row.ended_at <= limit.due_at if row.ended_at else now < limit.due_at
            late = not paused and not in_time
            found[row.report_id].append(Told(row.id or 0, limit, row.started_at, row.ended_at, paused, late))
    return {number: tuple(sorted(some, key=_order)) for number, some in found.items()}


def _order(clock: Told) -> tuple[bool, datetime]:
    return clock.paused, clock.started_at if clock.ended_at else clock.limit.due_at


def _codes(session: Session) -> Codes:
    return cache(partial(codes_at, session))


def _limit(limits: Limits, row: Any, codes: Codes, now: datetime | None = None) -> Limit | None:
    spans = [
        Span(datetime.fromisoformat(began), datetime.fromisoformat(ended)) for began, ended in row.pauses
    ]
    if row.paused_at is not None and now is not None:
        spans.append(Span(row.paused_at, max(row.paused_at, row.ended_at or now)))
    return limits.limit(cast(Clock, row.clock), row.started_at, codes(row.agency_id), row.kind, spans)


def _running(session: Session, numbers: Collection[int | None]) -> Sequence[ReportClock]:
    query = select(ReportClock).where(sa.text(RUNNING), col(ReportClock.report_id).in_(numbers))
    return session.exec(query.order_by(col(ReportClock.id))).all()


def _new(number: int, agency_id: int, clock: Clock, now: datetime, kind: str = "") -> dict[str, Any]:
    return {
        "report_id": number, "clock": clock, "agency_id": agency_id, "kind": kind, "started_at": now,
        "due_at": None, "warn_at": None, "pausable": clock != "silence", "pauses": [], "step": 0,
    }  # fmt: skip
