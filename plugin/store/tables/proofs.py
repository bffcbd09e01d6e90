"""What shows that a case was settled."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class Proof(SQLModel, table=True):
    """A photo or a document that an official has put to a report. `file` is its name in the media folder.

    `origin` names the delivery that it came with, and which of its files it was: taken twice it is kept once.
    """

    __tablename__ = "proof"
    __table_args__ = (sa.UniqueConstraint("origin", name="uq_proof_origin"),)

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    file: str = Field(max_length=120)
    mime: str = Field(max_length=60)
    origin: str = Field(max_length=180)
    added_by: int = Field(foreign_key="official.id")
    added_at: datetime
