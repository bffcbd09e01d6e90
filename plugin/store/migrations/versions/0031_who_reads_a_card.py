"""In whose private chat a card hangs, and which cards must not go on saying what they say."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# Telegram's private chats are numbered as the person is, groups are below zero; the training room names its own.
TELEGRAM = "UPDATE card SET reader = room WHERE platform = 'telegram' AND room NOT LIKE '-%'"
WEB = "UPDATE card SET reader = substr(room, 9) WHERE platform = 'web' AND room LIKE 'pribadi:%'"


def upgrade() -> None:
    words = sqlmodel.sql.sqltypes.AutoString(length=80)
    op.add_column("card", sa.Column("reader", words, nullable=False, server_default=""))
    op.execute(TELEGRAM)
    op.execute(WEB)
    stale = sa.text("state = 'stale'")
    op.create_index("ix_card_stale", "card", ["about"], sqlite_where=stale, postgresql_where=stale)


def downgrade() -> None:
    op.drop_index("ix_card_stale", "card")
    op.drop_column("card", "reader")
