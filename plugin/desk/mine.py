"""What one official has in hand: the reports they have taken, and the answers they have begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.queue import COLUMNS, Waiting
from plugin.store.tables import Reply, Report

MOST = 200
"""More than anybody has in hand."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that was written and not yet sent."""

    number: int
    agency_id: int
    reply_id: int
    text: str
    drafted_at: datetime


@dataclass(frozen=True, slots=True)
class Mine:
    """What somebody has in hand; `answered` are the numbers of those that have a public answer."""

    held: tuple[Waiting, ...]
    answered: frozenset[int]
    begun: tuple[Begun, ...]


def mine(session: Session, official_id: int, now: datetime) -> Mine:
    """By index, whatever the archive holds."""
    held: Any = (
        sa.select(*COLUMNS, col(Report.answered_at))
        .where(col(Report.held_by) == official_id, col(Report.held_until) > now)
        .order_by(col(Report.priority).desc(), col(Report.due_at), col(Report.id))
        .limit(MOST)
    )
    begun: Any = (
        sa.select(
            col(Report.id), col(Report.agency_id), col(Reply.id), col(Reply.text), col(Reply.drafted_at)
        )
        .join(Report, col(Report.id) == Reply.report_id)
        .where(col(Reply.drafted_by) == official_id, col(Reply.state) == sa.literal_column("'drafted'"))
        .order_by(col(Reply.id).desc())
        .limit(MOST)
    )
    connection = session.connection()
    rows = connection.execute(held).all()
    return Mine(
        tuple(Waiting(*row[:-1]) for row in rows),
        frozenset(row[0] for row in rows if row[-1] is not None),
        tuple(Begun(*row) for row in connection.execute(begun)),
    )
