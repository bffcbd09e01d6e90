"""/selesai 17: close a case that was answered in public."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk import cases
from plugin.desk.audit import hand
from plugin.desk.cases import Case
from plugin.desk.telling import refresh
from plugin.wording import View


@dataclass(frozen=True)
class Closed(View):
    number: int
    note: str


@command("selesai", may=Right.DISPOSE)
async def selesai(context: Context, nomor: Case, *, catatan: str = "") -> Closed:
    await context.services.store.write(
        cases.close, hand(context), nomor.number, "done", catatan, context.services.zone
    )
    await refresh(context, nomor.number)
    return Closed(nomor.number, catatan)
