"""The clocks that run for a report."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

RUNNING = "ended_at IS NULL"
"""A clock whose matter is not settled, whether its time is over or not."""


class ReportClock(SQLModel, table=True):
    """One clock of a report, from its start to its end; of each kind at most one runs.

    `agency_id` and `kind` are what it began with: they say by which rule it is counted. `due_at` None is still
    to be counted, or to be counted anew. `pauses` are the times it stood still ([began, ended] each), and
    `paused_at` is when the one began that lasts. `pausable`: whether its rule lets it stand still at all.
    `step` says how many rungs of the ladder have been climbed, `next_at` when the next one is due.
    """

    __tablename__ = "report_clock"
    __table_args__ = (
        partial_index("uq_report_clock_running", "report_id", "clock", where=RUNNING, unique=True),
        partial_index("ix_report_clock_due", "due_at", "clock", where=RUNNING),
        partial_index("ix_report_clock_next", "next_at", where=RUNNING),
    )

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    clock: str = Field(max_length=20)
    agency_id: int = Field(foreign_key="agency.id")
    kind: str = Field(default="", max_length=20)
    started_at: datetime
    due_at: datetime | None = None
    warn_at: datetime | None = None
    pausable: bool = True
    paused_at: datetime | None = None
    pauses: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    ended_at: datetime | None = None
    step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_at: datetime | None = None
