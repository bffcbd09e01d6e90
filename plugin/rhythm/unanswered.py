"""An incident that would close by itself while one of its reporters has no answer: it stays open, and is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # a notice's arguments, as its row holds them

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.chat.rooms import nearest
from plugin.desk.handling.cases import left_out
from plugin.desk.handling.lapsing import lapse
from plugin.registry.paths import way_to
from plugin.rhythm import notices
from plugin.store.tables import Report
from plugin.wording import Press, Say, View

KIND = "unanswered"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Waiter:
    """A reporter without an answer: the number of their report, and who they are."""

    number: int
    handle: str


@dataclass(frozen=True)
class StillUnanswered(View):
    """The incident `number` was answered, these reporters of it were not. `more`: how many besides."""

    number: int
    waiters: tuple[Waiter, ...]
    more: int

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {f"answer{w.number}": Say(f"/tanggapi {w.number}") for w in self.waiters}
        return named | {"open": Say(f"/laporan {self.number}")}


def close_silent(session: Session, now: datetime) -> list[int]:
    """Close what has been silent long enough; their numbers. Of what may not close the agency's groups hear, each
    time that the silence has run out."""
    lapsed = lapse(session, now)
    for report in lapsed.held:
        rooms = nearest(session, way_to(session, report.agency_id))
        key = f"{KIND}:{report.id}:{now.isoformat()}"
        notices.put(session, rooms, KIND, {"report": report.id}, key, now)
    return lapsed.closed


async def still_unanswered(services: Services, args: Mapping[str, Any]) -> StillUnanswered | None:
    """Who waits now; nothing where somebody has answered them, or taken the incident up again, meanwhile."""
    waiters = await services.store.read(_waiters, int(args["report"]))
    return StillUnanswered(args["report"], waiters[:SHOWN], len(waiters[SHOWN:])) if waiters else None


def _waiters(session: Session, number: int) -> tuple[Waiter, ...]:
    report = session.get_one(Report, number)
    if report.answered_at is None or report.closed_at is not None:
        return ()
    return tuple(Waiter(r.id or 0, r.author_handle) for r in left_out(session, number))
