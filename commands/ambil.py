"""/ambil 17: be at work on a report, so that nobody else begins it too; it lapses by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import holding
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Taken(View):
    number: int
    who: str
    until: datetime

    def presses(self) -> Mapping[str, Press]:
        return {"answer": Say(f"/tanggapi {self.number}"), "free": Say(f"/lepas {self.number}")}


@command("ambil", may=Right.DRAFT)
async def ambil(context: Context, nomor: Case) -> Taken:
    until = context.now + context.services.claim
    await context.services.store.write(holding.take, hand(context), nomor.number, until)
    await refresh(context, nomor.number)
    return Taken(nomor.number, context.sender.shown, until)
