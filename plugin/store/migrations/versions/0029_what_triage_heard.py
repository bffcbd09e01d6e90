"""Which of the citizens' further posts triage has read, and what it took them for."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

UNHEARD = sa.text("heard = ''")
WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column("followup", sa.Column("heard", WORDS(length=30), nullable=False, server_default=""))
    # What belongs to a case that waits is read at the next start: a complaint among it may stand apart unseen.
    op.execute(
        "UPDATE followup SET heard = 'report' WHERE report_id IN"
        " (SELECT id FROM report WHERE answered_at IS NOT NULL OR closed_at IS NOT NULL)"
    )
    op.create_index("ix_followup_unheard", "followup", ["id"], sqlite_where=UNHEARD, postgresql_where=UNHEARD)


def downgrade() -> None:
    op.drop_index("ix_followup_unheard", "followup")
    with op.batch_alter_table("followup") as batch:
        batch.drop_column("heard")
