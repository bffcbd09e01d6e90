"""What citizens propose for their surroundings, gathered for the planning meetings."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Aspiration(SQLModel, table=True):
    """A report that proposes something. `theme` is triage's category, `kecamatan` the place it speaks of.

    `state`: proposed (its words look like it) | confirmed (an official says so) | none (an official says no).
    """

    __tablename__ = "aspiration"
    __table_args__ = (sa.Index("ix_aspiration_day", "day", "state"),)

    report_id: int = Field(
        primary_key=True, foreign_key="report.id", sa_column_kwargs={"autoincrement": False}
    )
    theme: str = Field(max_length=30)
    kecamatan: str = Field(default="", max_length=60)
    desa: str = Field(default="", max_length=60)
    day: date
    state: str = Field(default="proposed", max_length=10)
    decided_by: int | None = Field(default=None, foreign_key="official.id")
    decided_at: datetime | None = None
