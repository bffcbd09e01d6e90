"""Who was told that something takes too long, and what is still to be said."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")
OPEN = sa.text("state IN ('waiting', 'sending')")
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("report_clock") as batch:
        batch.add_column(sa.Column("step", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("next_at", MOMENT(), nullable=True))
    op.create_index(
        "ix_report_clock_next", "report_clock", ["next_at"],
        sqlite_where=RUNNING, postgresql_where=RUNNING,
    )  # fmt: skip
    op.execute("UPDATE report_clock SET next_at = warn_at WHERE ended_at IS NULL AND clock <> 'silence'")
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("level", WORDS(length=20), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("who", WORDS(length=200), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["clock_id"], ["report_clock.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clock_id", "step", name="uq_alarm_step"),
    )
    op.create_index(op.f("ix_alarm_report_id"), "alarm", ["report_id"])
    op.create_table(
        "snooze",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT(), nullable=False),
        sa.Column("reason", WORDS(length=500), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["official.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", WORDS(length=200), nullable=False),
        sa.Column("platform", WORDS(length=20), nullable=False),
        sa.Column("room", WORDS(length=80), nullable=False),
        sa.Column("kind", WORDS(length=20), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.Column("state", WORDS(length=10), nullable=False),
        sa.Column("owner", WORDS(length=40), nullable=False),
        sa.Column("lease_until", MOMENT(), nullable=True),
        sa.Column("not_before", MOMENT(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_notice_open", "notice", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("snooze")
    op.drop_table("alarm")
    op.drop_index("ix_report_clock_next", "report_clock")
    with op.batch_alter_table("report_clock") as batch:
        batch.drop_column("next_at")
        batch.drop_column("step")
