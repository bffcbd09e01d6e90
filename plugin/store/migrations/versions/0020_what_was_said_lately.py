"""What was said lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PUBLIC = sa.text("published_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_reply_published", "reply", ["published_at"], sqlite_where=PUBLIC, postgresql_where=PUBLIC
    )


def downgrade() -> None:
    op.drop_index("ix_reply_published", "reply")
