"""How agencies' accounts are connected, and what their calls cost."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WORDS = sqlmodel.sql.sqltypes.AutoString
MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state_key", WORDS(length=64), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=True),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("platform", WORDS(length=20), nullable=False),
        sa.Column("room", WORDS(length=80), nullable=False),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.Column("expires_at", MOMENT(), nullable=False),
        sa.Column("used_at", MOMENT(), nullable=True),
        sa.Column("outcome", WORDS(length=20), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("state_key", name="uq_consent_state_key"),
    )
    op.create_index(op.f("ix_consent_account_id"), "consent", ["account_id"])
    op.create_table(
        "connection",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT(), nullable=False),
        sa.Column("expires_at", MOMENT(), nullable=True),
        sa.Column("doubted_at", MOMENT(), nullable=True),
        sa.Column("lost_at", MOMENT(), nullable=True),
        sa.Column("owner", WORDS(length=80), nullable=False),
        sa.Column("lease_until", MOMENT(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index(op.f("ix_connection_lost_at"), "connection", ["lost_at"])
    op.create_table(
        "spending",
        sa.Column("channel", WORDS(length=20), nullable=False),
        sa.Column("month", WORDS(length=7), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", WORDS(length=20), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "month", "account_id", "kind"),
    )
    op.create_table(
        "open_bill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", WORDS(length=20), nullable=False),
        sa.Column("month", WORDS(length=7), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_open_bill_made_at"), "open_bill", ["made_at"])
    op.create_table(
        "purse",
        sa.Column("channel", WORDS(length=20), nullable=False),
        sa.Column("month", WORDS(length=7), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.Column("aside", sa.BigInteger(), nullable=False),
        sa.Column("met_cap", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "month"),
    )


def downgrade() -> None:
    for name in ("purse", "open_bill", "spending", "connection", "consent"):
        op.drop_table(name)
