"""What triage proposes for a report: a person confirms, so nothing here moves anything by itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from plugin.store.tables.partial import partial_index

UNTOLD = "{urgent} AND told_at IS NULL"
"""A danger of which the rooms concerned have not heard yet."""
OUTSIDE = "confirmed_outside <> ''"
DECIDED = "decided <> ''"
"""A report that a person has handed to an agency: what is learned from."""


class CaseProposal(SQLModel, table=True):
    """The proposal for one report: whose it is, what about, how urgent, and what says so.

    `agencies` are codes, best first; one outside the government's authority begins with LUAR:. `alike` is the
    oldest report that seems to tell of the same incident. `confirmed_outside` is the body that a person has
    confirmed. `brought_back`: a person said that it is a report after all. `decided` is the code of the agency
    to which a person handed it. `kind` is what it seems to be (`plugin.limits.KINDS`). `judged_at` is when this was
    said, and said anew where a further post tells of a danger.
    """

    __tablename__ = "case_proposal"
    __table_args__ = (
        sa.Index(
            "ix_case_proposal_untold",
            "report_id",
            sqlite_where=sa.text(UNTOLD.format(urgent="urgent = 1")),
            postgresql_where=sa.text(UNTOLD.format(urgent="urgent")),
        ),
        partial_index("ix_case_proposal_outside", "confirmed_outside", "report_id", where=OUTSIDE),
        partial_index("ix_case_proposal_decided", "report_id", where=DECIDED),
    )

    report_id: int = Field(
        primary_key=True, foreign_key="report.id", sa_column_kwargs={"autoincrement": False}
    )
    is_report: bool
    category: str = Field(max_length=30)
    agencies: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    why: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    urgent: bool = False
    numbers: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    kecamatan: str = Field(default="", max_length=60)
    desa: str = Field(default="", max_length=60)
    place_code: str = Field(default="", max_length=20)
    candidates: int = 0
    alike: int | None = Field(default=None, index=True)
    judged_at: datetime
    told_at: datetime | None = None
    confirmed_outside: str = Field(default="", max_length=30)
    brought_back: bool = False
    kind: str = Field(default="", max_length=12, sa_column_kwargs={"server_default": ""})
    decided: str = Field(default="", max_length=30, sa_column_kwargs={"server_default": ""})


class CaseKey(SQLModel, table=True):
    """A place or a rare word of a report, by which tellings of one incident find each other."""

    __tablename__ = "case_key"
    __table_args__ = (sa.Index("ix_case_key_recent", "key", "written_at", "report_id"),)

    report_id: int = Field(
        primary_key=True, foreign_key="report.id", sa_column_kwargs={"autoincrement": False}
    )
    key: str = Field(primary_key=True, max_length=80)
    written_at: datetime


class Lesson(SQLModel, table=True):
    """A phrase that people taught for an agency; without weight it says that the phrase points there no longer.

    Rows stay: an undone lesson has `undone_at`. `taught_by` is empty for the operator at the terminal.
    """

    __tablename__ = "lesson"

    id: int | None = Field(default=None, primary_key=True)
    phrase: str = Field(max_length=80)
    agency: str = Field(max_length=30, index=True)
    category: str = Field(max_length=30)
    weight: float
    taught_by: int | None = Field(default=None, foreign_key="official.id")
    taught_at: datetime
    undone_by: int | None = Field(default=None, foreign_key="official.id")
    undone_at: datetime | None = None


class PhraseScore(SQLModel, table=True):
    """How often a phrase led to the agency that people then chose, and how often to another."""

    __tablename__ = "phrase_score"

    phrase: str = Field(primary_key=True, max_length=120)
    agency: str = Field(primary_key=True, max_length=30)
    right: int = 0
    wrong: int = 0
