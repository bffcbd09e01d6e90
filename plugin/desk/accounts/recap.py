"""The ledger as a page to hand over: progress day by day and by kind, and the evidence of each agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.registry.duties import binds
from plugin.registry.handles import CONTACTS
from plugin.registry.ledger import HAVING, OFFICIAL
from plugin.registry.snapshot import Account, Circular, Node, Registry
from plugin.registry.units import Day, Unit, day_of
from plugin.store.tables import AccountEvent

POINTS = 10
WEEKS_BACK = timedelta(days=42)


@dataclass(frozen=True, slots=True)
class Row:
    """One office: its state, its accounts and contacts, since when, and what we know it from."""

    kind: str
    name: str
    above: str
    state: str
    accounts: str
    contacts: str
    since: date | None
    evidence: str
    evidence_at: date | None


@dataclass(frozen=True, slots=True)
class Recap:
    """Everything on one page. `number` and `due_on`: of the circular it is about, if it is about one."""

    under: str
    name: str
    code: str
    at: datetime
    number: str
    due_on: date | None
    done: int
    total: int
    kinds: tuple[tuple[str, int, int], ...]
    course: tuple[tuple[date, int], ...]
    rows: tuple[Row, ...]

    @property
    def drawn(self) -> bool:
        """Whether the last day is among the days of the course: one that is still to come is not."""
        return any(day == self.due_on for day, _ in self.course)


def recap(
    session: Session, registry: Registry, node: Node, circular: Circular | None, now: datetime, zone: tzinfo
) -> Recap:
    """The page about a node as of now; of those whom a circular binds, or of all. Not to be called on the loop."""
    today = now.astimezone(zone).date()
    day, known = day_of(registry, today), _evidence(session)
    channels = circular.channels if circular else ()
    units = [u for u in day.below(node) if circular is None or binds(registry, circular, u)]
    rows = tuple(
        _row(registry, day, unit, channels, known, zone, _above(registry, node, unit)) for unit in units
    )
    kinds: dict[str, tuple[int, int]] = {}
    for row in rows:
        done, total = kinds.get(row.kind, (0, 0))
        kinds[row.kind] = (done + (row.state in HAVING), total + 1)
    due_on = circular.due_at.astimezone(zone).date() if circular else None
    dates = sorted(row.since for row in rows if row.since and row.state in HAVING)
    start = min(circular.dated, today) if circular else today - WEEKS_BACK
    return Recap(
        under=node.label, name=node.name, code=node.code, at=now.astimezone(zone),
        number=circular.number if circular else "", due_on=due_on,
        done=len(dates), total=len(rows),
        kinds=tuple((kind, done, total) for kind, (done, total) in kinds.items()),
        course=tuple((point, sum(d <= point for d in dates)) for point in points(start, today, due_on)),
        rows=rows,
    )  # fmt: skip


def points(start: date, today: date, due_on: date | None) -> Sequence[date]:
    """At most `POINTS` days from the start to today, evenly apart, the last day of the circular among them."""
    span = max((today - start).days, 1)
    steps = min(POINTS - 1, span)
    found = {start + timedelta(days=round(n * span / steps)) for n in range(steps + 1)}
    found = {d for d in found if d <= today} | {today}
    if due_on is not None and start <= due_on <= today and due_on not in found:
        inner = found - {start, today}
        found -= {min(inner, key=lambda d: abs((d - due_on).days))} if inner else set()
        found.add(due_on)
    return sorted(found)


def _row(
    registry: Registry,
    day: Day,
    unit: Unit,
    channels: Sequence[str],
    known: dict[int, tuple[str, datetime]],
    zone: tzinfo,
    above: str,
) -> Row:
    held = [a for node in unit.members for a in registry.accounts(node)]
    state, account = day.state(unit, channels)
    kind, at = known.get(account.id, ("", None)) if account else ("", None)
    return Row(
        unit.kind, unit.name, above, state, _said(held, contacts=False),
        _said(held, contacts=True), account.since if account and state in HAVING else None, kind,
        at.astimezone(zone).date() if at else None,
    )  # fmt: skip


def _above(registry: Registry, under: Node, unit: Unit) -> str:
    """What tells an office from others of its name: a village's kecamatan, and in a province the government."""
    node = unit.members[0]
    above = [n for n in registry.ancestors(node) if registry.covers(under.id, n.id) and n.id != under.id]
    named = [n for n in above if n.kind in ("kecamatan", "pemda")]
    return ", ".join(n.label for n in reversed(named))


def _said(held: Sequence[Account], *, contacts: bool) -> str:
    return "; ".join(
        f"{a.channel} {'' if contacts else '@'}{a.handle}"
        for a in held
        if (a.channel in CONTACTS) == contacts and a.verdict == OFFICIAL
    )


def _evidence(session: Session) -> dict[int, tuple[str, datetime]]:
    """The newest entry of each account: what kind of evidence, and when."""
    rows = session.connection().execute(
        sa.select(col(AccountEvent.account_id), col(AccountEvent.kind), col(AccountEvent.at)).order_by(
            col(AccountEvent.at), col(AccountEvent.id)
        )
    )
    return {account: (kind, at) for account, kind, at in rows}
