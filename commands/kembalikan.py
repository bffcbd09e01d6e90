"""/kembalikan 17 alasan: give a report back to whoever handed it over; the second time the Sekda decides."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import Hand, hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import steps
from plugin.desk.handling.cases import Case, locked
from plugin.desk.handling.steps import GivenBack
from plugin.registry.snapshot import Registry
from plugin.rhythm import handing
from plugin.rhythm.handing import Told
from plugin.wording import View


@dataclass(frozen=True)
class Returned(View):
    """Given back. `again`: not for the first time. `rooms` says how many groups were told."""

    number: int
    to: str
    reason: str
    again: bool
    rooms: int


@command("kembalikan", may=Right.DISPOSE)
async def kembalikan(context: Context, nomor: Case, *, alasan: str) -> Returned:
    store = context.services.store
    done, told = await store.write(
        _give_back, hand(context), context.registry, nomor.number, alasan, context.origin
    )
    for notice in told.notices:
        await context.services.notify(notice)
    await refresh(context, nomor.number)
    to = context.registry.by_id(done.to_agency).label
    return Returned(nomor.number, to, alasan, done.again, told.rooms)


def _give_back(
    session: Session, by: Hand, registry: Registry, number: int, reason: str, origin: str
) -> tuple[GivenBack, Told]:
    """In one step with what the rooms of whoever gets it back are told."""
    agency = locked(session, number).agency_id
    done = steps.give_back(session, by, registry, number, reason)
    args = {"report": number, "agency": agency, "reason": reason, "again": done.again}
    return done, handing.tell(session, by, done.to_agency, handing.BACK, args, origin)
