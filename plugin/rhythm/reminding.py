"""Who still owes what a circular asks is reminded: before, on and after its last day, once a day, and politely.

The day's round, the reminders and the messages to be sent are written in one transaction, so that each agency hears
once, whoever dies when. Whether there is still something to say is asked again when the message leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.rooms import bound
from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.desk.audit import Hand, record, system
from plugin.registry.duties import Standing, standings_now
from plugin.registry.ledger import CLAIMED
from plugin.registry.snapshot import Circular, Registry, RegistryView
from plugin.rhythm import notices
from plugin.rhythm.superiors import HEADS
from plugin.store.store import Store, insert
from plugin.store.tables import Reminder, ReminderRound, ReminderSnooze, Role, Subscription

KIND = "circular"
ROUND, REBUKE = "round", "rebuke"
OFFSETS = (-7, -3, -1, 0, 1, 3, 7, 14, 21, 28, 42, 56, 70, 84)
"""On which days around the last one an agency is reminded. After that people have to talk to each other."""
LATEST = time(16)
"""Later in the day nobody would still do something about it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When reminders leave: on working days from `at` until four, or midnight if `at` is later than that."""

    zone: ZoneInfo
    at: time
    is_working: Callable[[date], bool]

    def today(self, now: datetime) -> date | None:
        """The day whose round may go now, or None."""
        there = now.astimezone(self.zone)
        within = self.at <= there.time() < (LATEST if self.at < LATEST else time.max)
        return there.date() if within and self.is_working(there.date()) else None


class Reminding:
    """Reminds the agencies of one government. Any number of processes may; nobody hears twice."""

    def __init__(self, store: Store, registry: RegistryView, clock: Clock, hours: Hours) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock
        self._hours = hours

    async def tick(self) -> None:
        """To be called every minute: make today's round if it has not been made."""
        now = self._clock()
        today = self._hours.today(now)
        if today is None:
            return
        registry = await self._registry.current()
        open_ = [c for c in registry.circulars if c.ended_at is None]
        if not open_:
            return
        due = await self._store.read(due_today, open_, today, self._hours.zone)
        if due:
            owing = {c.id: owing_now(registry, c, today) for c in due}
            await self._store.write(make_round, today, owing, now)


def due_today(session: Session, circulars: Sequence[Circular], today: date, zone: ZoneInfo) -> list[Circular]:
    """The circulars whose round has come and has not been made: a day that nobody ran on is made up for."""
    rows = session.exec(
        select(ReminderRound.circular_id, sa.func.max(ReminderRound.day))
        .where(col(ReminderRound.circular_id).in_([c.id for c in circulars]))
        .group_by(col(ReminderRound.circular_id))
    )
    last = dict(rows.all())
    return [c for c in circulars if _round_due(c.due_at.astimezone(zone).date(), last.get(c.id), today)]


def _round_due(last_day: date, before: date | None, today: date) -> bool:
    """Whether a day of the table has come since the last round."""
    passed = [d for n in OFFSETS if (d := last_day + timedelta(days=n)) <= today]
    if not passed:
        return False
    return before is None or passed[-1] > before


def owing_now(registry: Registry, circular: Circular, today: date) -> list[int]:
    """The agencies that owe it. A claim that waits for confirmation is not the agency's fault any more."""
    found: Sequence[Standing] = standings_now(registry, circular, registry.by_id(circular.agency_id), today)
    return [s.unit.members[0].id for s in found if not s.done and s.state != CLAIMED]


def make_round(session: Session, today: date, owing: Mapping[int, Sequence[int]], now: datetime) -> int:
    """Remind each agency once of all it owes; how many hear of it."""
    circulars = {number: agencies for number, agencies in owing.items() if _begin(session, number, today)}
    owed: dict[int, list[int]] = {}
    for number, agencies in circulars.items():
        for agency_id in agencies:
            owed.setdefault(agency_id, []).append(number)
    quiet = _snoozed(session, now)
    rooms = reachable(session)
    told = 0
    for agency_id, numbers in owed.items():
        if agency_id not in quiet and rooms.get(agency_id):
            told += _remind(session, agency_id, today, ROUND, numbers, rooms[agency_id], system(now))
    for number in circulars:
        record(session, system(now), "circular_reminded", circular=number, agencies=told)
    return told


def rebuke(session: Session, by: Hand, agency_id: int, numbers: Sequence[int], today: date) -> bool:
    """A superior's own word to an agency, at most one a day; False when it was said today or nobody can hear it."""
    rooms = reachable(session).get(agency_id, [])
    if not rooms or not _remind(session, agency_id, today, REBUKE, list(numbers), rooms, by):
        return False
    record(session, by, "circular_rebuked", agency=agency_id, circulars=list(numbers))
    return True


def snooze(session: Session, by: Hand, agency_id: int, until: datetime, why: str) -> None:
    """Do not remind an agency until then; a later one takes the place of this."""
    row = {"agency_id": agency_id, "until": until, "why": why[:300], "by": by.official_id, "at": by.at}
    statement = insert(session, ReminderSnooze).values(**row)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["agency_id"], set_=row))
    record(session, by, "reminders_snoozed", agency=agency_id, until=until.isoformat(), why=why[:300])


def reachable(session: Session) -> dict[int, list[Room]]:
    """For each agency its rooms; where it has none, the direct chats of its heads."""
    found: dict[int, list[Room]] = {}
    for room, agency_id in bound(session):
        found.setdefault(agency_id, []).append(room)
    heads = session.exec(
        select(Role.agency_id, Subscription.platform, Subscription.room)
        .join(Subscription, col(Subscription.official_id) == Role.official_id)
        .where(col(Role.role).in_(HEADS), col(Role.ended_at).is_(None))
    )
    direct: dict[int, list[Room]] = {}
    for agency_id, platform, key in heads:
        direct.setdefault(agency_id, []).append(Room(platform, key, private=True))
    return direct | found


def _begin(session: Session, circular_id: int, day: date) -> bool:
    statement = insert(session, ReminderRound).values(circular_id=circular_id, day=day)
    made = session.connection().execute(statement.on_conflict_do_nothing().returning(ReminderRound.day))
    return made.first() is not None


def _snoozed(session: Session, now: datetime) -> set[int]:
    return set(session.exec(select(ReminderSnooze.agency_id).where(ReminderSnooze.until > now)))


def _remind(
    session: Session,
    agency_id: int,
    day: date,
    kind: str,
    numbers: Sequence[int],
    rooms: Sequence[Room],
    by: Hand,
) -> int:
    row = {
        "agency_id": agency_id, "day": day, "kind": kind, "circulars": list(numbers), "at": by.at,
        "by": by.official_id, "rooms": len(rooms),
    }  # fmt: skip
    statement = insert(session, Reminder).values(**row).on_conflict_do_nothing().returning(Reminder.id)
    if session.connection().execute(statement).first() is None:
        return 0
    args = {"agency": agency_id, "circulars": list(numbers), "kind": kind, "by": by.official_id}
    notices.put(session, rooms, KIND, args, f"{KIND}:{kind}:{agency_id}:{day.isoformat()}", by.at)
    return 1
