"""In which rooms the card of a danger hangs: of one incident it hangs once in a while, further tellings are news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.values import Room
from plugin.desk.lists.queue import OPEN
from plugin.store.tables import Card, CaseProposal, Report

ONE_INCIDENT = timedelta(hours=1)
"""So long after a card of the incident its further tellings are gathered; then one hangs a card again."""
MOST_TELLINGS = 200
NAME = "darurat"


def card_key(number: int, found: datetime, room: Room) -> str:
    """The once-only name of the card that tells a room of a danger found then."""
    return f"{NAME}:{number}:{int(found.timestamp())}:{room.address}"


def tellings(session: Session, number: int, proposal: CaseProposal) -> list[int]:
    """The other waiting reports that seem to tell of the same incident, the oldest first."""
    joined = session.connection().execute(sa.select(col(Report.joined_to)).where(col(Report.id) == number))
    lead = joined.scalar() or proposal.alike or number
    query = (
        sa.select(col(CaseProposal.report_id))
        .join(Report, col(Report.id) == col(CaseProposal.report_id))
        .where(sa.or_(col(CaseProposal.report_id) == lead, col(CaseProposal.alike) == lead))
        .where(*OPEN, col(CaseProposal.report_id) != number)
        .order_by(col(CaseProposal.report_id))
        .limit(MOST_TELLINGS)
    )
    return list(session.connection().execute(query).scalars())


def warned(session: Session, numbers: Collection[int], since: datetime) -> dict[int, set[str]]:
    """The rooms in which a card of each of these dangers was hung since then."""
    names = {f"report:{number}": number for number in numbers}
    query = sa.select(col(Card.about), col(Card.platform), col(Card.room)).where(
        col(Card.about).in_(names), col(Card.key).startswith(f"{NAME}:"), col(Card.sent_at) > since
    )
    found: dict[int, set[str]] = defaultdict(set)
    for about, platform, room in session.connection().execute(query) if names else ():
        found[names[about]].add(Room(platform, room).address)
    return found
