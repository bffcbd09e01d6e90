"""When an agency was reminded of an order's deadline, and when that was found to be over."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
WATCHED = sa.text("due_at IS NOT NULL AND overdue_at IS NULL")


def upgrade() -> None:
    for name in ("reminded_at", "overdue_at"):
        op.add_column("disposition", sa.Column(name, MOMENT(), nullable=True))
    # Nobody is woken for what was over before anybody watched: it stands in the lists and on the page.
    op.execute(
        "UPDATE disposition SET overdue_at = due_at, reminded_at = due_at WHERE due_at < CURRENT_TIMESTAMP"
    )
    op.create_index(
        "ix_disposition_watched", "disposition", ["due_at"], sqlite_where=WATCHED, postgresql_where=WATCHED
    )


def downgrade() -> None:
    op.drop_index("ix_disposition_watched", "disposition")
    with op.batch_alter_table("disposition") as batch:
        batch.drop_column("overdue_at")
        batch.drop_column("reminded_at")
