"""/cabut-peran @orang petugas dpupr: take a role back, when somebody moves on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.names import canonical
from plugin.chat.rights import Right, end, known
from plugin.chat.values import Person
from plugin.desk.audit import Hand, hand, record
from plugin.desk.cases import permit_settings
from plugin.registry.snapshot import Node
from plugin.wording import Refusal, UserError, View


@dataclass(frozen=True)
class Taken(View):
    name: str
    role: str
    agency: str


@dataclass(frozen=True)
class NotHeld(Refusal):
    """There was no such role to take back."""

    name: str
    role: str
    agency: str


@command("cabut-peran", may=Right.SETTINGS, rare=True)
async def cabut_peran(context: Context, orang: Person, peran: str, instansi: Node) -> Taken:
    role, name = canonical(peran), orang.shown
    await permit_settings(context, instansi)
    if not await context.services.store.write(_end, hand(context), orang, role, instansi.id):
        raise UserError(NotHeld(name, role, instansi.label))
    return Taken(name, role, instansi.label)


def _end(session: Session, by: Hand, person: Person, role: str, agency_id: int) -> bool:
    ended = end(session, known(session, person), agency_id, role, by.at)
    if ended:
        key = person.address
        record(session, by, "role_taken", to=key, role=role, to_agency=agency_id)
    return ended
