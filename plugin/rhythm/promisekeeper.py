"""Each minute: promises in what was just published, those whose last day this is, those that were not kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from plugin.chat.rooms import nearest
from plugin.chat.values import Room
from plugin.clock import Clock, Night
from plugin.desk.handling import promises
from plugin.registry.paths import codes_at, way_to
from plugin.rhythm import notices
from plugin.rhythm.limits import Tables
from plugin.rhythm.promising import Promised
from plugin.rhythm.promising import promises as read
from plugin.rhythm.workdays import Calendar
from plugin.store.store import Store
from plugin.store.tables import Reply

log = logging.getLogger(__name__)

KIND = "promise"


class Promisekeeper:
    """Makes follow-ups of what agencies promise. Any number of processes may; nothing is told twice."""

    def __init__(self, store: Store, clock: Clock, limits: Tables, quiet: Night) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._quiet = quiet

    async def tick(self) -> list[str]:
        """Do what is due; the cards that have changed ("promise:5", "report:17")."""
        now = self._clock()
        asked = await self._store.write(_propose, self._limits, now)
        if self._quiet.holds(now):
            return asked
        zone = self._limits.calendars.zone
        evening = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
        return asked + await self._store.write(_follow_up, evening, now)


def _propose(session: Session, limits: Tables, now: datetime) -> list[str]:
    changed = []
    for reply, agency_id in promises.unread(session):
        reply.heeded = True
        codes = codes_at(session, agency_id)
        calendar = limits.calendars.of(codes)
        said = calendar.local_date(reply.published_at or now)
        for promised in _read(reply, said, calendar):
            due_at = limits.last_moment(codes, promised.day)
            if number := promises.propose(session, reply, agency_id, promised.words, promised.day, due_at):
                changed.append(f"report:{reply.report_id}")
                _tell(session, _rooms(session, [agency_id]), number, "asked", now)
    return changed


def _read(reply: Reply, said: date, calendar: Calendar) -> list[Promised]:
    """What an answer seems to promise; where it cannot be read, the next ones must be all the same."""
    try:
        return read(reply.text, said, calendar)
    except Exception as error:
        log.error("answer %s could not be read for promises: %s", reply.id, type(error).__name__)
        return []


def _follow_up(session: Session, evening: datetime, now: datetime) -> list[str]:
    if not promises.something_due(session, evening, now):
        return []
    void = promises.void_withdrawn(session, now)
    session.flush()
    for promise in promises.to_remind(session, evening, now):
        _tell(session, _rooms(session, [promise.agency_id]), promise.id, f"last-day:{promise.day}", now)
    broken = promises.break_due(session, now)
    for promise in broken:
        way = way_to(session, promise.agency_id)
        _tell(session, _rooms(session, [way[0], way[-1]]), promise.id, f"broken:{promise.day}", now)
    return [
        about
        for promise in [*void, *broken]
        for about in (f"promise:{promise.id}", f"report:{promise.report_id}")
    ]


def _tell(session: Session, rooms: Iterable[Room], number: int | None, why: str, now: datetime) -> None:
    notices.put(session, rooms, KIND, {"promise": number}, f"{KIND}:{number}:{why}", now)


def _rooms(session: Session, agencies: list[int]) -> list[Room]:
    """The rooms of each of these, or where it has none the nearest above that has."""
    found: dict[Room, None] = {}
    for agency in agencies:
        found |= dict.fromkeys(nearest(session, way_to(session, agency)))
    return list(found)
