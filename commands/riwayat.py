"""/riwayat 17: who decided what on a report, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import of_report
from plugin.desk.cases import Case
from plugin.desk.clocks import Told, told
from plugin.registry.snapshot import Registry
from plugin.store.tables import AuditEntry, Official
from plugin.wording import View


@dataclass(frozen=True)
class Entry:
    """One decision, in the words of the record. `detail` holds agencies by their names."""

    at: datetime
    act: str
    who: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class History(View):
    number: int
    entries: tuple[Entry, ...]
    clocks: tuple[Told, ...]
    now: datetime


@command("riwayat", may=Right.LOOK, at_once=True)
async def riwayat(context: Context, nomor: Case) -> History:
    rows, names = await context.services.store.read(_rows, nomor.number)
    entries = tuple(
        Entry(r.at, r.act, names.get(r.actor, ""), _words(context.registry, r.detail)) for r in rows
    )
    limits = context.services.limits
    clocks = await context.services.store.read(told, limits, [nomor.number], context.now, past=True)
    return History(nomor.number, entries, clocks[nomor.number], context.now)


def _rows(session: Session, number: int) -> tuple[list[AuditEntry], dict[str, str]]:
    rows = list(reversed(of_report(session, number)))
    names: dict[str, str] = {}
    for actor in {r.actor for r in rows if ":" in r.actor}:
        platform, _, key = actor.partition(":")
        found = session.exec(
            select(Official.name).where(Official.platform == platform, Official.key == key)
        ).first()
        names[actor] = found or actor
    return rows, names


def _words(registry: Registry, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        key: registry.by_id(value).label if key.endswith("_agency") and value in registry else value
        for key, value in detail.items()
    }
