"""The ledger: circulars, and what became of each account."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STR = sqlmodel.sql.sqltypes.AutoString
WHEN = sqlmodel.sql.sqltypes.UTCDateTime

HISTORY = """
INSERT INTO account_event (account_id, agency_id, channel, handle, state, at, noted_at, by, why, kind, evidence)
SELECT id, agency_id, channel, handle, {state}, {at}, {at}, {by}, '', 'statement', evidence
FROM account WHERE {where}
"""


def upgrade() -> None:
    op.create_table(
        "circular",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", STR(length=80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("issuer", STR(length=120), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("due_at", WHEN(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", WHEN(), nullable=False),
        sa.Column("ended_at", WHEN(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["made_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_circular_agency_id", "circular", ["agency_id"])
    op.create_table(
        "circular_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("circular_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("why", STR(length=300), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("at", WHEN(), nullable=False),
        sa.ForeignKeyConstraint(["circular_id"], ["circular.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("circular_id", "agency_id", name="uq_circular_exception"),
    )
    op.create_index("ix_circular_exception_circular_id", "circular_exception", ["circular_id"])
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("channel", STR(length=20), nullable=False),
        sa.Column("handle", STR(length=80), nullable=False),
        sa.Column("state", STR(length=20), nullable=False),
        sa.Column("at", WHEN(), nullable=False),
        sa.Column("noted_at", WHEN(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("why", STR(length=300), nullable=False),
        sa.Column("kind", STR(length=20), nullable=False),
        sa.Column("evidence", STR(length=500), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["by"], ["official.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_account_event_account", "account_event", ["account_id", "at"])
    op.create_index("ix_account_event_agency_id", "account_event", ["agency_id"])
    op.create_index("ix_account_event_noted_at", "account_event", ["noted_at"])
    op.create_table(
        "ledger_look",
        sa.Column("room", STR(length=120), nullable=False),
        sa.Column("at", WHEN(), nullable=False),
        sa.Column("before", WHEN(), nullable=True),
        sa.PrimaryKeyConstraint("room"),
    )
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("condition", STR(length=20), nullable=False, server_default=""))
    with op.batch_alter_table("account") as batch_op:
        batch_op.alter_column("condition", server_default=None)
    # What is known of the accounts that there are, so that the ledger begins with them.
    op.execute(HISTORY.format(state="'claimed'", at="claimed_at", by="claimed_by", where="claimed_at IS NOT NULL"))
    op.execute(HISTORY.format(state="verdict", at="decided_at", by="decided_by", where="decided_at IS NOT NULL"))


def downgrade() -> None:
    raise NotImplementedError
