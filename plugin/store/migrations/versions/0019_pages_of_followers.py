"""Pages of a list of followers that is being read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follower_page",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["follower_list.id"]),
        sa.PrimaryKeyConstraint("list_id", "number"),
    )


def downgrade() -> None:
    raise NotImplementedError
