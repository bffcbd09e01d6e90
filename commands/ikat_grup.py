"""/ikat-grup dpupr: bind this group to an agency; from then on it sees that agency and all below."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat import rooms
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Room
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit_settings
from plugin.registry.snapshot import Node
from plugin.wording import Refusal, UserError, View


@dataclass(frozen=True)
class Bound(View):
    agency: str
    below: int


@dataclass(frozen=True)
class OnlyGroups(Refusal):
    """A private chat belongs to a person, not to an agency."""


@command("ikat-grup", may=Right.SETTINGS)
async def ikat_grup(context: Context, instansi: Node) -> Bound:
    if context.room.private:
        raise UserError(OnlyGroups())
    await permit_settings(context, instansi)
    await context.services.store.write(_bind, hand(context), context.room, instansi.id)
    return Bound(instansi.name, len(context.registry.subtree(instansi)) - 1)


def _bind(session: Session, by: Hand, room: Room, agency_id: int) -> None:
    before = rooms.bind(session, room, agency_id, by.at)
    if before != agency_id:
        record(session, by, "room_bound", to_agency=agency_id, before=before)
