"""/gabung 17 dengan 15: two reports of one incident become one case; one answer reaches both reporters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import joins
from plugin.desk.handling.cases import Case, find_case
from plugin.wording import Press, Refusal, Say, UserError, View

OTHER = re.compile(r"(?:dengan|ke|dan)?\s*(?:laporan\s+)?#?(?P<number>\d{1,9})\W*", re.IGNORECASE)


@dataclass(frozen=True)
class JoinedTogether(View):
    """`into` leads; it has so many reporters now."""

    number: int
    into: int
    reporters: int

    def presses(self) -> Mapping[str, Press]:
        return {
            "answer": Say(f"/tanggapi {self.into}"),
            "open": Say(f"/laporan {self.into}"),
            "split": Say(f"/pisah {self.number}"),
        }


@dataclass(frozen=True)
class WithWhich(Refusal):
    """The other report's number is missing."""

    number: int


@command("gabung", may=Right.DISPOSE)
async def gabung(context: Context, nomor: Case, *, dengan: str = "") -> JoinedTogether:
    match = OTHER.fullmatch(dengan.strip())
    if match is None:
        raise UserError(WithWhich(nomor.number))
    other = await find_case(context, int(match["number"]), Right.DISPOSE)
    store, zone = context.services.store, context.services.zone
    led, lead, reporters = await store.write(joins.join, hand(context), nomor.number, other.number, zone)
    for number in (led, lead):
        await refresh(context, number)
    return JoinedTogether(led, lead, reporters)
