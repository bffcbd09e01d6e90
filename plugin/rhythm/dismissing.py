"""When a role ends: what its holder was at work on goes back to the desk, and no more of it reaches them directly.

The role, the reports given back and the word to their rooms are one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # a notice's arguments, as its row holds them

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.chat.rights import Holder, Right, end, holds_on
from plugin.chat.rooms import nearest
from plugin.chat.values import Room
from plugin.desk.audit import Hand, record
from plugin.desk.handling import holding
from plugin.registry.paths import way_to
from plugin.rhythm import notices
from plugin.store.tables import Report, Role, Subscription
from plugin.wording import Press, Say, View

KIND = "freed"
SHOWN = 5


@dataclass(frozen=True)
class Freed(View):
    """What an agency's rooms are told: these reports are nobody's again. `more`: how many besides."""

    who: str
    agency: str
    numbers: tuple[int, ...]
    more: int

    def presses(self) -> Mapping[str, Press]:
        return {f"open{number}": Say(f"/laporan {number}") for number in self.numbers}


@dataclass(frozen=True, slots=True)
class Ended:
    """A role has ended: the reports that went back to the desk, and the notices that are to leave for it."""

    freed: tuple[int, ...]
    notices: tuple[int, ...]


def dismiss(session: Session, by: Hand, held: Holder, origin: str) -> Ended | None:
    """Take a role back, with all that follows; None when it was not held. `origin` makes it happen once."""
    if not end(session, held.official_id, held.agency_id, held.role, by.at):
        return None
    session.flush()
    to = f"{held.platform}:{held.key}"
    record(session, by, "role_taken", to=to, role=held.role, to_agency=held.agency_id)
    _leave_alone(session, held)
    freed = _free(session, by, held.official_id)
    told = list[int]()
    for agency, numbers in freed.items():
        rooms = [room for room in nearest(session, way_to(session, agency)) if room.address != by.room]
        args = {"who": held.shown, "agency": agency, "reports": numbers}
        told += notices.put(session, rooms, KIND, args, f"{KIND}:{agency}:{origin}", by.at)
    return Ended(tuple(sorted(n for numbers in freed.values() for n in numbers)), tuple(told))


async def freed(services: Services, args: Mapping[str, Any]) -> Freed:
    """As it was when the role ended."""
    agency = (await services.registry.current()).by_id(args["agency"]).label
    numbers: Sequence[int] = args["reports"]
    return Freed(args["who"], agency, tuple(numbers[:SHOWN]), len(numbers[SHOWN:]))


def _free(session: Session, by: Hand, official_id: int) -> Mapping[int, list[int]]:
    """Give back what they hold where no role lets them work any more; the reports of each agency."""
    mine = select(Report).where(Report.held_by == official_id).order_by(col(Report.id)).with_for_update()
    found = defaultdict[int, list[int]](list)
    for report in session.exec(mine).all():
        if holds_on(session, official_id, Right.DRAFT, way_to(session, report.agency_id)):
            continue
        assert report.id is not None
        if holding.free(session, by, report):
            found[report.agency_id].append(report.id)
    return found


def _leave_alone(session: Session, held: Holder) -> None:
    """Without any role left, their direct chat gets nothing that still waits to be sent."""
    left = sa.select(col(Role.id)).where(
        col(Role.official_id) == held.official_id, col(Role.ended_at).is_(None)
    )
    chat = session.get(Subscription, held.official_id)
    if chat is not None and session.connection().execute(left.limit(1)).first() is None:
        notices.drop(session, Room(chat.platform, chat.room))
