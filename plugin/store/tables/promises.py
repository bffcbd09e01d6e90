"""What agencies have promised in public, and whether it was kept."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

PROMISED = "state = 'open'"
"""A promise that an official has confirmed and whose time is not over."""


class Promise(SQLModel, table=True):
    """A promise in a published reply: `words` of it, and the day they mean.

    `state`: proposed (nobody has confirmed it yet) | open | kept | broken | none (it was no promise).
    `reminded_at`: when the agency was reminded of its last day.
    """

    __tablename__ = "promise"
    __table_args__ = (
        sa.UniqueConstraint("reply_id", "words", name="uq_promise_words"),
        partial_index("ix_promise_open", "due_at", where=PROMISED),
        sa.Index("ix_promise_agency", "agency_id", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    reply_id: int = Field(foreign_key="reply.id")
    agency_id: int = Field(foreign_key="agency.id")
    words: str = Field(max_length=200)
    day: date
    due_at: datetime
    state: str = Field(default="proposed", max_length=10)
    made_at: datetime
    decided_by: int | None = Field(default=None, foreign_key="official.id")
    decided_at: datetime | None = None
    reminded_at: datetime | None = None
