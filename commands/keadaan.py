"""/keadaan: whether the citizens' channels are heard, for whoever looks after the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts.costs import Forecast
from plugin.desk.accounts.overview import months_of
from plugin.public.money import Month
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
    months = await services.store.survey(months_of, services.channels, services.budget, context.now)
    unapproved = services.approvals.missing(services.channels)
    shown = tuple((name, health) for name, health in parts.items() if " " not in name)
    gone = await services.store.survey(connections.lost)
    lost = tuple((account.handle, context.registry.by_id(account.agency_id).code) for account, _ in gone)
    return Condition(shown, tuple(ears[:MOST]), max(0, len(ears) - MOST), lost, months, unapproved)
