"""Followers as evidence: lists that were read, and what was proposed of them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STR = sqlmodel.sql.sqltypes.AutoString
WHEN = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "follower_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("channel", STR(length=20), nullable=False),
        sa.Column("handle", STR(length=80), nullable=False),
        sa.Column("source", STR(length=10), nullable=False),
        sa.Column("taken_at", WHEN(), nullable=False),
        sa.Column("noted_at", WHEN(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("state", STR(length=10), nullable=False),
        sa.Column("cursor", STR(length=200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("origin", STR(length=160), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("origin"),
    )
    op.create_index("ix_follower_list_agency_id", "follower_list", ["agency_id"])
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("channel", STR(length=20), nullable=False),
        sa.Column("handle", STR(length=80), nullable=False),
        sa.Column("handle_key", STR(length=80), nullable=False),
        sa.Column("platform_id", STR(length=40), nullable=False),
        sa.Column("name", STR(length=120), nullable=False),
        sa.Column("bio", STR(length=300), nullable=False),
        sa.Column("verdict", STR(length=20), nullable=False),
        sa.Column("mark", STR(length=12), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", STR(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", WHEN(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["follower_list.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["decided_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "handle_key", "agency_id", name="uq_proposal_account_agency"),
    )
    op.create_index("ix_proposal_list_id", "proposal", ["list_id"])
    op.create_index("ix_proposal_state", "proposal", ["state", "agency_id"])


def downgrade() -> None:
    raise NotImplementedError
