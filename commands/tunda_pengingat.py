"""/tunda-pengingat dinkes 3 sedang pindah kantor: no reminders of circulars for some days, on record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.moments import SPAN, span_of
from plugin.registry.snapshot import Node
from plugin.rhythm import reminding
from plugin.wording import Press, Refusal, Say, UserError, View

MOST_DAYS = 14
USUAL_DAYS = 3
LASTS = re.compile(rf"(?:{SPAN}|(?P<days>-?\d{{1,6}}))(?:[\s,.;:]+|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Postponed(View):
    """From which day on the agency is reminded again."""

    agency: str
    code: str
    day: date
    by: str

    def presses(self) -> Mapping[str, Press]:
        return {"end": Say(f"/tunda-pengingat {self.code} batal")}


@dataclass(frozen=True)
class Resumed(View):
    """It is reminded again as ever."""

    agency: str
    by: str


@dataclass(frozen=True)
class TooLong(Refusal):
    most: int


@command("tunda-pengingat", may=Right.REGISTER, rare=True)
async def tunda_pengingat(
    context: Context, instansi: Node, *, hari_dan_alasan: str = ""
) -> Postponed | Resumed:
    await permit(context, Right.REGISTER, instansi)
    if hari_dan_alasan.strip().casefold() == "batal":
        await context.services.store.write(reminding.snooze, hand(context), instansi.id, context.now, "")
        return Resumed(instansi.name, context.sender.name)
    days, why = _read(hari_dan_alasan)
    if not 1 <= days <= MOST_DAYS:
        raise UserError(TooLong(MOST_DAYS))
    zone = context.services.zone
    day = context.today + timedelta(days=days)
    until = datetime.combine(day, time(), zone)
    await context.services.store.write(reminding.snooze, hand(context), instansi.id, until, why)
    return Postponed(instansi.name, instansi.code, day, context.sender.name)


def _read(text: str) -> tuple[int, str]:
    """`3 hari sedang pindah kantor` as days and the reason; without a figure some days are meant."""
    match = LASTS.match(text.strip())
    if match is None:
        return USUAL_DAYS, text.strip()
    days = span_of(match).days if match["unit"] else int(match["days"])
    return days, text.strip()[match.end() :].strip()
