"""/tunda 17 3 hari menunggu aspal: no reminders until then, for a reason that stands on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.audit import hand
from plugin.desk.handling.cases import Case, find_case
from plugin.rhythm import snoozing
from plugin.wording import Decide, Press, Say, View


@dataclass(frozen=True)
class Snoozed(View):
    number: int
    until: datetime
    reason: str

    def presses(self) -> Mapping[str, Press]:
        return {"end": Say(f"/tunda {self.number} batal")}


@dataclass(frozen=True)
class ToldAgain(View):
    """The reminders go on."""

    number: int


@dataclass(frozen=True)
class HowLong(Ask):
    """The form that asks until when, and why."""

    number: int

    def then(self) -> Decide:
        return Decide("tunda", {"number": self.number})

    def again(self) -> str:
        return f"/tunda {self.number}"

    def asks(self) -> Sequence[Field]:
        return (
            Field("lasts", "", Shape.LINE, longest=30),
            Field("reason", "", Shape.TEXT, longest=500),
        )


@command("tunda", may=Right.DISPOSE)
async def tunda(context: Context, nomor: Case, *, lama_dan_alasan: str = "") -> Snoozed | ToldAgain | HowLong:
    if not lama_dan_alasan:
        return HowLong(nomor.number)
    if lama_dan_alasan.strip().casefold() == "batal":
        await context.services.store.write(snoozing.end, hand(context), nomor.number)
        return ToldAgain(nomor.number)
    return await _snooze(context, nomor.number, lama_dan_alasan)


@decision("tunda", may=Right.DISPOSE)
async def tunda_form(context: Context, number: int, lasts: str, reason: str) -> Snoozed:
    case = await find_case(context, number, Right.DISPOSE)
    return await _snooze(context, case.number, f"{lasts} {reason}")


async def _snooze(context: Context, number: int, text: str) -> Snoozed:
    services = context.services
    until, reason = snoozing.read_snooze(number, text, context.now, services.zone)
    await services.store.write(snoozing.snooze, hand(context), number, until, reason)
    return Snoozed(number, until, reason)
