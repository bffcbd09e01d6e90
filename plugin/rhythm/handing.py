"""What an agency's rooms are told of what a person does with a report: rows in the transaction that does it.

So neither a group that takes nothing any more nor our own death in between keeps it from the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.chat.rooms import bound_to, nearest
from plugin.desk.audit import Hand
from plugin.desk.replying import approvals
from plugin.registry.paths import way_to
from plugin.rhythm import notices
from plugin.store.tables import Reply, Report
from plugin.wording import CardOf, Press, Say, View

CARD, BACK, TIME, ASKED = "card", "came_back", "more_time", "asked"


@dataclass(frozen=True)
class CameBack(View):
    """What the rooms of whoever gets it back are told."""

    number: int
    agency: str
    reason: str
    again: bool

    def presses(self) -> Mapping[str, Press]:
        return {"dispose": Say(f"/disposisi {self.number}"), "open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class MoreTime(View):
    """What the Sekda's rooms are told: the kind that somebody chose gives the report more time."""

    number: int
    agency: str
    before: str
    kind: str
    due_at: datetime | None
    by: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "open": Say(f"/laporan {self.number}"),
            "complaint": Say(f"/jenis {self.number} pengaduan"),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """How many rooms are told, and the notices that are to leave for it."""

    rooms: int = 0
    notices: tuple[int, ...] = ()


def tell(session: Session, by: Hand, agency_id: int, kind: str, args: Mapping[str, Any], origin: str) -> Told:
    """Have the agency's rooms told, but for the one it is done in; `origin` makes it happen once."""
    rooms = [room for room in bound_to(session, [agency_id]) if room.address != by.room]
    return Told(len(rooms), tuple(notices.put(session, rooms, kind, args, f"{kind}:{origin}", by.at)))


def ask(session: Session, by: Hand, reply: Reply) -> Told:
    """Have a draft, if it waits for a second person, shown in the agency's rooms, or the nearest above it, once for
    each time that it asks."""
    if reply.state != "asking":
        return Told()
    agency = session.get_one(Report, reply.report_id).agency_id
    rooms = [room for room in nearest(session, way_to(session, agency)) if room.address != by.room]
    key = f"{ASKED}:{reply.id}:{approvals.asked(session, reply)}"
    return Told(len(rooms), tuple(notices.put(session, rooms, ASKED, {"reply": reply.id}, key, by.at)))


async def asked(services: Services, args: Mapping[str, Any]) -> View | None:
    """The draft's card; nothing where somebody has decided meanwhile."""
    reply = await services.store.read(lambda s: s.get_one(Reply, args["reply"]))
    return CardOf(f"reply:{reply.id}") if reply.state == "asking" else None


async def handed_on(args: Mapping[str, Any]) -> View:
    """The report that was handed on, as its card."""
    return CardOf(f"report:{args['report']}")


async def came_back(services: Services, args: Mapping[str, Any]) -> CameBack:
    """As it was when it was given back."""
    agency = (await services.registry.current()).by_id(args["agency"]).label
    return CameBack(args["report"], agency, args["reason"], args["again"])


async def more_time(services: Services, args: Mapping[str, Any]) -> MoreTime:
    """As it was when the kind was chosen."""
    agency = (await services.registry.current()).by_id(args["agency"]).label
    until = datetime.fromisoformat(args["until"]) if args["until"] else None
    return MoreTime(args["report"], agency, args["before"], args["kind"], until, args["by"])
