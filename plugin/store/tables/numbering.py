"""Which numbers were perhaps given out in a time that this database knows nothing of."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class LifeSign(SQLModel, table=True):
    """When a process of ours last wrote into this database: one row. A backup that is put back holds an old one."""

    __tablename__ = "life_sign"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen_at: datetime


class NumberGap(SQLModel, table=True):
    """Numbers of a table that are given to nobody: those between `last`, the highest that we know, and `first`.

    `since`: of the time between it and `made_at` we do not know what was given out.
    """

    __tablename__ = "number_gap"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=20)
    last: int
    first: int
    since: datetime
    made_at: datetime
