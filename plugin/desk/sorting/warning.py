"""What cannot wait reaches the rooms concerned at once: the agency's, whoever it is with, and everybody above.

Of one incident a room gets one card in a while: who tells of it further is news (plugin/rhythm/arrivals.py), and is
named on the cards that hang.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.chat.courier import outdate
from plugin.chat.rooms import bound_to
from plugin.chat.values import Room
from plugin.desk.sorting import dangers
from plugin.desk.sorting.proposals import FRESH, with_report
from plugin.errors import DeliveryError, Refused
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import in_force
from plugin.store.tables import CaseProposal, Report
from plugin.wording import CardOf

log = logging.getLogger(__name__)


async def warn(services: Services, number: int) -> None:
    """Hang the report's card in the rooms concerned, once in each for each danger however often it is asked; not
    where another card of the same incident was hung a moment ago.

    Raises DeliveryError when a room could not be reached and may be later.
    """
    report, proposal = await services.store.read(with_report, number)
    if proposal is None or not _waits(report, proposal, services.clock()):
        return
    registry = await services.registry.current()
    today = services.today
    known = await services.store.read(_known, proposal)
    rooms = await services.store.read(bound_to, concerned(registry, today, report, proposal))
    rooms = [room for room in rooms if not any(room.address in heard for heard in known.values())]
    missed: DeliveryError | None = None
    for room in rooms:
        try:
            await _hang(services, room, proposal)
        except Refused:
            log.warning("a room on %s cannot be warned", room.platform)
        except DeliveryError as error:
            missed = error
    if missed is not None:
        raise missed
    # A flood of tellings is one edit a minute, not one for each.
    if known:
        await services.store.write(outdate, [f"report:{other}" for other in known])


def _known(session: Session, proposal: CaseProposal) -> dict[int, set[str]]:
    """The rooms that just heard of its incident, by the report whose card they got."""
    others = dangers.tellings(session, proposal.report_id, proposal)
    return dangers.warned(session, others, proposal.judged_at - dangers.ONE_INCIDENT)


def concerned(registry: Registry, today: date, report: Report, proposal: CaseProposal) -> list[int]:
    """The agency it is with, the one that should have it, and all above them."""
    nodes = [registry.by_id(report.agency_id), *first_of(registry, today, proposal)]
    above = [upper for node in nodes for upper in registry.ancestors(node)]
    return list(dict.fromkeys(node.id for node in (*nodes, *above)))


def first_of(registry: Registry, today: date, proposal: CaseProposal) -> Sequence[Node]:
    """The agency that should have it; where it is no more, those that have come after it."""
    return next((found for code in proposal.agencies if (found := in_force(registry, code, today))), ())


async def _hang(services: Services, room: Room, proposal: CaseProposal) -> None:
    number = proposal.report_id
    key = dangers.card_key(number, proposal.judged_at, room)
    await services.send(room, CardOf(f"report:{number}"), key)


def _waits(report: Report, proposal: CaseProposal, now: datetime) -> bool:
    return report.waits and not report.aside and now - proposal.judged_at <= FRESH
