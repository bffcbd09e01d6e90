"""How many reports wait anywhere is kept as one number.

Every list of a whole government begins with it; the sum over the agencies of a province took a tenth of that list.
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO revision (name, number) SELECT 'waiting', n"
        " FROM (SELECT SUM(waiting) AS n FROM agency_open) AS kept WHERE n IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DELETE FROM revision WHERE name = 'waiting'")
