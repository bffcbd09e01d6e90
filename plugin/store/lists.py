"""`column IN` a list of any length, as one parameter: planned once, and nothing written anew for each length."""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

T = TypeVar("T")


def among(dialect: str, column: sa.ColumnElement[T], name: str) -> sa.ColumnElement[bool]:
    """Whether `column` holds one of the values that the statement is given as the list `name`."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(column.type)))
    each: Any = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
    return column.in_(sa.select(each.c.value))
