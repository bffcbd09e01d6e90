"""The clocks of a report."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WORDS = sqlmodel.sql.sqltypes.AutoString

# What waits for an answer keeps the moment it was promised; the other clocks begin with it, counted at the start.
WAITING = """
    INSERT INTO report_clock (report_id, clock, agency_id, kind, started_at, pausable, pauses)
    SELECT report.id, named.clock, report.agency_id, '', report.received_at, {yes}, '[]'
    FROM report CROSS JOIN (SELECT 'first_answer' AS clock UNION ALL SELECT 'completion') AS named
    WHERE report.answered_at IS NULL AND report.closed_at IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "report_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("clock", WORDS(length=20), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kind", WORDS(length=20), nullable=False),
        sa.Column("started_at", MOMENT(), nullable=False),
        sa.Column("due_at", MOMENT(), nullable=True),
        sa.Column("warn_at", MOMENT(), nullable=True),
        sa.Column("pausable", sa.Boolean(), nullable=False),
        sa.Column("paused_at", MOMENT(), nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_report_clock_running", "report_clock", ["report_id", "clock"], unique=True,
        sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.create_index(
        "ix_report_clock_due", "report_clock", ["due_at", "clock"],
        sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.create_index(op.f("ix_report_clock_report_id"), "report_clock", ["report_id"])
    op.execute(WAITING.format(yes="1" if op.get_bind().dialect.name == "sqlite" else "TRUE"))


def downgrade() -> None:
    op.drop_table("report_clock")
