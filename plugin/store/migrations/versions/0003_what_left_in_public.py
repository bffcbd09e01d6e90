"""What citizens took out of public leaves our tables too."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT, MOMENT = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
MISSED = {
    name: sa.text("gone_at IS NULL AND missed_at IS NOT NULL")
    for name in ("sqlite_where", "postgresql_where")
}
HERE = {name: sa.text("gone_at IS NULL") for name in ("sqlite_where", "postgresql_where")}


def upgrade() -> None:
    for table in ("report", "followup"):
        op.add_column(table, sa.Column("gone_at", MOMENT(), nullable=True))
        op.add_column(table, sa.Column("gone", TEXT(length=10), nullable=False, server_default=""))
    op.add_column("photo", sa.Column("post_id", TEXT(length=40), nullable=False, server_default=""))
    op.add_column("square_post", sa.Column("gone_at", MOMENT(), nullable=True))
    op.create_table(
        "post_check",
        sa.Column("channel", TEXT(length=20), nullable=False),
        sa.Column("post_id", TEXT(length=40), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT(), nullable=False),
        sa.Column("seen_at", MOMENT(), nullable=True),
        sa.Column("missed_at", MOMENT(), nullable=True),
        sa.Column("gone_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("channel", "post_id"),
    )
    op.create_index("ix_post_check_due", "post_check", ["channel", "due_at"], **HERE)
    op.create_index("ix_post_check_missed", "post_check", ["channel", "due_at"], **MISSED)
    op.create_index("ix_post_check_seen", "post_check", ["channel", "seen_at"])
    op.create_index(op.f("ix_post_check_report_id"), "post_check", ["report_id"])
    op.create_index(op.f("ix_post_check_followup_id"), "post_check", ["followup_id"])


def downgrade() -> None:
    op.drop_table("post_check")
    op.drop_column("square_post", "gone_at")
    op.drop_column("photo", "post_id")
    for table in ("followup", "report"):
        op.drop_column(table, "gone")
        op.drop_column(table, "gone_at")
