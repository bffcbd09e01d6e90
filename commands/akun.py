"""/akun dpupr: an agency's accounts, what became of them, and how we know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts.letters import letters
from plugin.desk.accounts.overview import tie
from plugin.desk.accounts.spending import by_account
from plugin.desk.handling.cases import permit
from plugin.media import Media
from plugin.public.money import MICRO
from plugin.registry.duties import binds, touching
from plugin.registry.ledger import CLAIMED, HAVING, OFFICIAL, Entry, history
from plugin.registry.snapshot import Account, Node
from plugin.registry.units import Unit, day_of
from plugin.store import tables as stored
from plugin.wording import Decide, Press, Say, View


@dataclass(frozen=True)
class Held:
    """One account of the agency. `since` is the day of its verdict, or of its claim; `waits` for somebody to
    confirm or reject it.

    Of an official one: its `mode`, how it is connected (`tie`), and what it has cost this month.
    """

    id: int
    channel: str
    handle: str
    state: str
    since: date
    waits: bool
    mode: str = ""
    tie: str = ""
    health: str = ""
    usd: float = 0.0


@dataclass(frozen=True)
class Owed:
    """A circular that binds the agency, and how far it has come there."""

    id: int
    number: str
    due_at: datetime
    state: str
    done: bool


@dataclass(frozen=True)
class Accounts(View):
    """Everything the ledger knows of one agency, the newest first. `until`: its last day, if it is no more."""

    agency: str
    code: str
    held: tuple[Held, ...]
    owed: tuple[Owed, ...]
    entries: tuple[Entry, ...]
    letters: tuple[Media, ...]
    now: datetime
    until: date | None

    def pictures(self) -> Sequence[Media]:
        return self.letters

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {f"duty{n}": Say(f"/edaran {o.id}") for n, o in enumerate(self.owed)}
        for account in (a for a in self.held if a.waits):
            named[f"confirm{account.id}"] = Decide("akun-benar", {"account": account.id})
            named[f"reject{account.id}"] = Decide("akun-salah", {"account": account.id})
        return named | {"connect": Say(f"/hubungkan-akun {self.code}")}


@command("akun", may=Right.LOOK)
async def akun(context: Context, instansi: Node | None = None) -> Accounts:
    instansi = instansi or context.here
    await permit(context, Right.LOOK, instansi)
    registry = context.registry
    held = await context.services.store.read(_held, context, registry.accounts(instansi))
    today = context.today
    unit = day_of(registry, today).of(instansi)
    owed = tuple(_owed(context, unit, instansi)) if unit else ()
    entries = await context.services.store.read(history, [instansi.id])
    photos = await letters(context.services.media, entries)
    until = instansi.valid_to if instansi.valid_to and instansi.valid_to < today else None
    return Accounts(instansi.name, instansi.code, held, owed, entries, photos, context.now, until)


def _held(session: Session, context: Context, registered: Sequence[Account]) -> tuple[Held, ...]:
    """The accounts, and of those that are official and on a channel of ours how they work."""
    services, now, found = context.services, context.now, []
    for account in registered:
        row = session.get(stored.Account, account.id)
        waits = account.state == CLAIMED
        plain = Held(account.id, account.channel, account.handle, account.state, account.since, waits)
        if row is None or account.verdict != OFFICIAL or account.channel not in services.channels:
            found.append(plain)
            continue
        month = services.budget.of(session, account.channel, now).month
        usd = by_account(session, account.channel, month).get(account.id, 0) / MICRO
        tied = tie(row, session.get(stored.Connection, account.id))
        free = not services.channels[account.channel].can.needs_tokens
        found.append(replace(plain, mode=row.mode, tie="" if free else tied, health=row.health, usd=usd))
    return tuple(found)


def _owed(context: Context, unit: Unit, node: Node) -> list[Owed]:
    registry = context.registry
    day = day_of(registry, context.today)
    found = []
    for circular in touching(registry, node):
        if binds(registry, circular, unit):
            state, _ = day.state(unit, circular.channels)
            found.append(Owed(circular.id, circular.number, circular.due_at, state, state in HAVING))
    return found
