"""What circulars ask, and how far each agency they bind has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.registry.ledger import HAVING, held_at
from plugin.registry.snapshot import bump, hold
from plugin.registry.tree import Account, Circular, Node, Registry
from plugin.registry.units import Day, Unit, day_of
from plugin.store import numbers, tables
from plugin.store.tables import CircularDue, CircularException
from plugin.wording import Refusal, UserError


@dataclass(frozen=True, slots=True)
class Draft:
    """A circular as somebody wrote it down."""

    number: str
    dated: date
    issuer: str
    agency_id: int
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    particulars: tuple[str, ...]
    due_at: datetime
    excepted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """An office bound by a circular: its state there, and the account it comes from."""

    unit: Unit
    state: str
    account: Account | None

    @property
    def done(self) -> bool:
        return self.state in HAVING


@dataclass(frozen=True)
class SameNumber(Refusal):
    """A circular of that number is on record already."""

    circular: int
    number: str


@dataclass(frozen=True)
class NoSuchCircular(Refusal):
    """No circular has that number, or it binds nobody whom this room sees."""

    given: str


@dataclass(frozen=True)
class CircularEnded(Refusal):
    """It was withdrawn and is only kept to look up."""

    number: str


def binds(registry: Registry, circular: Circular, unit: Unit) -> bool:
    """Whether a circular binds an office."""
    return (
        (not circular.kinds or unit.kind in circular.kinds)
        and any(registry.covers(circular.agency_id, node.id) for node in unit.members)
        and not any(node.id in circular.excepted for node in unit.members)
    )


def standings(registry: Registry, circular: Circular, under: Node, day: Day) -> Sequence[Standing]:
    """Every office at or below a node that the circular binds, in the officials' order."""
    return [
        Standing(unit, *day.state(unit, circular.channels))
        for unit in day.below(under)
        if binds(registry, circular, unit)
    ]


def day_then(session: Session, registry: Registry, moment: datetime, zone: tzinfo) -> Day:
    """The offices of a past moment with the accounts they had then. It takes a while: never on the loop."""
    return Day(registry, moment.astimezone(zone).date(), held_at(session, moment, zone))


def as_of(session: Session, circular: Circular, moment: datetime) -> Circular:
    """The circular as it was at a past moment: with the exceptions and the deadline of then."""
    row = CircularException
    excepted = session.exec(
        select(row.agency_id).where(
            row.circular_id == circular.id,
            sa.or_(col(row.since).is_(None), col(row.since) <= moment),
            sa.or_(col(row.ended_at).is_(None), col(row.ended_at) > moment),
        )
    )
    due = session.exec(
        select(CircularDue.due_at)
        .where(CircularDue.circular_id == circular.id, CircularDue.until > moment)
        .order_by(col(CircularDue.until), col(CircularDue.id))
    ).first()
    ended = circular.ended_at if circular.ended_at and circular.ended_at <= moment else None
    return replace(circular, excepted=frozenset(excepted), due_at=due or circular.due_at, ended_at=ended)


def standings_now(registry: Registry, circular: Circular, under: Node, today: date) -> Sequence[Standing]:
    """The same as it is today: worked out once for each picture of the registry."""
    key = ("standings", circular.id, under.id, today)
    return registry.kept(key, lambda: standings(registry, circular, under, day_of(registry, today)))


def tally_now(registry: Registry, circular: Circular, under: Node, today: date) -> tuple[int, int]:
    """How many have done it as it is today, and of how many: kept like the standings themselves."""

    def made() -> tuple[int, int]:
        found = standings_now(registry, circular, under, today)
        return sum(s.done for s in found), len(found)

    return registry.kept(("tally", circular.id, under.id, today), made)


def progress(found: Sequence[Standing]) -> Mapping[str, tuple[int, int]]:
    """For each kind, how many have done what is asked, and of how many."""
    total = Counter(s.unit.kind for s in found)
    done = Counter(s.unit.kind for s in found if s.done)
    return {kind: (done[kind], size) for kind, size in total.items()}


