"""/tunggu-warga 17: nothing can be done until the citizen, who was asked in public, says more."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling import steps
from plugin.desk.handling.cases import Case
from plugin.wording import View


@dataclass(frozen=True)
class WaitsForCitizen(View):
    number: int
    note: str


@command("tunggu-warga", may=Right.DISPOSE)
async def tunggu_warga(context: Context, nomor: Case, *, catatan: str = "") -> WaitsForCitizen:
    await context.services.store.write(steps.wait_for_citizen, hand(context), nomor.number, catatan)
    await context.services.refresh(f"report:{nomor.number}")
    return WaitsForCitizen(nomor.number, catatan)
