"""Numbers that all processes share: how often something has changed, or how far somebody has come."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.store.store import insert
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
    one = insert(session, TABLE).values(name=name, number=1)
    again = one.on_conflict_do_update(index_elements=["name"], set_={"number": TABLE.c.number + 1})
    return int(session.connection().execute(again.returning(TABLE.c.number)).scalar_one())


def hold(session: Session, name: str, first: int = 0) -> int:
    """Let nobody else bump, hold or note it until this transaction ends; the number, `first` where there was none."""
    begun = insert(session, TABLE).values(name=name, number=first).on_conflict_do_nothing()
    session.connection().execute(begun)
    return session.connection().execute(number_of(name).with_for_update()).scalar_one()


def note(session: Session, name: str, number: int) -> None:
    """Put another number in the place of the one that is held."""
    session.connection().execute(sa.update(TABLE).where(TABLE.c.name == name).values(number=number))
