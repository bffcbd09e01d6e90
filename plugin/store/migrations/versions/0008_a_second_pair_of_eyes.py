"""A second pair of eyes."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TEXT, MOMENT = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "approval_rule",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("mode", TEXT(length=10), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["official.id"]),
        sa.PrimaryKeyConstraint("agency_id"),
    )
    with op.batch_alter_table("reply") as reply:
        reply.add_column(sa.Column("needs", sa.JSON(), nullable=False, server_default="[]"))
        reply.add_column(sa.Column("approved_by", sa.Integer(), nullable=True))
        reply.add_column(sa.Column("approved_at", MOMENT(), nullable=True))
        reply.add_column(sa.Column("returned_by", sa.Integer(), nullable=True))
        reply.add_column(sa.Column("note", TEXT(length=500), nullable=False, server_default=""))
        reply.create_foreign_key("fk_reply_approved_by", "official", ["approved_by"], ["id"])
        reply.create_foreign_key("fk_reply_returned_by", "official", ["returned_by"], ["id"])
        reply.create_index(reply.f("ix_reply_drafted_by"), ["drafted_by"])


def downgrade() -> None:
    with op.batch_alter_table("reply") as reply:
        reply.drop_index(reply.f("ix_reply_drafted_by"))
        reply.drop_constraint("fk_reply_returned_by", type_="foreignkey")
        reply.drop_constraint("fk_reply_approved_by", type_="foreignkey")
        for column in ("note", "returned_by", "approved_at", "approved_by", "needs"):
            reply.drop_column(column)
    op.drop_table("approval_rule")
