"""What is kept for scorecards."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class AnswerScore(SQLModel, table=True):
    """How long first answers took: reports that came in on `day` and are judged at `agency_id`, by `span`.

    `span` is one of a ladder of times (see `plugin.desk.measures.scoring`), -1 for what is judged at nobody, -2 for
    what was set aside after its time. `late` counts
    those among `answered` that came after their limit. Kept with every first answer, never counted.
    """

    __tablename__ = "answer_score"

    day: date = Field(primary_key=True)
    agency_id: int = Field(primary_key=True, foreign_key="agency.id")
    span: int = Field(primary_key=True)
    answered: int = 0
    late: int = 0
