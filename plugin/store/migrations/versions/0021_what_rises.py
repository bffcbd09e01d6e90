"""What people complain about, day by day and place by place, and when that rises."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RISING = sa.text("ended_at IS NULL")
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "topic_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("category", WORDS(length=30), nullable=False),
        sa.Column("place", WORDS(length=60), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "category", "place"),
    )
    op.create_table(
        "rise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", WORDS(length=30), nullable=False),
        sa.Column("place", WORDS(length=60), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("began_at", MOMENT(), nullable=False),
        sa.Column("last_at", MOMENT(), nullable=False),
        sa.Column("ended_at", MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_rise_now", "rise", ["category", "place"], unique=True, sqlite_where=RISING, postgresql_where=RISING
    )


def downgrade() -> None:
    op.drop_table("rise")
    op.drop_table("topic_day")
