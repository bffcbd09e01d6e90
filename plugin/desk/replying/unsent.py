"""Drafts that lie there: written by somebody who may not send them, perhaps, and seen by nobody who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.store.tables import Account, Official, Reply, Report

LYING = ("drafted", "asking", "approved")
"""States in which nothing happens until somebody presses."""
LATELY = timedelta(days=14)
"""What was begun longer ago is no longer meant to be sent."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Lying:
    """The newest answer to a report that waits, by whom and since when; `speaker_id` is the agency whose account or
    desk gives it."""

    number: int
    agency_id: int
    speaker_id: int
    reply_id: int
    text: str
    by: str
    drafted_at: datetime
    state: str
    channel: str


def lying(session: Session, but: int, now: datetime) -> Sequence[Lying]:
    """The newest draft of each report that waits for its first answer, unless it is this official's own; what lies
    longest first."""
    newest = (
        sa.select(sa.func.max(col(Reply.id)))
        .join(Report, col(Report.id) == col(Reply.report_id))
        .where(col(Reply.state).in_(LYING), col(Reply.drafted_at) > now - LATELY)
        .where(col(Report.answered_at).is_(None), col(Report.closed_at).is_(None))
        .where(col(Reply.companion_of).is_(None))
        .group_by(col(Reply.report_id))
    )
    query: Any = (
        sa.select(
            col(Report.id), col(Report.agency_id), col(Account.agency_id), col(Reply.id), col(Reply.text),
            col(Official.name), col(Reply.drafted_at), col(Reply.state), col(Report.channel),
        )
        .join(Report, col(Report.id) == col(Reply.report_id))
        .join(Account, col(Account.id) == col(Reply.account_id))
        .join(Official, col(Official.id) == col(Reply.drafted_by))
        .where(col(Reply.id).in_(newest), col(Reply.drafted_by) != but)
        .order_by(col(Reply.id))
        .limit(MOST)
    )  # fmt: skip
    return [Lying(*row) for row in session.connection().execute(query)]
