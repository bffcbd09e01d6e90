"""How recipients would like their pages: hour, form, days of rest."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_wish",
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("at", sa.Time(), nullable=True),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("rests", sa.Boolean(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=True),
        sa.Column("monthly", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("recipient"),
    )


def downgrade() -> None:
    op.drop_table("page_wish")
