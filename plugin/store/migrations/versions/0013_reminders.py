"""Reminders of circulars."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STR = sqlmodel.sql.sqltypes.AutoString
WHEN = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "reminder_round",
        sa.Column("circular_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["circular_id"], ["circular.id"]),
        sa.PrimaryKeyConstraint("circular_id", "day"),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", STR(length=10), nullable=False),
        sa.Column("circulars", sa.JSON(), nullable=False),
        sa.Column("at", WHEN(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency_id", "day", "kind", name="uq_reminder_agency_day"),
    )
    op.create_index("ix_reminder_agency_id", "reminder", ["agency_id"])
    op.create_table(
        "reminder_snooze",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("until", WHEN(), nullable=False),
        sa.Column("why", STR(length=300), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", WHEN(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("agency_id"),
    )


def downgrade() -> None:
    raise NotImplementedError
