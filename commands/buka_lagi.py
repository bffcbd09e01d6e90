"""/buka-lagi 17 alasan: what was closed, set aside or answered waits for an answer again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling import steps
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class OpenedAgain(View):
    number: int
    reason: str
    due_at: datetime

    def presses(self) -> Mapping[str, Press]:
        return {"answer": Say(f"/tanggapi {self.number}")}


@command("buka-lagi", may=Right.DISPOSE)
async def buka_lagi(context: Context, nomor: Case, *, alasan: str) -> OpenedAgain:
    services = context.services
    report = await services.store.write(steps.reopen, hand(context), services.limits, nomor.number, alasan)
    await services.refresh(f"report:{nomor.number}")
    return OpenedAgain(nomor.number, alasan, report.due_at)
