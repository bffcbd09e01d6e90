"""What agencies have promised in public."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PROMISED = sa.text("state = 'open'")
UNREAD = sa.text("state = 'published' AND NOT heeded")
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table("reply") as batch:
        batch.add_column(sa.Column("heeded", sa.Boolean(), nullable=False, server_default=sa.false()))
    yes = "1" if op.get_bind().dialect.name == "sqlite" else "TRUE"
    op.execute(f"UPDATE reply SET heeded = {yes} WHERE state = 'published'")  # what is old binds nobody anew
    op.create_index("ix_reply_unread", "reply", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("words", WORDS(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT(), nullable=False),
        sa.Column("state", WORDS(length=10), nullable=False),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT(), nullable=True),
        sa.Column("reminded_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["decided_by"], ["official.id"]),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reply_id", "words", name="uq_promise_words"),
    )
    op.create_index("ix_promise_open", "promise", ["due_at"], sqlite_where=PROMISED, postgresql_where=PROMISED)
    op.create_index("ix_promise_agency", "promise", ["agency_id", "state", "due_at"])
    op.create_index(op.f("ix_promise_report_id"), "promise", ["report_id"])


def downgrade() -> None:
    op.drop_table("promise")
    op.drop_index("ix_reply_unread", "reply")
    with op.batch_alter_table("reply") as batch:
        batch.drop_column("heeded")
