"""By which numbers an edited post was known before."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "post_version",
        sa.Column("channel", WORDS(length=20), nullable=False),
        sa.Column("post_id", WORDS(length=40), nullable=False),
        sa.Column("conversation", WORDS(length=40), nullable=False),
        sa.PrimaryKeyConstraint("channel", "post_id"),
    )


def downgrade() -> None:
    op.drop_table("post_version")
