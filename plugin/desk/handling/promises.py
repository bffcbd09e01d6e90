"""Promises to citizens: proposed from what was published, confirmed by an official, kept or broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.desk.audit import Hand, record, system
from plugin.desk.lists.queue import Span
from plugin.store.prepared import Prepared
from plugin.store.store import insert
from plugin.store.tables import Promise, Reply, Report
from plugin.store.tables.replies import UNREAD
from plugin.wording import Refusal, UserError

MANY = 100
_UNREAD = Prepared(
    sa.select(col(Reply.id)).where(sa.text(UNREAD)).order_by(col(Reply.id)).limit(sa.bindparam("most"))
)


def _question() -> Prepared:
    """Asked every minute, and nearly always answered with none."""
    withdrawn = sa.select(col(Reply.id)).where(
        col(Reply.id) == col(Promise.reply_id), col(Reply.state) == "withdrawn"
    )
    to_remind = col(Promise.reminded_at).is_(None) & (col(Promise.due_at) <= sa.bindparam("before"))
    over = col(Promise.due_at) <= sa.bindparam("now")
    any_of_it = sa.or_(over, to_remind, withdrawn.exists())
    return Prepared(sa.select(col(Promise.id)).where(col(Promise.state) == "open", any_of_it).limit(1))


_SOMETHING_DUE = _question()


@dataclass(frozen=True)
class PromiseDecided(Refusal):
    """It was decided already; what holds is shown on its card."""

    number: int
    state: str


def unread(session: Session, most: int = MANY) -> list[tuple[Reply, int]]:
    """Published replies whose promises nobody has looked for, each with the agency that has the report."""
    found = [number for [number] in _UNREAD.rows(session, {"most": most})]
    if not found:  # as in nearly every minute
        return []
    query = (
        select(Reply, Report.agency_id)
        .join(Report, col(Report.id) == Reply.report_id)
        .where(col(Reply.id).in_(found), sa.text(UNREAD))
        .order_by(col(Reply.id))
        .with_for_update(of=Reply, skip_locked=True)
    )
    return [(reply, agency) for reply, agency in session.exec(query)]


def propose(session: Session, reply: Reply, agency_id: int, words: str, day: date, due_at: datetime) -> int:
    """Note what seems to be a promise; its number."""
    row = {
        "report_id": reply.report_id, "reply_id": reply.id, "agency_id": agency_id, "words": words, "day": day,
        "due_at": due_at, "state": "proposed", "made_at": reply.published_at,
    }  # fmt: skip
    made = insert(session, Promise).values(**row).on_conflict_do_nothing().returning(col(Promise.id))
    number = session.connection().execute(made).scalar()
    return int(number or 0)


def decide(session: Session, by: Hand, number: int, state: str) -> Promise:
    """`open` (yes, a promise), `none` (it is no promise) or `kept`, on record."""
    promise = locked(session, number)
    if promise.state == state:
        return promise
    if state not in AFTER[promise.state]:
        raise UserError(PromiseDecided(promise.report_id, promise.state))
    promise.state, promise.decided_by, promise.decided_at = state, by.official_id, by.at
    record(
        session, by, f"promise_{state}", promise.report_id, day=promise.day.isoformat(), words=promise.words
    )
    return promise


AFTER = {
    "proposed": ("open", "none", "kept"),
    "open": ("kept", "none"),
    "broken": ("kept",),
    "kept": (),
    "none": ("open",),
}
"""What may be said of a promise in each state. What was broken stays late, also when it is kept after all."""


def set_day(session: Session, by: Hand, number: int, day: date, due_at: datetime) -> Promise:
    """The official names the day that was meant; that confirms it. What is broken cannot be put off."""
    promise = locked(session, number)
    if promise.state not in ("proposed", "open"):
        raise UserError(PromiseDecided(promise.report_id, promise.state))
    promise.day, promise.due_at, promise.reminded_at = day, due_at, None
    promise.state, promise.decided_by, promise.decided_at = "open", by.official_id, by.at
    record(session, by, "promise_open", promise.report_id, day=day.isoformat(), words=promise.words)
    return promise


def keep_all(session: Session, by: Hand, report_id: int) -> None:
    """The report is settled: what was promised of it has been done."""
    mine = select(Promise).where(Promise.report_id == report_id, Promise.state == "open")
    for promise in session.exec(mine.with_for_update()):
        promise.state, promise.decided_by, promise.decided_at = "kept", by.official_id, by.at


def something_due(session: Session, before: datetime, now: datetime) -> bool:
    """Whether one of them is to be voided, reminded of or broken now."""
    return bool(_SOMETHING_DUE.rows(session, {"before": before, "now": now}))


def void_withdrawn(session: Session, now: datetime) -> list[Promise]:
    """What was promised in an answer that was taken back binds nobody any more."""
    query = (
        select(Promise)
        .join(Reply, col(Reply.id) == col(Promise.reply_id))
        .where(col(Promise.state) == "open", col(Reply.state) == "withdrawn")
    )
    rows = list(session.exec(query.limit(MANY).with_for_update(of=Promise, skip_locked=True)))
    for row in rows:
        row.state = "none"
        record(session, system(now), "promise_void", row.report_id, words=row.words)
    return rows


def to_remind(session: Session, before: datetime, now: datetime) -> list[Promise]:
    """Promises whose last day this is, and of which the agency has not been reminded; now it is."""
    query = select(Promise).where(
        col(Promise.state) == "open", col(Promise.due_at) > now, col(Promise.due_at) <= before,
        col(Promise.reminded_at).is_(None),
    )  # fmt: skip
    rows = list(session.exec(query.limit(MANY).with_for_update(skip_locked=True)))
    for row in rows:
        row.reminded_at = now
    return rows


def break_due(session: Session, now: datetime) -> list[Promise]:
    """Promises whose time is over: broken, on record."""
    query = select(Promise).where(col(Promise.state) == "open", col(Promise.due_at) <= now)
    rows = list(
        session.exec(query.order_by(col(Promise.due_at)).limit(MANY).with_for_update(skip_locked=True))
    )
    for row in rows:
        row.state = "broken"
        record(
            session, system(now), "promise_broken", row.report_id, day=row.day.isoformat(), words=row.words
        )
    return rows


def locked(session: Session, number: int) -> Promise:
    """The promise, held until the transaction ends."""
    return session.exec(select(Promise).where(Promise.id == number).with_for_update()).one()


def of_report(session: Session, report_id: int) -> Sequence[Promise]:
    """What was promised about a report, oldest first; without what turned out to be none."""
    query = select(Promise).where(Promise.report_id == report_id, Promise.state != "none")
    return session.exec(query.order_by(col(Promise.id))).all()


def listed(
    session: Session, span: Span, states: Sequence[str], *, limit: int, offset: int = 0
) -> list[Promise]:
    """Promises of these agencies in these states, the one due first on top."""
    query = select(Promise).where(col(Promise.state).in_(states), *_within(span))
    return list(
        session.exec(query.order_by(col(Promise.due_at), col(Promise.id)).limit(limit).offset(offset))
    )


def counted(session: Session, span: Span, state: str, since: datetime | None = None) -> int:
    """How many promises of these agencies are in that state (with their time over since then)."""
    query = sa.select(sa.func.count()).select_from(Promise).where(col(Promise.state) == state, *_within(span))
    if since is not None:
        query = query.where(col(Promise.due_at) >= since)
    return int(session.connection().execute(query).scalar_one())


def _within(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    agency = SQLModel.metadata.tables[str(Promise.__tablename__)].c.agency_id
    return () if span.everything else (agency.in_(span.ids()),)
