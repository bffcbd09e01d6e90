"""Answers of several posts, and with pictures. Every answer there is was one post."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORDS = sqlmodel.sql.sqltypes.AutoString
TIME = sqlmodel.sql.sqltypes.UTCDateTime

ONE_POST = """
INSERT INTO reply_part (reply_id, place, text, target, begun, post_id, url, out_at, gone_at)
SELECT id, 1, text, target_post, state IN ('sending', 'unknown'), post_id, url, published_at, withdrawn_at
FROM reply
"""


def upgrade() -> None:
    op.create_table(
        "reply_part",
        sa.Column("reply_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target", WORDS(length=40), nullable=False),
        sa.Column("begun", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("post_id", WORDS(length=40), nullable=True),
        sa.Column("url", WORDS(length=300), nullable=False),
        sa.Column("out_at", TIME(), nullable=True),
        sa.Column("gone_at", TIME(), nullable=True),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"]),
        sa.PrimaryKeyConstraint("reply_id", "place"),
    )
    op.execute(ONE_POST)
    op.create_index(op.f("ix_reply_part_post_id"), "reply_part", ["post_id"])
    op.create_table(
        "reply_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("file", WORDS(length=120), nullable=False),
        sa.Column("mime", WORDS(length=60), nullable=False),
        sa.Column("digest", WORDS(length=64), nullable=False),
        sa.Column("alt", WORDS(length=1000), nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("origin", WORDS(length=180), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", TIME(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["official.id"]),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("origin", name="uq_reply_picture_origin"),
    )
    op.create_index(op.f("ix_reply_picture_reply_id"), "reply_picture", ["reply_id"])
    op.add_column("square_post", sa.Column("pictures", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("square_post", "pictures")
    op.drop_table("reply_picture")
    op.drop_table("reply_part")
