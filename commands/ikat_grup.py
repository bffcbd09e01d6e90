"""/ikat-grup dpupr: bind this group to an agency; from then on it sees that agency and all below."""

from __future__ import annotations

from collections.abc import Mapping
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
from plugin.wording import Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class Bound(View):
    """Whose group it is now; `before`: whose it was until now, and its code, where it was another's."""

    agency: str
    below: int
    before: str = ""
    before_code: str = ""

    def presses(self) -> Mapping[str, Press]:
        return {"back": Say(f"/ikat-grup {self.before_code}"), "list": Say("/laporan-baru")}


@dataclass(frozen=True)
class OnlyGroups(Refusal):
    """A private chat belongs to a person, not to an agency."""


@command("ikat-grup", may=Right.SETTINGS)
async def ikat_grup(context: Context, instansi: Node) -> Bound:
    if context.room.private:
        raise UserError(OnlyGroups())
    await permit_settings(context, instansi)
    before = await context.services.store.write(_bind, hand(context), context.room, instansi.id)
    below = len(context.registry.subtree(instansi)) - 1
    if before in (None, instansi.id):
        return Bound(instansi.name, below)
    other = context.registry.by_id(before)
    return Bound(instansi.name, below, other.label, other.code)


def _bind(session: Session, by: Hand, room: Room, agency_id: int) -> int | None:
    before = rooms.bind(session, room, agency_id, by.at)
    if before != agency_id:
        record(session, by, "room_bound", to_agency=agency_id, before=before)
    return before
