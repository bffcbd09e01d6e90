"""/kembalikan 17 alasan: give a report back to whoever handed it over; the second time the Sekda decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk import steps
from plugin.desk.audit import hand
from plugin.desk.cases import Case
from plugin.desk.telling import refresh, tell
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Returned(View):
    """Given back. `again`: not for the first time. `rooms` says how many groups were told."""

    number: int
    to: str
    reason: str
    again: bool
    rooms: int


@dataclass(frozen=True)
class CameBack(View):
    """What the rooms of whoever gets it back are told."""

    number: int
    agency: str
    reason: str
    again: bool

    def presses(self) -> Mapping[str, Press]:
        return {"dispose": Say(f"/disposisi {self.number}"), "open": Say(f"/laporan {self.number}")}


@command("kembalikan", may=Right.DISPOSE)
async def kembalikan(context: Context, nomor: Case, *, alasan: str) -> Returned:
    store = context.services.store
    done = await store.write(steps.give_back, hand(context), context.registry, nomor.number, alasan)
    notice = CameBack(nomor.number, nomor.agency.label, alasan, done.again)
    rooms = await tell(context, notice, done.to_agency, "kembali")
    await refresh(context, nomor.number)
    return Returned(nomor.number, context.registry.by_id(done.to_agency).label, alasan, done.again, rooms)
