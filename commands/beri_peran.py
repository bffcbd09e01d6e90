"""/beri-peran @orang petugas dpupr: give somebody a role at an agency and all below it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.names import canonical
from plugin.chat.rights import Right, give, known
from plugin.chat.values import Kind, Person
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit_settings
from plugin.registry.snapshot import Node
from plugin.roles import ROLES
from plugin.wording import Refusal, UserError, View


@dataclass(frozen=True)
class Given(View):
    name: str
    role: str
    agency: str
    fresh: bool


@dataclass(frozen=True)
class NoSuchRole(Refusal):
    given: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class OnlyPeople(Refusal):
    """A bot, a channel or an anonymous administrator cannot hold a role."""


@command("beri-peran", may=Right.SETTINGS)
async def beri_peran(context: Context, orang: Person, peran: str, instansi: Node) -> Given:
    role = canonical(peran)
    if role not in ROLES:
        raise UserError(NoSuchRole(peran[:40], ROLES))
    if orang.kind is not Kind.PERSON:
        raise UserError(OnlyPeople())
    await permit_settings(context, instansi)
    fresh = await context.services.store.write(_give, hand(context), orang, role, instansi.id)
    return Given(orang.shown, role, instansi.label, fresh)


def _give(session: Session, by: Hand, person: Person, role: str, agency_id: int) -> bool:
    official = known(session, person)
    fresh = give(session, official, agency_id, role, by.official_id, by.at)
    if fresh:
        record(session, by, "role_given", to=person.address, role=role, to_agency=agency_id)
    return fresh
