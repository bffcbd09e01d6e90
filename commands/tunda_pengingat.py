"""/tunda-pengingat dinkes 3 sedang pindah kantor: no reminders of circulars for some days, on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cases import permit
from plugin.registry.snapshot import Node
from plugin.rhythm import reminding
from plugin.wording import Refusal, UserError, View

MOST_DAYS = 14


@dataclass(frozen=True)
class Postponed(View):
    """Until when the agency is left in peace."""

    agency: str
    until: datetime
    by: str


@dataclass(frozen=True)
class TooLong(Refusal):
    most: int


@command("tunda-pengingat", may=Right.REGISTER, rare=True)
async def tunda_pengingat(context: Context, instansi: Node, hari: int = 3, *, alasan: str = "") -> Postponed:
    await permit(context, Right.REGISTER, instansi)
    if not 1 <= hari <= MOST_DAYS:
        raise UserError(TooLong(MOST_DAYS))
    zone = context.services.zone
    day = context.now.astimezone(zone).date() + timedelta(days=hari)
    until = datetime.combine(day, time(), zone)
    await context.services.store.write(reminding.snooze, hand(context), instansi.id, until, alasan)
    return Postponed(instansi.name, until, context.sender.name)
