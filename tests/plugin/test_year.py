"""A year goes by, in two governments whose zones differ, with processes that die when they like.

Every morning page arrives once, every level hears once and in its time, and every deadline is the one that was
counted by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from adapters.memory import MemoryChat
from plugin.chat.rights import give, known
from plugin.chat.values import MessageRef, Outgoing, Person, Room
from plugin.desk import cases, clocks
from plugin.desk.audit import Hand
from plugin.desk.cases import locked
from plugin.errors import Unknown
from plugin.house import Desk
from plugin.rhythm.escalation import Policy
from plugin.rhythm.ladder import Quiet, Rung
from plugin.rhythm.morning import Morning, Times
from plugin.rhythm.notices import PerhapsTold
from plugin.rhythm.runs import Claim
from plugin.store.store import Store
from plugin.store.tables import Agency, Alarm, Report, ReportClock, Subscription
from plugin.wording import View
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

FIRST, LAST = date(2026, 1, 2), date(2027, 1, 29)
HOUR = timedelta(hours=1)
LADDER = (("kepala", 4), ("asisten", 24), ("sekda", 24), ("bupati", 48))
GAP = 36 * HOUR
"""Somebody runs once a day, at any hour: the longest time in which nobody does."""

BY_HAND = {
    # received: (forwarded within three working days, settled within fourteen), all on the office's wall
    "2026-02-14 10.00": ("2026-02-20 15.30", "2026-03-09 15.00"),  # a Saturday; Imlek, then Ramadan's hours
    "2026-03-12 10.00": ("2026-03-17 15.00", "2026-04-09 16.00"),  # over Nyepi, Idulfitri and its joint leave
    "2026-03-17 20.00": ("2026-03-27 14.30", "2026-04-14 16.00"),  # the eve of the leave
    "2026-05-13 08.00": (
        "2026-05-20 16.00",
        "2026-06-09 16.00",
    ),  # two feasts with their leave, and Pancasila
    "2026-08-12 09.00": ("2026-08-18 16.00", "2026-09-03 16.00"),  # Independence Day, Maulid
    "2026-10-05 09.00": ("2026-10-08 16.00", "2026-10-23 14.30"),  # nothing but weekends; ends on a Friday
    "2026-12-18 09.00": ("2026-12-23 16.00", "2027-01-13 16.00"),  # Christmas, the turn of the year
    "2026-12-30 23.30": ("2027-01-06 16.00", "2027-01-21 16.00"),
}


MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


class Died(BaseException):
    """The process is gone in the middle of a word."""


class Frail(MemoryChat):
    """A chat over which processes die: before their message left, or just after it has arrived."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.frail = True
        self.deaths = 0
        self.arrived: Counter[str] = Counter()

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        fate = self.chance.random() if self.frail else 1.0
        self.deaths += fate < 0.025
        if fate < 0.008:
            raise Died
        ref = await super().send(room, message, key=key)
        self.arrived[key] += 1
        if fate < 0.018:
            raise Died
        if fate < 0.025:
            raise Unknown("no answer")
        return ref


