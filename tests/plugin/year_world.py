"""A government that lives through a year: citizens write, officials act, and processes die when they like."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from adapters.memory import MemoryChat
from plugin.chat.rights import give, known
from plugin.chat.values import MessageRef, Outgoing, Person, Room
from plugin.clock import Night
from plugin.desk.audit import Hand
from plugin.desk.handling import cases
from plugin.desk.handling.cases import locked
from plugin.desk.measures import clocks
from plugin.errors import Unknown
from plugin.house import Desk
from plugin.rhythm import runs
from plugin.rhythm.escalation import Policy
from plugin.rhythm.hours import SHIPPED as HOURS
from plugin.rhythm.ladder import Rung
from plugin.rhythm.limits import Tables, read_tables
from plugin.rhythm.morning import Morning, Times
from plugin.rhythm.notices import PerhapsTold
from plugin.rhythm.runs import Claim
from plugin.store.store import HANDS, Store
from plugin.store.tables import Agency, Notice, RoomRow, Subscription
from plugin.store.tables.alarms import NOTICE_OPEN
from plugin.wording import View
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

FIRST, LAST = date(2026, 1, 2), date(2027, 1, 29)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
HOUR = timedelta(hours=1)
LADDER = (("kepala", 4), ("asisten", 24), ("sekda", 24), ("bupati", 48))
GAP = 36 * HOUR
"""Somebody runs once a day, at any hour: the longest time in which nobody does."""

ROOMS = ("setda", "pupr", "pribadi-bram")
"""Who gets the page: two groups, and the head of the region in his direct chat."""

MISHAPS = 25
LOOKS = 20


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
        self.deaths += fate < 0.035
        if fate < 0.011:
            raise Died
        ref = await super().send(room, message, key=key)
        self.arrived[key] += 1
        if fate < 0.025:
            raise Died
        if fate < 0.035:
            raise Unknown("no answer")
        return ref


class Government:
    """One government, in its zone and with its office days; `table` is what citizens write on set days."""

    def __init__(
        self, talk: Conversation, chat: Frail, clock: MovableClock, zone: ZoneInfo, table: Table
    ) -> None:
        self.talk, self.chat, self.clock, self.zone, self.table = talk, chat, clock, zone, table
        self.chance = chat.chance
        self.answered: dict[int, datetime] = {}
        self.desks = {name: talk.another(name) for name in ("n1", "n2")}
        self.born = 2

    def wall(self, text: str) -> datetime:
        return wall(text, self.zone)

    def events(self) -> Iterator[tuple[datetime, str]]:
        """What is to come: citizens write, and once a day, at any hour of it, somebody runs."""
        yield from ((self.wall(text), "by hand") for text in self.table)
        days = (LAST - FIRST).days - 30
        for _ in range(MISHAPS):
            yield self.wall(f"{FIRST} 00.00") + self.chance.random() * timedelta(days=days), "anything"
        for day in DAYS:
            hour, minute = self.chance.randrange(7, 19), self.chance.randrange(1, 50)
            yield self.wall(f"{day} {hour:02d}.{minute:02d}"), "run"

    async def live(self, kind: str) -> None:
        """Now one of these events happens."""
        if kind == "run":
            await self.act()
            await self.settle()
        else:
            await self.complain(kind)

    async def minute(self) -> None:
        """What the minute does, in one or two processes, each of which may die on the way."""
        if self.chance.random() < 0.02:  # a restart
            self.desks.pop(self.chance.choice(list(self.desks)))
            self.born += 1
            self.desks[f"n{self.born}"] = self.talk.another(f"n{self.born}")
        nodes = self.chance.sample(list(self.desks), self.chance.choice((1, 1, 1, 2)))
        ends = await asyncio.gather(
            *(self.run(self.desks[name], name) for name in nodes), return_exceptions=True
        )
        for end in ends:
            if end is not None and not is_death(end):
                raise end

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

    async def settle(self) -> None:
        """Run, perhaps die; and some minutes later, when their leases have ended, take up what died."""
        deaths = self.chat.deaths
        await self.minute()
        if self.chat.deaths > deaths or self.chance.random() < 0.05:
            self.chat.frail = False
            await self.take_up()
            self.chat.frail = True

    async def take_up(self) -> None:
        """Look every few minutes until nothing of today is left open."""
        store = self.talk.store
        await transactions_ended(store)
        for _ in range(LOOKS):
            self.clock.move(minutes=6)
            await self.minute()
            if not await store.read(left_open, self.clock().astimezone(self.zone).date()):
                return
        raise AssertionError("what the dead began is never taken up")

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


Table = dict[str, tuple[str, str]]


def is_death(end: BaseException) -> bool:
    """Whether a process ended by nothing but dying."""
    if isinstance(end, BaseExceptionGroup):
        return all(is_death(one) for one in end.exceptions)
    return isinstance(end, Died)


async def transactions_ended(store: Store) -> None:
    """Wait for what the dead had begun: a transaction ends whole when nobody waits for it any more."""
    hands = 1 if store.is_sqlite else HANDS
    every = threading.Barrier(hands)

    def met(session: Session) -> None:
        every.wait(timeout=60)

    await asyncio.gather(*(store.write(met) for _ in range(hands)))


def left_open(session: Session, today: date) -> bool:
    """Whether a page or a notice has not met its end."""
    notice = select(Notice.id).where(sa.text(NOTICE_OPEN)).limit(1)
    return runs.left_open(session, today) > 0 or session.exec(notice).first() is not None


def wall(text: str, zone: ZoneInfo) -> datetime:
    """A moment as the office's wall shows it."""
    return datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=zone).astimezone(UTC)


async def government(
    store: Store, clock: MovableClock, zone: ZoneInfo, table: Table, *, limits: Tables | None = None
) -> Government:
    """A government at the beginning of its year."""
    chat = Frail(random.Random(zone.key))
    policy = Policy([Rung(level, wait * HOUR) for level, wait in LADDER], Night(time(21), time(6), zone))
    talk = await open_conversation(store, clock, policy=policy, zone=zone, chat=chat, limits=limits)
    await store.write(people, clock())
    return Government(talk, chat, clock, zone, table)


def six_days(zone: ZoneInfo, folder: Path) -> Tables:
    """The limits of a government whose offices work on Saturdays."""
    path = folder / "hours.csv"
    path.write_text(HOURS.read_text("utf-8") + "6,33.05,Enam hari kerja,,,,,,Peraturan Bupati\n", "utf-8")
    return read_tables(zone, hours=path)


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
    session.exec(delete(RoomRow).where(col(RoomRow.key) == "hub"))  # fewer pages, and the year is shorter


async def live(governments: list[Government], clock: MovableClock) -> None:
    """Let them all live, by one clock."""
    coming = [(at, n, kind) for n, each in enumerate(governments) for at, kind in each.events()]
    for at, n, kind in sorted(coming):
        clock.now = at
        await governments[n].live(kind)
