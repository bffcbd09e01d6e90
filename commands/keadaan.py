"""/keadaan: whether the citizens' channels are heard, for whoever looks after the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context, Services
from plugin.chat.rights import Right
from plugin.desk.costs import Forecast, forecast
from plugin.public.values import Month
from plugin.rhythm import connections
from plugin.wording import View


@dataclass(frozen=True)
class Ear:
    """How one account is heard. `trouble` is the channel's, in a few English words."""

    handle: str
    channel: str
    last_ok_at: datetime | None
    overdue: bool
    trouble: str
    gap_since: datetime | None


@dataclass(frozen=True)
class Condition(View):
    """Every adapter and channel by name with its health, every account that is read, and what channels cost.

    `lost`: the accounts that somebody has to connect again, with their agencies' codes.
    """

    whisper = True
    parts: tuple[tuple[str, str], ...]
    ears: tuple[Ear, ...]
    more: int
    lost: tuple[tuple[str, str], ...]
    months: tuple[tuple[Month, Forecast], ...]
    unapproved: tuple[str, ...]


MOST = 15


@command("keadaan", may=Right.SETTINGS, at_once=True)
async def keadaan(context: Context) -> Condition:
    services = context.services
    parts, hearings = await services.condition()
    ears = [
        Ear(
            h.handle, h.channel, h.last_ok_at, h.overdue, h.trouble,
            h.open_gaps[0].began_at if h.open_gaps else None,
        )
        for h in hearings
    ]  # fmt: skip
    ears.sort(key=lambda e: (not e.overdue, not e.trouble, e.handle))
    months, unapproved = await services.store.survey(_costs, services, context.now)
    shown = tuple((name, health) for name, health in parts.items() if " " not in name)
    gone = await services.store.survey(connections.lost)
    lost = tuple((account.handle, context.registry.by_id(account.agency_id).code) for account, _ in gone)
    return Condition(shown, tuple(ears[:MOST]), max(0, len(ears) - MOST), lost, months, unapproved)


def _costs(
    session: Session, services: Services, now: datetime
) -> tuple[tuple[tuple[Month, Forecast], ...], tuple[str, ...]]:
    """What each channel that has prices costs; and the channels whose approval is not on record."""
    priced = [channel for channel in services.channels.values() if channel.can.prices]
    asked = [
        n for n, c in services.channels.items() if c.can.needs_approval and not services.approvals.get(n)
    ]
    months = [(services.budget.of(session, c.name, now), forecast(session, c, now)) for c in priced]
    return tuple(months), tuple(asked)
