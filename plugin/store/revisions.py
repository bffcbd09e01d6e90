"""Numbers that all processes share: how often something has changed, how far somebody is, how many there are."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.store.store import insert, insert_for
from plugin.store.tables import Revision

TABLE = SQLModel.metadata.tables[str(Revision.__tablename__)]


def number_of(name: str) -> sa.Select[int]:
    """The question for a number, for whoever asks it often or within another one."""
    return sa.select(TABLE.c.number).where(TABLE.c.name == name)


def read(session: Session, name: str) -> int:
    """The number as it is; 0 before anything was counted."""
    return session.connection().execute(number_of(name)).scalar() or 0


def bump(session: Session, name: str) -> int:
    """Count one more, and return it. The row is locked until commit, so that numbers appear in their order."""
    return add(session, name, 1)


def add(session: Session, name: str, n: int) -> int:
    """Count `n` more, and return the sum; the row is locked as in `bump`."""
    made = _adding(session.get_bind().dialect.name)
    return int(session.connection().execute(made, {"name": name, "number": n}).scalar_one())


@cache
def _adding(dialect: str) -> Any:
    one = insert_for(dialect, TABLE)
    total = {"number": TABLE.c.number + one.excluded.number}
    return one.on_conflict_do_update(index_elements=["name"], set_=total).returning(TABLE.c.number)


def hold(session: Session, name: str, first: int = 0) -> int:
    """Let nobody else bump, hold or note it until this transaction ends; the number, `first` where there was none."""
    begun = insert(session, TABLE).values(name=name, number=first).on_conflict_do_nothing()
    session.connection().execute(begun)
    return session.connection().execute(number_of(name).with_for_update()).scalar_one()


def note(session: Session, name: str, number: int) -> None:
    """Put another number in the place of the one that is held."""
    session.connection().execute(sa.update(TABLE).where(TABLE.c.name == name).values(number=number))
