"""How Alembic runs here: always on the connection that `plugin.store.migrate` opened and locked."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import plugin.store.tables  # noqa: F401  makes the tables known
from plugin.store.search import OWN_TABLES

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    include_name=lambda name, kind, _parents: (
        kind != "table" or name in SQLModel.metadata.tables if name not in OWN_TABLES else False
    ),
)
with context.begin_transaction():
    context.run_migrations()