def touching(registry: Registry, node: Node) -> Iterator[Circular]:
    """The circulars in force that bind somebody a room at this node sees."""
    for circular in registry.circulars:
        if circular.ended_at is None and _meet(registry, circular, node):
            yield circular


def find_circular(registry: Registry, number: int, node: Node) -> Circular:
    """The circular people mean by a number. Raises UserError when there is none, or none for this node."""
    for circular in registry.circulars:
        if circular.id == number and _meet(registry, circular, node):
            return circular
    raise UserError(NoSuchCircular(str(number)))


def _meet(registry: Registry, circular: Circular, node: Node) -> bool:
    return registry.covers(circular.agency_id, node.id) or registry.covers(node.id, circular.agency_id)


# -- what is done to a circular ------------------------------------------------------------------------------


def issue(session: Session, draft: Draft, *, by: int | None, now: datetime) -> int:
    """Put a circular on record; its number. Written down twice by the same hand it is one circular."""
    hold(session)
    same = session.exec(select(tables.Circular).where(tables.Circular.number == draft.number)).first()
    if same is not None:
        assert same.id is not None
        if (same.made_by, same.dated, same.due_at) == (by, draft.dated, draft.due_at):
            return same.id  # a delivery that is worked off twice
        raise UserError(SameNumber(same.id, same.number))
    row = tables.Circular(
        id=numbers.upcoming(session, tables.Circular), number=draft.number, dated=draft.dated,
        issuer=draft.issuer, agency_id=draft.agency_id, kinds=list(draft.kinds),
        channels=list(draft.channels), particulars=list(draft.particulars),
        due_at=draft.due_at, made_by=by, made_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    for agency_id in draft.excepted:
        session.add(CircularException(circular_id=row.id, agency_id=agency_id, by=by, at=now))
    bump(session)
    return row.id


@dataclass(frozen=True, slots=True)
class Grant:
    """That a circular does not bind an agency, why, and since when."""

    agency_id: int
    why: str
    since: datetime


def except_agency(session: Session, number: int, grant: Grant, *, by: int | None, now: datetime) -> bool:
    """Let a circular not bind an agency; False when it did not already."""
    _held(session, number)
    if _exception(session, number, grant.agency_id) is not None:
        return False
    session.add(
        CircularException(
            circular_id=number,
            agency_id=grant.agency_id,
            why=grant.why[:300],
            by=by,
            at=now,
            since=grant.since,
        )
    )
    bump(session)
    return True


def bind_again(session: Session, number: int, agency_id: int, now: datetime) -> bool:
    """End an exception; False when there was none."""
    _held(session, number)
    row = _exception(session, number, agency_id)
    if row is None:
        return False
    row.ended_at = now
    bump(session)
    return True


def move_deadline(
    session: Session, number: int, due_at: datetime, *, by: int | None, now: datetime
) -> datetime:
    """Set another deadline; the one before, which is kept."""
    row = _held(session, number)
    before, row.due_at = row.due_at, due_at
    if due_at != before:
        session.add(CircularDue(circular_id=number, due_at=before, until=now, by=by))
    bump(session)
    return before


def withdraw(session: Session, number: int, now: datetime) -> None:
    """End a circular: it stays on record and binds nobody any more."""
    _held(session, number).ended_at = now
    bump(session)


def _held(session: Session, number: int) -> tables.Circular:
    hold(session)
    row = session.get(tables.Circular, number)
    if row is None:
        raise UserError(NoSuchCircular(str(number)))
    if row.ended_at is not None:
        raise UserError(CircularEnded(row.number))
    return row


def _exception(session: Session, number: int, agency_id: int) -> CircularException | None:
    return session.exec(
        select(CircularException).where(
            CircularException.circular_id == number,
            CircularException.agency_id == agency_id,
            col(CircularException.ended_at).is_(None),
        )
    ).first()
