"""What triage proposes for each report, and what stands apart."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT, MOMENT = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
OPEN = "answered_at IS NULL AND closed_at IS NULL"
ASIDE = {"sqlite_where": sa.text(f"{OPEN} AND aside = 1"), "postgresql_where": sa.text(f"{OPEN} AND aside")}
UNTOLD = {
    "sqlite_where": sa.text("urgent = 1 AND told_at IS NULL"),
    "postgresql_where": sa.text("urgent AND told_at IS NULL"),
}
OUTSIDE = {name: sa.text("confirmed_outside <> ''") for name in ("sqlite_where", "postgresql_where")}


def upgrade() -> None:
    op.add_column("report", sa.Column("aside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_report_aside", "report", ["id", "agency_id"], **ASIDE)
    op.create_table(
        "case_proposal",
        sa.Column("report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_report", sa.Boolean(), nullable=False),
        sa.Column("category", TEXT(length=30), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("kecamatan", TEXT(length=60), nullable=False),
        sa.Column("desa", TEXT(length=60), nullable=False),
        sa.Column("place_code", TEXT(length=20), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=True),
        sa.Column("judged_at", MOMENT(), nullable=False),
        sa.Column("told_at", MOMENT(), nullable=True),
        sa.Column("confirmed_outside", TEXT(length=30), nullable=False),
        sa.Column("brought_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("ix_case_proposal_untold", "case_proposal", ["report_id"], **UNTOLD)
    op.create_index("ix_case_proposal_outside", "case_proposal", ["confirmed_outside", "report_id"], **OUTSIDE)
    op.create_index(op.f("ix_case_proposal_alike"), "case_proposal", ["alike"])
    op.create_table(
        "case_key",
        sa.Column("report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", TEXT(length=80), nullable=False),
        sa.Column("written_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id", "key"),
    )
    op.create_index("ix_case_key_recent", "case_key", ["key", "written_at", "report_id"])


def downgrade() -> None:
    op.drop_table("case_key")
    op.drop_table("case_proposal")
    op.drop_index("ix_report_aside", "report")
    op.drop_column("report", "aside")
