"""Since when and until when a circular did not bind an agency, which deadlines it had, and samples of accounts."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    with op.batch_alter_table("circular_exception") as batch:
        batch.add_column(sa.Column("since", MOMENT(), nullable=True))
        batch.add_column(sa.Column("ended_at", MOMENT(), nullable=True))
    # What a circular names itself it never bound; what was granted later is so since that moment.
    op.execute(
        "UPDATE circular_exception SET since = at WHERE at >"
        " (SELECT made_at FROM circular WHERE circular.id = circular_exception.circular_id)"
    )
    with op.batch_alter_table("circular_exception") as batch:
        batch.drop_constraint("uq_circular_exception", type_="unique")
    op.create_index(
        "uq_circular_exception_now", "circular_exception", ["circular_id", "agency_id"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.create_table(
        "circular_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circular_id", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT(), nullable=False),
        sa.Column("until", MOMENT(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.ForeignKeyConstraint(["circular_id"], ["circular.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_circular_due_circular_id"), "circular_due", ["circular_id"])
    op.create_table(
        "account_sample",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", MOMENT(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("account_id", "day"),
    )


def downgrade() -> None:
    op.drop_table("account_sample")
    op.drop_table("circular_due")
    op.drop_index("uq_circular_exception_now", "circular_exception")
    op.execute("DELETE FROM circular_exception WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("circular_exception") as batch:
        batch.create_unique_constraint("uq_circular_exception", ["circular_id", "agency_id"])
        batch.drop_column("ended_at")
        batch.drop_column("since")
