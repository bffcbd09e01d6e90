"""/bukan-laporan 17 alasan: set aside what is not a complaint, with the reason on record."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import cases
from plugin.desk.handling.cases import Case
from plugin.wording import View


@dataclass(frozen=True)
class SetAside(View):
    number: int
    reason: str


@command("bukan-laporan", may=Right.DISPOSE)
async def bukan_laporan(context: Context, nomor: Case, *, alasan: str) -> SetAside:
    await context.services.store.write(
        cases.close, hand(context), nomor.number, "not_report", alasan, context.services.zone
    )
    await refresh(context, nomor.number)
    return SetAside(nomor.number, alasan)
