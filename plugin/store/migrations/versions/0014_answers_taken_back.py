"""Answers taken back."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    with op.batch_alter_table("reply") as reply:
        reply.add_column(sa.Column("corrects", sa.Integer(), nullable=True))
        reply.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True))
        reply.add_column(sa.Column("withdrawn_at", MOMENT(), nullable=True))
        reply.create_foreign_key("fk_reply_corrects", "reply", ["corrects"], ["id"])
        reply.create_foreign_key("fk_reply_withdrawn_by", "official", ["withdrawn_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("reply") as reply:
        reply.drop_constraint("fk_reply_withdrawn_by", type_="foreignkey")
        reply.drop_constraint("fk_reply_corrects", type_="foreignkey")
        for column in ("withdrawn_at", "withdrawn_by", "corrects"):
            reply.drop_column(column)
