"""A promise as a card: what was said, until when, and whether it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.registry.persons import name_of
from plugin.store.tables import Promise, Reply
from plugin.wording import Decide, Press, Say, View, Visit


@dataclass(frozen=True)
class PromiseCard(View):
    """One promise, as it stands now. `today`: its last day is today."""

    replaces = True

    id: int
    number: int
    agency: str
    words: str
    day: date
    due_at: datetime
    state: str
    url: str
    decided_by: str
    decided_at: datetime | None
    today: bool

    @property
    def about(self) -> str:
        return f"promise:{self.id}"

    def presses(self) -> Mapping[str, Press]:
        what = {"promise": self.id}
        return {
            "right": Decide("janji-benar", what),
            "change": Decide("janji-tanggal", what),
            "none": Decide("janji-bukan", what),
            "kept": Decide("janji-ditepati", what),
            "answer": Say(f"/tanggapi {self.number}"),
            "report": Say(f"/laporan {self.number}"),
            "open": Visit(self.url),
        }


async def promise_card(services: Services, number: int) -> PromiseCard:
    """The promise with that number."""
    promise, url, who = await services.store.read(_promise, number)
    registry = await services.registry.current()
    today = services.today
    return PromiseCard(
        id=number,
        number=promise.report_id,
        agency=registry.by_id(promise.agency_id).label,
        words=promise.words,
        day=promise.day,
        due_at=promise.due_at,
        state=promise.state,
        url=url,
        decided_by=who,
        decided_at=promise.decided_at,
        today=promise.state == "open" and promise.day == today,
    )


def _promise(session: Session, number: int) -> tuple[Promise, str, str]:
    promise = session.get_one(Promise, number)
    reply = session.get_one(Reply, promise.reply_id)
    return promise, reply.url, name_of(session, promise.decided_by)
