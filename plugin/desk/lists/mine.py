"""What one official has in hand: reports taken, answers begun, orders to receive, given, and late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.handling.owed import owed
from plugin.desk.lists.queue import COLUMNS, Waiting
from plugin.desk.replying.replies import NOT_OVER
from plugin.store.tables import Account, Disposition, Reply, Report
from plugin.store.tables.desk import UNRECEIVED

MOST = 200
"""More than anybody has in hand."""


ORDER = (
    col(Report.id), col(Report.agency_id), col(Disposition.instruction), col(Disposition.given_at),
    col(Disposition.due_at),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that was written and is not over; `speaker_id` is the agency whose account or desk gives it."""

    number: int
    agency_id: int
    speaker_id: int
    reply_id: int
    text: str
    drafted_at: datetime
    state: str
    channel: str


@dataclass(frozen=True, slots=True)
class Order:
    """A disposition that nobody at its agency has confirmed, or that is late."""

    number: int
    agency_id: int
    instruction: str
    given_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody has in hand; `answered` are the numbers of those that have a public answer.

    `received` are orders to agencies where they serve, `given` are their own; both wait to be confirmed. `late` are
    orders of either kind whose own deadline is over and that are not carried out.
    """

    held: tuple[Waiting, ...] = ()
    answered: frozenset[int] = frozenset()
    begun: tuple[Begun, ...] = ()
    received: tuple[Order, ...] = ()
    given: tuple[Order, ...] = ()
    late: tuple[Order, ...] = ()


def mine(session: Session, official_id: int, agency_ids: Collection[int], now: datetime) -> Mine:
    """Of somebody who serves at these agencies; by index, whatever the archive holds."""
    held: Any = (
        sa.select(*COLUMNS, col(Report.answered_at))
        .where(col(Report.held_by) == official_id, col(Report.held_until) > now)
        .order_by(col(Report.priority).desc(), col(Report.due_at), col(Report.id))
        .limit(MOST)
    )
    connection = session.connection()
    rows = connection.execute(held).all()
    return Mine(
        tuple(Waiting(*row[:-1]) for row in rows),
        frozenset(row[0] for row in rows if row[-1] is not None),
        _begun(session, official_id),
        _orders(session, col(Report.agency_id).in_(agency_ids), Disposition.given_by != official_id),
        _orders(session, Disposition.given_by == official_id),
        _late(session, official_id, agency_ids, now),
    )


def _begun(session: Session, official_id: int) -> tuple[Begun, ...]:
    """Their answers that are not over, those first that have left the draft."""
    answer: Any = (
        sa.select(
            col(Report.id), col(Report.agency_id), col(Account.agency_id), col(Reply.id), col(Reply.text),
            col(Reply.drafted_at), col(Reply.state), col(Report.channel),
        )
        .join(Report, col(Report.id) == Reply.report_id)
        .join(Account, col(Account.id) == Reply.account_id)
    )  # fmt: skip
    drafts = col(Reply.drafted_by) == official_id, col(Reply.state) == sa.literal_column("'drafted'")
    # By their state, for few are in one of these; of somebody's answers most are public for years.
    others = col(Reply.drafted_by) + 0 == official_id, col(Reply.state).in_(NOT_OVER)
    newest = [answer.where(*which).order_by(col(Reply.id).desc()).limit(MOST) for which in (others, drafts)]
    return tuple(Begun(*row) for query in newest for row in session.connection().execute(query))


def _orders(session: Session, *conditions: Any) -> tuple[Order, ...]:
    """The unconfirmed orders with reports that are not closed, the most pressing first: that the citizen has a first
    answer ("we pass it on") is no reason to forget what somebody was ordered to do."""
    order: Any = sa.select(*ORDER)
    here = (Disposition.report_id == Report.id) & (Disposition.to_agency == Report.agency_id)
    query = (
        order.join(Disposition, here)
        .where(
            col(Report.closed_at).is_(None),
            Disposition.kind == "given",
            sa.text(f"disposition.{UNRECEIVED}"),
            *conditions,
        )
        .order_by(col(Disposition.due_at).is_(None), col(Disposition.due_at), col(Disposition.id))
        .limit(MOST)
    )
    return tuple(Order(*row) for row in session.connection().execute(query))


def _late(
    session: Session, official_id: int, agency_ids: Collection[int], now: datetime
) -> tuple[Order, ...]:
    theirs = sa.or_(col(Disposition.given_by) == official_id, col(Disposition.to_agency).in_(agency_ids))
    query = owed(*ORDER).where(col(Disposition.due_at) <= now, theirs).limit(MOST)
    return tuple(Order(*row) for row in session.connection().execute(query))
