"""Since when, and why, a room takes no message of ours any more."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("room", sa.Column("shut_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    why = sqlmodel.sql.sqltypes.AutoString(length=200)
    op.add_column("room", sa.Column("shut_why", why, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("room") as batch:
        batch.drop_column("shut_why")
        batch.drop_column("shut_at")
