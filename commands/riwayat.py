"""/riwayat 17: who decided what on a report, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import of_report
from plugin.desk.handling.cases import Case
from plugin.desk.handling.holding import names
from plugin.desk.handling.orders import chain
from plugin.desk.measures.clocks import Told, told
from plugin.registry.snapshot import Registry
from plugin.store.tables import AuditEntry, Disposition, Official
from plugin.wording import View


@dataclass(frozen=True)
class Entry:
    """One decision, in the words of the record. `detail` holds agencies by their names."""

    at: datetime
    act: str
    who: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Link:
    """One disposition of the chain. `kind`: given | returned."""

    kind: str
    giver: str
    from_agency: str
    to_agency: str
    instruction: str
    at: datetime
    due_at: datetime | None
    received_by: str
    received_at: datetime | None


@dataclass(frozen=True)
class History(View):
    number: int
    entries: tuple[Entry, ...]
    chain: tuple[Link, ...]
    clocks: tuple[Told, ...]
    now: datetime


@command("riwayat", may=Right.LOOK, at_once=True)
async def riwayat(context: Context, nomor: Case) -> History:
    rows, actors = await context.services.store.read(_rows, nomor.number)
    entries = tuple(
        Entry(r.at, r.act, actors.get(r.actor, ""), _words(context.registry, r.detail)) for r in rows
    )
    limits = context.services.limits
    clocks = await context.services.store.read(told, limits, [nomor.number], context.now, past=True)
    orders, who = await context.services.store.read(_orders, nomor.number)
    links = tuple(_link(context.registry, order, who) for order in orders)
    return History(nomor.number, entries, links, clocks[nomor.number], context.now)


def _orders(session: Session, number: int) -> tuple[Sequence[Disposition], dict[int, str]]:
    orders = chain(session, number)
    ids = {o.given_by for o in orders} | {o.received_by for o in orders if o.received_by}
    return orders, names(session, ids)


def _link(registry: Registry, order: Disposition, who: dict[int, str]) -> Link:
    return Link(
        order.kind,
        who.get(order.given_by, ""),
        registry.by_id(order.from_agency).label,
        registry.by_id(order.to_agency).label,
        order.instruction,
        order.given_at,
        order.due_at,
        who.get(order.received_by or 0, ""),
        order.received_at,
    )


def _rows(session: Session, number: int) -> tuple[list[AuditEntry], dict[str, str]]:
    rows = list(reversed(of_report(session, number)))
    actors: dict[str, str] = {}
    for actor in {r.actor for r in rows if ":" in r.actor}:
        platform, _, key = actor.partition(":")
        found = session.exec(
            select(Official.name).where(Official.platform == platform, Official.key == key)
        ).first()
        actors[actor] = found or actor
    return rows, actors


def _words(registry: Registry, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        key: registry.by_id(value).label if key.endswith("_agency") and value in registry else value
        for key, value in detail.items()
    }