class Year:
    """One government and what happens to it."""

    def __init__(self, talk: Conversation, chat: Frail, clock: MovableClock, zone: ZoneInfo) -> None:
        self.talk, self.chat, self.clock, self.zone = talk, chat, clock, zone
        self.chance = chat.chance
        self.answered: dict[int, datetime] = {}
        self.desks = {name: talk.another(name) for name in ("n1", "n2")}
        self.born = 2

    def wall(self, text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=self.zone).astimezone(UTC)

    async def minute(self) -> None:
        """What the minute does, in one or two processes, each of which may die on the way."""
        if self.chance.random() < 0.02:  # a restart
            self.desks.pop(self.chance.choice(list(self.desks)))
            self.born += 1
            self.desks[f"n{self.born}"] = self.talk.another(f"n{self.born}")
        nodes = self.chance.sample(list(self.desks), self.chance.choice((1, 1, 1, 2)))
        with contextlib.suppress(Died, BaseExceptionGroup):
            await asyncio.gather(
                *(self.run(self.desks[name], name) for name in nodes), return_exceptions=True
            )

    async def run(self, desk: Desk, name: str) -> None:
        services = desk.services

        async def compose(run: Claim) -> View:
            return PerhapsTold(self.clock())  # any words will do; drawing the page is another test's matter

        async def sent_before(room: Room, key: str) -> bool:
            return key in self.chat.keys

        morning = Morning(
            self.talk.store, self.clock, times=Times(self.zone, time(7)), owner=name,
            compose=compose, deliver=services.send, sent_before=sent_before,
        )  # fmt: skip
        await morning.tick()
        await desk.timekeeper.tick()
        while self.talk.jobs:
            _, number = self.talk.jobs.pop(0)
            await desk.notices.send(number)

    async def live(self) -> None:
        """Day by day: what citizens write, what officials do, and once a day somebody runs."""
        written = {self.wall(text): text for text in BY_HAND}
        events = sorted([(at, "by hand") for at in written] + [(at, "anything") for at in self.mishaps()])
        for moment in self.moments():
            while events and events[0][0] <= moment:
                self.clock.now, kind = events.pop(0)
                await self.complain(kind)
            self.clock.now = moment
            await self.act()
            await self.settle()

    async def settle(self) -> None:
        """Run, perhaps die; and some minutes later, when their leases have ended, take up what died."""
        deaths = self.chat.deaths
        await self.minute()
        if self.chat.deaths > deaths or self.chance.random() < 0.05:
            self.chat.frail = False
            for _ in range(2):  # twice: the last transactions of the dead may end as late as the first look
                self.clock.move(minutes=6)
                await self.minute()
            self.chat.frail = True

    def moments(self) -> Iterator[datetime]:
        day = FIRST
        while day <= LAST:
            yield self.wall(f"{day} {self.chance.randrange(7, 19):02d}.{self.chance.randrange(1, 50):02d}")
            day += timedelta(days=1)

    def mishaps(self) -> list[datetime]:
        days = (LAST - FIRST).days - 30
        return [self.wall(f"{FIRST} 00.00") + self.chance.random() * timedelta(days=days) for _ in range(25)]

    async def complain(self, kind: str) -> None:
        n = await self.talk.complain("@dpuprkebumen jalan rusak", author=f"w{self.chance.random()}")
        if kind == "anything":
            hours = self.chance.choice((3, 22, 40, 80, 200))
            self.answered[n] = self.clock() + hours * HOUR
            if self.chance.random() < 0.5:
                by = Hand("memory:sri", "memory:setda", self.clock(), 1)
                await self.talk.store.write(cases.dispose, by, n, 3, "mohon dicek")

    async def act(self) -> None:
        """Answer what is to be answered by now."""
        now = self.clock()
        for number, at in self.answered.items():
            if now - GAP <= at <= now:
                await self.talk.store.write(answer, number, at)


def answer(session: Session, number: int, at: datetime) -> None:
    report = locked(session, number)
    if report.answered_at is None:
        report.answered_at, report.state = at, "replied"
        clocks.follow(session, report, at)


def people(session: Session, now: datetime) -> None:
    root = session.exec(select(Agency.id).where(Agency.code == "33.05")).one()
    for key, name, role in (("asih", "Asih", "asisten"), ("bram", "Pak Bram", "bupati")):
        official = known(session, Person("memory", key, name))
        give(session, official, root or 0, role, None, now)
        if role == "bupati":
            session.add(Subscription(official_id=official, platform="memory", room="pribadi-bram", since=now))


@pytest.fixture
async def hasty(database_url: str) -> AsyncIterator[Store]:
    """A database that does not wait for the disk: thousands of commits, and no machine loses its power here."""
    url = sa.make_url(database_url)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        if url.get_backend_name() == "sqlite":
            url = url.set(database=shutil.copy(url.database or "", f"{folder}/app.db"))
        else:
            url = url.update_query_dict({"options": "-csynchronous_commit=off"})
        made = Store(url.render_as_string(hide_password=False))
        yield made
        await made.aclose()


