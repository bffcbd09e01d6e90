"""What people taught triage, and which of its phrases led to the right agency."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TEXT, MOMENT = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
DECIDED = {name: sa.text("decided <> ''") for name in ("sqlite_where", "postgresql_where")}


def upgrade() -> None:
    op.add_column("case_proposal", sa.Column("decided", TEXT(length=30), nullable=False, server_default=""))
    op.create_index("ix_case_proposal_decided", "case_proposal", ["report_id"], **DECIDED)
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phrase", TEXT(length=80), nullable=False),
        sa.Column("agency", TEXT(length=30), nullable=False),
        sa.Column("category", TEXT(length=30), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("taught_by", sa.Integer(), nullable=True),
        sa.Column("taught_at", MOMENT(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["taught_by"], ["official.id"]),
        sa.ForeignKeyConstraint(["undone_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_lesson_agency"), "lesson", ["agency"])
    op.create_table(
        "phrase_score",
        sa.Column("phrase", TEXT(length=120), nullable=False),
        sa.Column("agency", TEXT(length=30), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("phrase", "agency"),
    )


def downgrade() -> None:
    op.drop_table("phrase_score")
    op.drop_table("lesson")
    op.drop_index("ix_case_proposal_decided", "case_proposal")
    op.drop_column("case_proposal", "decided")
