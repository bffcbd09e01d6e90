"""What kind of report it is, as triage proposes it and as a person says it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WORDS = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    for table in ("report", "case_proposal"):
        op.add_column(table, sa.Column("kind", WORDS(length=12), nullable=False, server_default=""))


def downgrade() -> None:
    for table in ("report", "case_proposal"):
        op.drop_column(table, "kind")
