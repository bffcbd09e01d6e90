"""What an agency is told when it is reminded: what is missing, since when, and how to mend it with one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.registry.duties import binds
from plugin.registry.ledger import CLAIMED, HAVING
from plugin.registry.units import day_of
from plugin.rhythm.reminding import REBUKE
from plugin.store.tables import Official, Reminder, ReminderSnooze
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Owed:
    """What one circular asks, and what there is instead. `days`: until its last day; negative when it is past."""

    id: int
    number: str
    issuer: str
    due_at: datetime
    days: int
    channels: tuple[str, ...]
    particulars: tuple[str, ...]
    state: str
    handle: str


@dataclass(frozen=True)
class Reminded(View):
    """A reminder to one agency; `rebuked_by` is the superior who wanted it said, if one did."""

    agency: str
    code: str
    owed: tuple[Owed, ...]
    rebuked_by: str
    now: datetime

    def presses(self) -> Mapping[str, Press]:
        return {
            "register": Say(f"/daftar-akun {self.code}"),
            "snooze": Say(f"/tunda-pengingat {self.code} 3"),
            "circular": Say(f"/edaran {self.owed[0].id}"),
        }


async def reminder(services: Services, args: Mapping[str, Any]) -> View | None:
    """The reminder as it is true now; None when the agency has done meanwhile what was asked."""
    registry = await services.registry.current()
    if args["agency"] not in registry:
        return None
    node, now = registry.by_id(args["agency"]), services.clock()
    today = now.astimezone(services.zone).date()
    day = day_of(registry, today)
    unit = day.of(node)
    owed = []
    for circular in registry.circulars:
        if unit is None or circular.id not in args["circulars"] or circular.ended_at is not None:
            continue
        state, account = day.state(unit, circular.channels)
        if binds(registry, circular, unit) and state not in HAVING | {CLAIMED}:
            days = (circular.due_at.astimezone(services.zone).date() - today).days
            owed.append(
                Owed(
                    circular.id, circular.number, circular.issuer, circular.due_at, days, circular.channels,
                    circular.particulars, state, account.handle if account else "",
                )
            )  # fmt: skip
    if not owed:
        return None
    by = await services.store.read(_name, args["by"]) if args["kind"] == REBUKE else ""
    return Reminded(node.name, node.code, tuple(owed), by, now)


def _name(session: Session, official_id: int | None) -> str:
    person = session.get(Official, official_id) if official_id else None
    return person.shown if person else "-"


@dataclass(frozen=True, slots=True)
class Count:
    """How often an agency was reminded and rebuked, the last time when, and until when it is left in peace."""

    rounds: int = 0
    rebukes: int = 0
    last: date | None = None
    snoozed_until: datetime | None = None


def counts(session: Session, now: datetime, today: date) -> Mapping[int, Count]:
    """Of each agency that was ever reminded, in the last year."""
    since = today - timedelta(days=366)
    found: dict[int, Count] = {}
    rows = session.exec(
        select(col(Reminder.agency_id), col(Reminder.kind), col(Reminder.day)).where(
            col(Reminder.day) >= since
        )
    )
    for agency_id, kind, day in rows:
        c = found.get(agency_id, Count())
        rebuked = kind == REBUKE
        found[agency_id] = Count(
            c.rounds + (not rebuked), c.rebukes + rebuked, max(day, c.last or day), c.snoozed_until
        )
    for row in session.exec(select(ReminderSnooze).where(col(ReminderSnooze.until) > now)):
        c = found.get(row.agency_id, Count())
        found[row.agency_id] = Count(c.rounds, c.rebukes, c.last, row.until)
    return found
