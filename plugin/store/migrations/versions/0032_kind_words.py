"""What stood apart because of thanks below our answer is listed again, until a person has looked at it."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE report SET aside = false WHERE aside AND state <> 'new'")


def downgrade() -> None:
    pass
