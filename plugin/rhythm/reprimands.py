"""A superior's word to an agency that is late: on record, told in its rooms, the same word once a day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.chat.rooms import bound_to
from plugin.desk.audit import Hand, record
from plugin.desk.lists.queue import span_of
from plugin.registry.persons import name_of
from plugin.rhythm import notices
from plugin.rhythm.waiting import Oldest, oldest_at, overdue_at, waiting_at
from plugin.wording import Press, Say, View

KIND = "reprimand"


@dataclass(frozen=True)
class Reprimand(View):
    """What the agency reads: who says it, and how many reports it is about, as of now."""

    agency: str
    by: str
    words: str
    waiting: int
    overdue: int
    oldest: Oldest | None

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {"new": Say("/laporan-baru terlambat")}
        return named | ({"open": Say(f"/laporan {self.oldest.number}")} if self.oldest else {})


@dataclass(frozen=True, slots=True)
class Said:
    """What became of it: the notices for the agency's rooms, and whether the same word was said today before."""

    notices: tuple[int, ...]
    before: bool


def reprimand(session: Session, by: Hand, agency_id: int, words: str, today: date) -> Said:
    """Have the agency's rooms told, and record it."""
    assert by.official_id is not None
    rooms = bound_to(session, [agency_id])
    key = f"{KIND}:{today.isoformat()}:{agency_id}:{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    if not rooms or (ids := notices.made(session, rooms, key)):
        return Said(tuple(ids) if rooms else (), before=bool(rooms))
    args = {"agency": agency_id, "by": by.official_id, "words": words}
    ids = notices.put(session, rooms, KIND, args, key, by.at)
    record(session, by, "reprimanded", agency=agency_id, note=words)
    return Said(tuple(ids), before=False)


async def reprimanding(services: Services, args: Mapping[str, Any]) -> Reprimand | None:
    """The message, as of now."""
    registry = await services.registry.current()
    if args["agency"] not in registry:
        return None
    node = registry.by_id(args["agency"])
    span, now = span_of(registry, node), services.clock()

    def read(session: Session) -> Reprimand:
        return Reprimand(
            node.label, name_of(session, args["by"]), args["words"], sum(waiting_at(session, span).values()),
            sum(overdue_at(session, span, now).values()), oldest_at(session, span),
        )  # fmt: skip

    return await services.store.survey(read)
