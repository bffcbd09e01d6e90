"""Who works on which report, what comes first, and what was returned."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIRST = sa.text("answered_at IS NULL AND closed_at IS NULL AND priority > 0")
HELD = sa.text("held_by IS NOT NULL")
DRAFT = sa.text("state = 'drafted'")


def upgrade() -> None:
    op.add_column("report", sa.Column("held_by", sa.Integer(), nullable=True))
    op.add_column("report", sa.Column("held_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("report", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_report_first", "report", ["priority", "due_at", "id", "agency_id"],
        sqlite_where=FIRST, postgresql_where=FIRST,
    )  # fmt: skip
    op.create_index("ix_report_held", "report", ["held_by"], sqlite_where=HELD, postgresql_where=HELD)
    kind = sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(10), nullable=False, server_default="given")
    op.add_column("disposition", kind)
    op.create_index("ix_reply_draft", "reply", ["drafted_by"], sqlite_where=DRAFT, postgresql_where=DRAFT)


def downgrade() -> None:
    op.drop_index("ix_reply_draft", "reply")
    op.drop_column("disposition", "kind")
    op.drop_index("ix_report_held", "report")
    op.drop_index("ix_report_first", "report")
    for name in ("priority", "held_until", "held_by"):
        op.drop_column("report", name)
