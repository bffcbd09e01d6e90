"""What citizens propose for their surroundings."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "aspiration",
        sa.Column("report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme", WORDS(length=30), nullable=False),
        sa.Column("kecamatan", WORDS(length=60), nullable=False),
        sa.Column("desa", WORDS(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", WORDS(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["official.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("ix_aspiration_day", "aspiration", ["day", "state"])


def downgrade() -> None:
    op.drop_table("aspiration")
