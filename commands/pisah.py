"""/pisah 17: a report that was joined by mistake is a case of its own again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import joins
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class SplitApart(View):
    """`due_at`: until when it waits for its first answer; None when it has one."""

    number: int
    lead: int
    due_at: datetime | None

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@command("pisah", may=Right.DISPOSE, rare=True)
async def pisah(context: Context, nomor: Case) -> SplitApart:
    services = context.services
    report, lead = await services.store.write(joins.split, hand(context), nomor.number, services.zone)
    for number in (nomor.number, lead):
        await refresh(context, number)
    return SplitApart(nomor.number, lead, report.due_at if report.answered_at is None else None)
