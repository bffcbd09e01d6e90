"""What a room is told of a topic that rises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.context import Services
from plugin.desk.masking import excerpt
from plugin.rhythm.topics import EVERYWHERE, WINDOW
from plugin.store.tables import CaseProposal, Report, Rise
from plugin.wording import Press, Say, View

SHOWN = 3
EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Example:
    """One of the reports."""

    number: int
    excerpt: str


@dataclass(frozen=True)
class RisingTopic(View):
    """More than usual of one kind, from one place ("" where nobody knows) or everywhere. `times`: how many times
    the usual, 0 where there is hardly any."""

    category: str
    place: str
    everywhere: bool
    agency: str
    reports: int
    hours: int
    usual: int
    times: int
    examples: tuple[Example, ...]

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {f"open{e.number}": Say(f"/laporan {e.number}") for e in self.examples}
        return named | {"new": Say("/laporan-baru")}


async def rising_topic(services: Services, args: Mapping[str, Any]) -> RisingTopic:
    """The message about a rise."""
    rise, examples = await services.store.survey(_rise, int(args["rise"]))
    registry = await services.registry.current()
    everywhere = rise.place == EVERYWHERE
    return RisingTopic(
        category=rise.category,
        place="" if everywhere else rise.place,
        everywhere=everywhere,
        agency=registry.by_id(rise.agency_id).label,
        reports=rise.reports,
        hours=int(WINDOW.total_seconds() // 3600),
        usual=round(rise.usual),
        times=round(rise.reports / rise.usual) if rise.usual >= 0.5 else 0,
        examples=examples,
    )


def _rise(session: Session, number: int) -> tuple[Rise, tuple[Example, ...]]:
    rise = session.get_one(Rise, number)
    query = (
        sa.select(col(Report.id), col(Report.text))
        .join(CaseProposal, col(CaseProposal.report_id) == col(Report.id))
        .where(col(CaseProposal.category) == rise.category, col(CaseProposal.is_report))
        .where(col(Report.received_at) >= rise.began_at - WINDOW, col(Report.received_at) <= rise.began_at)
        .order_by(col(Report.id).desc())
        .limit(SHOWN)
    )
    if rise.place != EVERYWHERE:
        query = query.where(col(CaseProposal.kecamatan) == rise.place)
    rows = session.connection().execute(query)
    return rise, tuple(Example(n or 0, excerpt(text, EXCERPT)) for n, text in rows)
