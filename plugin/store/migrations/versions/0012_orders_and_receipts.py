"""Until when an order is to be carried out, and who has confirmed it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNRECEIVED = sa.text("received_at IS NULL")


def upgrade() -> None:
    op.add_column("disposition", sa.Column("due_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("disposition", sa.Column("received_by", sa.Integer(), nullable=True))
    op.add_column("disposition", sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index(
        "ix_disposition_unreceived", "disposition", ["given_by"],
        sqlite_where=UNRECEIVED, postgresql_where=UNRECEIVED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_disposition_unreceived", "disposition")
    for name in ("received_at", "received_by", "due_at"):
        op.drop_column("disposition", name)
