"""How a government words the answers that it gives every day."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "answer_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("name", WORDS(length=20), nullable=False),
        sa.Column("category", WORDS(length=30), nullable=False),
        sa.Column("language", WORDS(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_answer_text_slot", "answer_text", ["agency_id", "name", "category", "language", "id"], unique=True
    )


def downgrade() -> None:
    op.drop_table("answer_text")
