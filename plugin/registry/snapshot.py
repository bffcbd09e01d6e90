"""The registry as the tables have it now: read in one go, and again only when its revision has changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import date, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.clock import Clock, system_clock
from plugin.once import Once
from plugin.registry import find, units
from plugin.registry.desks import DESK
from plugin.registry.tree import Account, Circular, Former, Node, Registry
from plugin.store import revisions, tables
from plugin.store.store import Store

__all__ = ["Account", "Circular", "Former", "Node", "Registry", "RegistryView", "bump", "load", "revision"]

NAME = "registry"
REVISION = revisions.number_of(NAME)
"""How often the registry has changed, to be asked for by itself or within another question."""


class RegistryView:
    """Hands out the present picture. `zone` is the government's: it says on which day an account began."""

    def __init__(self, store: Store, zone: tzinfo, clock: Clock = system_clock) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock
        self._registry: Registry | None = None
        self._reading = asyncio.Lock()

    async def current(self, number: int | None = None) -> Registry:
        """The registry with every change that was committed before this call.

        `number` is its `revision`, for a caller who has just read it.
        """
        if number is None:
            number = await self._store.read(revision)
        if self._registry is None or self._registry.number != number:
            async with self._reading:  # whoever waits here gets the picture that the first one makes
                if self._registry is None or self._registry.number < number:
                    self._registry = await self._store.survey(_picture, self._zone, self._today())
        return self._registry

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()


def revision(session: Session) -> int:
    """How often the registry has changed."""
    return session.connection().execute(REVISION).scalar() or 0


def bump(session: Session) -> None:
    """Say that the registry changes in this transaction: every change of it calls this."""
    revisions.bump(session, NAME)


def hold(session: Session) -> None:
    """Let nobody else change the registry until this transaction ends."""
    revisions.hold(session, NAME)


def load(session: Session, zone: tzinfo) -> Registry:
    """Read the whole registry as of one moment."""
    number = revision(session)
    return Registry(number, _nodes(session), _formers(session), _accounts(session, zone), _circulars(session))


def _picture(session: Session, zone: tzinfo, today: date) -> Registry:
    if session.get_bind().dialect.name == "postgresql":
        # All tables as of one moment; SQLite reads so anyway.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    registry = load(session, zone)
    # Here, on a thread, so that the first search and the first list need not wait for it.
    find.prepare(registry)
    units.prepare(registry, today)
    return registry


_AGENCY, _FORMER, _ACCOUNT = (SQLModel.metadata.tables[n].c for n in ("agency", "former_name", "account"))
_AGENCIES = sa.select(
    _AGENCY.id, _AGENCY.code, _AGENCY.kind, _AGENCY.name, _AGENCY.short, _AGENCY.contact, _AGENCY.path,
    _AGENCY.parent_id, _AGENCY.valid_from, _AGENCY.valid_to,
)  # fmt: skip
_FORMERS = sa.select(
    _FORMER.agency_id, _FORMER.code, _FORMER.name, _FORMER.short, _FORMER.valid_to
).order_by(_FORMER.id)  # fmt: skip
_ACCOUNTS = sa.select(
    _ACCOUNT.id, _ACCOUNT.agency_id, _ACCOUNT.channel, _ACCOUNT.handle, _ACCOUNT.platform_id,
    _ACCOUNT.verdict, _ACCOUNT.mode, _ACCOUNT.condition, _ACCOUNT.claimed_at, _ACCOUNT.decided_at,
).where(_ACCOUNT.verdict != DESK).order_by(_ACCOUNT.id)  # fmt: skip


def _nodes(session: Session) -> list[Node]:
    rows = session.connection().execute(_AGENCIES).all()
    depths = _depths({row.id: row.parent_id for row in rows})
    once = Once()
    return [
        Node(
            id_,
            code,
            once(kind),
            once(name),
            once(short),
            once(contact),
            path,
            parent,
            depths[id_],
            once(valid_from),
            once(valid_to),
        )
        for id_, code, kind, name, short, contact, path, parent, valid_from, valid_to in rows
    ]


def _depths(parents: dict[int, int | None]) -> dict[int, int]:
    depths: dict[int, int] = {}
    for start in parents:
        above: list[int] = []
        at: int | None = start
        while at is not None and at not in depths:
            above.append(at)
            at = parents[at]
        depth = -1 if at is None else depths[at]
        for node in reversed(above):
            depth += 1
            depths[node] = depth
    return depths


def _formers(session: Session) -> dict[int, tuple[Former, ...]]:
    found: defaultdict[int, list[Former]] = defaultdict(list)
    for agency, code, name, short, until in session.connection().execute(_FORMERS):
        found[agency].append(Former(code, name, short, until))
    return {agency: tuple(some) for agency, some in found.items()}


def _accounts(session: Session, zone: tzinfo) -> dict[int, tuple[Account, ...]]:
    found: defaultdict[int, list[Account]] = defaultdict(list)
    rows, once = session.connection().execute(_ACCOUNTS), Once()
    for id_, agency, channel, handle, platform_id, verdict, mode, condition, claimed_at, decided_at in rows:
        since = once((decided_at or claimed_at).astimezone(zone).date())
        found[agency].append(
            Account(
                id_,
                agency,
                once(channel),
                handle,
                platform_id,
                once(verdict),
                once(mode),
                since,
                once(condition),
            )
        )
    return {agency: tuple(some) for agency, some in found.items()}


def _circulars(session: Session) -> list[Circular]:
    excepted: defaultdict[int, set[int]] = defaultdict(set)
    row_now = col(tables.CircularException.ended_at).is_(None)
    for row in session.exec(select(tables.CircularException).where(row_now)):
        excepted[row.circular_id].add(row.agency_id)
    rows = session.exec(select(tables.Circular).order_by(col(tables.Circular.id)))
    return [
        Circular(
            row.id or 0, row.number, row.dated, row.issuer, row.agency_id, frozenset(row.kinds),
            tuple(row.channels), tuple(row.particulars), row.due_at, row.ended_at,
            frozenset(excepted[row.id or 0]),
        )
        for row in rows
    ]  # fmt: skip