@pytest.mark.timeout(600)  # many seconds where the machine has others to serve as well
async def test_a_year(hasty: Store) -> None:
    zone = "Asia/Jakarta" if hasty.is_sqlite else "Asia/Jayapura"
    store, chance = hasty, random.Random(zone)
    there, chat = ZoneInfo(zone), Frail(chance)
    clock = MovableClock(datetime.combine(FIRST, time(5), there).astimezone(UTC))
    policy = Policy([Rung(level, wait * HOUR) for level, wait in LADDER], Quiet(time(21), time(6), there))
    talk = await open_conversation(store, clock, policy=policy, zone=there, chat=chat)
    await store.write(people, clock())
    year = Year(talk, chat, clock, there)
    await year.live()

    mornings(year)
    await deadlines(year)
    await levels(year)


def mornings(year: Year) -> None:
    """Every page once, to each of three rooms and to the head in his direct chat."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    rooms = ("setda", "pupr", "hub", "pribadi-bram")
    pages = Counter(
        {k: n for k, n in year.chat.arrived.items() if k.startswith("digest:") and "perhaps" not in k}
    )

    assert pages == Counter({f"digest:{day}:memory:{room}": 1 for day in days for room in rooms})


async def deadlines(year: Year) -> None:
    """Of the reports in the table, as the office's wall showed it."""

    def look(session: Session) -> dict[datetime, dict[str, datetime | None]]:
        found: dict[datetime, dict[str, datetime | None]] = {}
        rows = session.exec(select(ReportClock, Report.received_at).join(Report))
        for clock, received in rows:
            found.setdefault(received, {})[clock.clock] = clock.due_at
        return found

    found = await year.talk.store.survey(look)
    for received, (forward, completion) in BY_HAND.items():
        counted = found[year.wall(received)]
        assert counted["first_answer"] == year.wall(received) + 24 * HOUR, received
        assert counted["forward"] == year.wall(forward), received
        assert counted["completion"] == year.wall(completion), received


async def levels(year: Year) -> None:
    """Each level once, in order, not before its time, not at night, and not long after it either."""

    def look(session: Session) -> list[tuple[ReportClock, str, list[Alarm]]]:
        rows = session.exec(select(ReportClock, Report.state).join(Report)).all()
        return [
            (
                clock,
                state,
                list(session.exec(select(Alarm).where(Alarm.clock_id == clock.id).order_by(col(Alarm.id)))),
            )
            for clock, state in rows
        ]

    heard = Counter[str]()
    for clock, state, alarms in await year.talk.store.survey(look):
        told = [alarm.level for alarm in alarms]
        if clock.due_at is None:  # it began and ended between two minutes
            assert clock.ended_at
            assert not told
            continue
        assert told == [level for level in ("warning", "holder", *dict(LADDER)) if level in told]
        assert len(set(told)) == len(told)
        heard.update(told)
        due: datetime | None = clock.warn_at
        held = bool(alarms) and "disposed" in state
        for before, alarm in zip([None, *alarms], alarms, strict=False):
            assert 6 <= alarm.at.astimezone(year.zone).hour < 21
            earliest = {
                "warning": clock.warn_at,
                "holder": clock.due_at,
                "kepala": clock.due_at + (4 * HOUR if held else 0 * HOUR),
            }.get(alarm.level) or (before.at + dict(LADDER)[alarm.level] * HOUR if before else due)
            assert earliest is not None
            assert earliest <= alarm.at
            if before is None or alarm.level != "holder":
                assert alarm.at <= max(earliest, before.at if before else earliest) + GAP + HOUR
        end = min(clock.ended_at or year.clock(), year.clock())
        if end > clock.due_at + 10 * 24 * HOUR and clock.clock != "silence":
            assert told[-4:] == ["kepala", "asisten", "sekda", "bupati"], (clock.clock, told)
    assert all(heard[level] for level, _ in LADDER)
    notices = {k: n for k, n in year.chat.arrived.items() if k.startswith("alarm:") and "perhaps" not in k}
    assert set(notices.values()) == {1}
