"""How a government words the answers that it gives every day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class AnswerText(SQLModel, table=True):
    """One change of a ready-made answer, for an agency and what is below it. Rows are only ever added.

    The newest row of an agency and a slot (name, category, language) is what holds there; one without `text`
    says that there is none of its own any more. `before` is the row whose place it took.
    """

    __tablename__ = "answer_text"
    __table_args__ = (
        sa.Index("ix_answer_text_slot", "agency_id", "name", "category", "language", "id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    agency_id: int = Field(foreign_key="agency.id")
    name: str = Field(max_length=20)
    category: str = Field(default="", max_length=30)
    language: str = Field(max_length=2)
    text: str = Field(default="", sa_type=sa.Text)
    before: int | None = None
    set_by: int = Field(foreign_key="official.id")
    set_at: datetime
