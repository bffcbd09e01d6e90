"""Reports of one incident, and the answers that go along with another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JOINED = sa.text("joined_to IS NOT NULL")
ALONG = sa.text("companion_of IS NOT NULL")


def upgrade() -> None:
    op.add_column("report", sa.Column("joined_to", sa.Integer(), nullable=True))
    op.add_column("report", sa.Column("reporters", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("reply", sa.Column("companion_of", sa.Integer(), nullable=True))
    op.create_index("ix_report_joined", "report", ["joined_to"], sqlite_where=JOINED, postgresql_where=JOINED)
    op.create_index("ix_reply_along", "reply", ["companion_of"], sqlite_where=ALONG, postgresql_where=ALONG)


def downgrade() -> None:
    op.drop_index("ix_reply_along", "reply")
    op.drop_index("ix_report_joined", "report")
    op.drop_column("reply", "companion_of")
    op.drop_column("report", "reporters")
    op.drop_column("report", "joined_to")
