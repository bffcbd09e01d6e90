"""Who holds an account's login: officials rotate, and an account must not leave with one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from plugin.chat.rights import RIGHTS, Right, known
from plugin.chat.values import Person
from plugin.desk.audit import Hand, record
from plugin.store.tables import Account, Custody, Official, Role
from plugin.wording import Refusal, UserError

ITEMS = ("password", "second_factor", "recovery", "sessions", "minutes")
"""What has to be done when a login changes hands, in this order."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A hand-over as it is now. `held_since` is set once the new holder has said so."""

    id: int
    account_id: int
    holder_id: int
    holder: str
    done: tuple[str, ...]
    held_since: datetime | None

    @property
    def ready(self) -> bool:
        return set(self.done) == set(ITEMS)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an account, since when, and whether that person still serves there."""

    name: str
    since: datetime
    serves: bool


@dataclass(frozen=True)
class NoSuchHandOver(Refusal):
    """It is over, or was never begun."""


@dataclass(frozen=True)
class NotYetReady(Refusal):
    """Items are left to do before the account can be taken over."""

    left: int


@dataclass(frozen=True)
class OnlyTheHolder(Refusal):
    """Only who takes over can say that it was taken over."""

    holder: str


def begin(session: Session, by: Hand, account_id: int, person: Person) -> int:
    """Begin to hand an account's login to a person; an unfinished hand-over of it is given up."""
    holder_id = known(session, person)
    for row in session.exec(select(Custody).where(Custody.account_id == account_id, _open())):
        if row.held_since is None:
            row.ended_at = by.at
    row = Custody(account_id=account_id, holder_id=holder_id, begun_at=by.at, begun_by=by.official_id)
    session.add(row)
    session.flush()
    record(session, by, "custody_begun", account=account_id, holder=holder_id)
    assert row.id is not None
    return row.id


def tick(session: Session, by: Hand, number: int, item: str) -> HandOver:
    """Note that an item was done; again, that it was not."""
    row = _row(session, number)
    left = [done for done in row.done if done != item]
    row.done = left if item in row.done else [i for i in ITEMS if i in {*row.done, item}]
    session.flush()
    record(session, by, "custody_item", account=row.account_id, item=item, done=item in row.done)
    return _seen(session, row)


def take_over(session: Session, by: Hand, number: int) -> HandOver:
    """The new holder has the login: from now on it is theirs, and nobody else's."""
    row = _row(session, number)
    seen = _seen(session, row)
    if by.official_id != row.holder_id:
        raise UserError(OnlyTheHolder(seen.holder))
    if not seen.ready:
        raise UserError(NotYetReady(len(ITEMS) - len(seen.done)))
    before = select(Custody).where(Custody.account_id == row.account_id, _open(), Custody.id != row.id)
    for earlier in session.exec(before):
        earlier.ended_at = by.at
    row.held_since = by.at
    record(session, by, "custody_taken", account=row.account_id, holder=row.holder_id)
    return _seen(session, row)


def look(session: Session, number: int) -> HandOver:
    """The hand-over as it is. Raises UserError when there is none."""
    row = session.get(Custody, number)
    if row is None:
        raise UserError(NoSuchHandOver())
    return _seen(session, row)


def holders(session: Session) -> Mapping[int, Holder]:
    """Who holds each account, by the account's id; an account that is missing here has no holder."""
    rows = session.exec(
        select(Custody, Official, Account.agency_id)
        .join(Official, col(Official.id) == Custody.holder_id)
        .join(Account, col(Account.id) == Custody.account_id)
        .where(col(Custody.held_since).is_not(None), _open())
    ).all()
    able = [name for name, rights in RIGHTS.items() if Right.REGISTER in rights]
    serving = {
        official
        for (official,) in session.connection().execute(
            select(col(Role.official_id)).where(col(Role.ended_at).is_(None), col(Role.role).in_(able))
        )
    }
    return {
        row.account_id: Holder(person.shown, row.held_since, person.id in serving)
        for row, person, _ in rows
        if row.held_since is not None
    }


def _row(session: Session, number: int) -> Custody:
    row = session.get(Custody, number, with_for_update=True)
    if row is None or row.ended_at is not None or row.held_since is not None:
        raise UserError(NoSuchHandOver())
    return row


def _seen(session: Session, row: Custody) -> HandOver:
    person = session.get_one(Official, row.holder_id)
    assert row.id is not None
    return HandOver(row.id, row.account_id, row.holder_id, person.shown, tuple(row.done), row.held_since)


def _open() -> ColumnElement[bool]:
    return col(Custody.ended_at).is_(None)
