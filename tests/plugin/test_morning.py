"""What the morning promises: one page for each recipient and day, whatever happens; on both databases."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat import rooms
from plugin.chat.values import Room
from plugin.dates import FILTERS
from plugin.errors import Refused, TryLater, Unknown
from plugin.rhythm import runs
from plugin.rhythm.morning import LEASE, Morning, PerhapsSent, Times, hours
from plugin.rhythm.runs import Claim, Opening
from plugin.store.store import Store
from plugin.store.tables import Agency, Circular, DigestRun, LifeSign, Official, Role, RoomRow, Subscription
from plugin.wording import View, Wording
from tests.conftest import MovableClock

WIB = ZoneInfo("Asia/Jakarta")
MIDNIGHT = datetime(2026, 8, 17, 17, 0, tzinfo=UTC)  # Tuesday 18 August 2026, 00.00 WIB
TUESDAY = date(2026, 8, 18)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Died(BaseException):
    """The process ended here."""


@dataclass(frozen=True)
class Sheet(View):
    """Stands for the page about an agency."""

    agency_id: int


@dataclass
class Platform:
    """Rooms that take messages. `troubles` meet the next sendings; what dies `after` has arrived."""

    knows: bool = True
    arrived: list[tuple[Room, View, str]] = field(default_factory=list)
    troubles: list[BaseException] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)

    async def deliver(self, room: Room, view: View, key: str) -> None:
        await asyncio.sleep(0)
        if self.troubles:
            raise self.troubles.pop(0)
        self.arrived.append((room, view, key))
        await asyncio.sleep(0)
        if self.after:
            raise self.after.pop(0)

    async def sent_before(self, room: Room, key: str) -> bool | None:
        return key in [k for _, _, k in self.arrived] if self.knows else None

    def pages(self) -> list[tuple[str, int]]:
        """(room, agency) of each page that arrived."""
        return [(room.key, view.agency_id) for room, view, _ in self.arrived if isinstance(view, Sheet)]

    def hints(self) -> list[str]:
        return [room.key for room, view, _ in self.arrived if isinstance(view, PerhapsSent)]


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MIDNIGHT)


async def compose(run: Claim) -> View:
    return Sheet(run.agency_id)


Make = Callable[..., Morning]


@pytest.fixture
def make(store: Store, clock: MovableClock, platform: Platform) -> Make:
    """Makes a process' morning; the hour is 07.00."""

    def made(owner: str = "n1", zone: ZoneInfo = WIB, over: Store = store) -> Morning:
        return Morning(
            over, clock, times=Times(zone, time(7)), owner=owner,
            compose=compose, deliver=platform.deliver, sent_before=platform.sent_before,
        )  # fmt: skip

    return made


def people(session: Session, *names: str, agencies: int = 1, bound_at: datetime = LONG_AGO) -> None:
    """Agencies 1…n, each below the one before, and rooms bound to the first."""
    for n in range(1, agencies + 1):
        path = "".join(f"{i:08x}" for i in range(1, n + 1))
        session.add(
            Agency(id=n, code=str(n), parent_id=n - 1 or None, path=path, kind="dinas", name=f"Instansi {n}")
        )
        session.flush()
    for name in names:
        session.add(RoomRow(platform="memory", key=name, agency_id=1, bound_at=bound_at))


def at(clock: MovableClock, hour: int, minute: int = 0, *, day: int = 0) -> None:
    """Wind the clock to this hour in WIB."""
    clock.now = MIDNIGHT + timedelta(days=day, hours=hour, minutes=minute)


async def states(store: Store, day: date = TUESDAY) -> dict[str, str]:
    def read(session: Session) -> dict[str, str]:
        rows = session.exec(select(DigestRun.recipient, DigestRun.state).where(DigestRun.day == day))
        return {recipient.removeprefix("memory:"): state for recipient, state in rows}

    return await store.read(read)


async def test_at_the_hour_each_room_gets_its_page_once(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a", "b")
    morning = make()
    at(clock, 6, 59)
    await morning.tick()
    assert platform.pages() == []

    for minute in range(30):
        at(clock, 7, minute)
        await morning.tick()

    assert sorted(platform.pages()) == [("a", 1), ("b", 1)]
    assert await states(store) == {"a": "sent", "b": "sent"}


async def test_down_at_seven_it_comes_late_but_not_at_night(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    at(clock, 19, 59)
    await make().tick()
    assert platform.pages() == [("a", 1)]

    at(clock, 20, 0, day=1)
    await make().tick()
    at(clock, 2, day=2)
    await make().tick()
    assert platform.pages() == [("a", 1)]

    at(clock, 7, day=2)
    await make().tick()
    assert platform.pages() == [("a", 1)] * 2


@pytest.mark.parametrize(("knows", "pages"), [(True, 1), (False, 2)])
async def test_a_backup_put_back_makes_no_second_page_where_the_platform_tells(
    store: Store, clock: MovableClock, platform: Platform, make: Make, knows: bool, pages: int
) -> None:
    platform.knows = knows
    await store.write(people, "a")
    at(clock, 7)
    await make().tick()

    def put_back(session: Session) -> None:
        """The backup of four at night: the page is unknown to it, and so is what was numbered since."""
        session.exec(sa.delete(DigestRun))
        session.add(LifeSign(seen_at=clock() - timedelta(hours=3)))
        session.add(Circular(number="1", dated=TUESDAY, issuer="Sekda", agency_id=1, kinds=[], channels=[],
            particulars=[], due_at=clock(), made_at=clock()))  # fmt: skip

    await store.write(put_back)
    at(clock, 9)
    await make().tick()
    await make().tick()

    assert len(platform.pages()) == pages
    assert platform.hints() == []
    assert await states(store) == {"a": "sent"}


async def test_the_hour_is_the_governments(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    makassar = make(zone=ZoneInfo("Asia/Makassar"))
    at(clock, 5, 59)
    await makassar.tick()
    assert platform.pages() == []

    at(clock, 6)  # 07.00 WITA
    await makassar.tick()
    assert platform.pages() == [("a", 1)]


def test_a_late_hour_ends_at_midnight() -> None:
    today = hours(MIDNIGHT, WIB, time(21, 30))

    assert (today.day, today.closes - today.opens) == (TUESDAY, timedelta(hours=2, minutes=30))


async def test_a_room_bound_after_the_hour_waits_for_tomorrow(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    at(clock, 7, 1)
    await store.write(people, "a", bound_at=clock.now)
    at(clock, 7, 2)
    await make().tick()
    assert platform.pages() == []

    at(clock, 7, day=1)
    await make().tick()
    assert platform.pages() == [("a", 1)]


async def test_officials_who_asked_get_it_about_their_highest_node_while_they_hold_a_role(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    def subscribed(session: Session) -> None:
        people(session, agencies=3)
        for n in (1, 2):
            session.add(Official(id=n, platform="memory", key=f"o{n}"))
            session.flush()
            session.add(Subscription(official_id=n, platform="memory", room=f"private{n}", since=LONG_AGO))
            for agency in (3, 2):
                session.add(Role(official_id=n, agency_id=agency, role="sekda", given_at=LONG_AGO))
        session.flush()
        session.connection().execute(
            sa.update(Role).where(col(Role.official_id) == 2).values(ended_at=LONG_AGO)
        )

    await store.write(subscribed)
    at(clock, 7)
    await make().tick()

    assert platform.pages() == [("private1", 2)]


async def test_a_room_that_moved_during_the_day_gets_no_second_page(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    at(clock, 7)
    await make().tick()
    await store.write(rooms.move, Room("memory", "a"), Room("memory", "b"))
    await store.write(rooms.move, Room("memory", "b"), Room("memory", "c"))
    at(clock, 9)
    await make().tick()
    assert platform.pages() == [("a", 1)]

    at(clock, 7, day=1)
    await make().tick()
    assert platform.pages() == [("a", 1), ("c", 1)]


async def test_a_room_unbound_meanwhile_is_not_told(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    platform.troubles = [TryLater(600)]
    at(clock, 7)
    await make().tick()
    await store.write(lambda session: session.connection().execute(sa.update(RoomRow).values(agency_id=None)))
    at(clock, 8)
    await make().tick()

    assert platform.arrived == []
    assert await states(store) == {"a": "dropped"}


async def test_a_busy_platform_is_given_its_time(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    platform.troubles = [TryLater(150)]
    for minute in range(3):
        at(clock, 7, minute)
        await make().tick()
        assert platform.arrived == []
    at(clock, 7, 3)
    await make().tick()

    assert platform.pages() == [("a", 1)]


async def test_a_room_that_refuses_is_left_alone_today(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    platform.troubles = [Refused("channel_not_found")]
    for hour in (7, 8, 9):
        at(clock, hour)
        await make().tick()
    assert platform.arrived == []
    assert await states(store) == {"a": "refused"}

    at(clock, 7, day=1)
    await make().tick()
    assert platform.pages() == [("a", 1)]


@pytest.mark.parametrize("end", [Died(), Unknown("timeout")])
@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("knows", [True, False])
async def test_an_end_nobody_saw_never_makes_a_second_page(
    end: BaseException, arrives: bool, knows: bool,
    store: Store, clock: MovableClock, platform: Platform, make: Make,
) -> None:  # fmt: skip
    await store.write(people, "a")
    platform.knows = knows
    (platform.after if arrives else platform.troubles).append(end)
    at(clock, 7)
    await die_or_not(make("n1"))
    for minute in range(1, 20):
        at(clock, 7, minute)
        await make("n2").tick()

    assert platform.pages() == ([("a", 1)] if arrives or knows else [])
    assert platform.hints() == ([] if knows else ["a"])
    assert await states(store) == {"a": "sent" if knows else "unknown"}


async def die_or_not(morning: Morning) -> bool:
    """A tick of a process that may die in it."""
    try:
        await morning.tick()
    except* Died:
        return_value = True
    else:
        return_value = False
    return return_value


async def test_nobody_dies_twice_over_the_one_line(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    platform.knows = False
    platform.after = [Died(), Died()]
    at(clock, 7)
    await die_or_not(make("n1"))
    at(clock, 7, 10)
    await die_or_not(make("n1"))
    at(clock, 7, 20)
    await make("n1").tick()

    assert (platform.pages(), platform.hints()) == ([("a", 1)], ["a"])


async def test_who_wakes_up_late_marks_nothing(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a")
    platform.knows = False
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def slow(room: Room, view: View, key: str) -> None:
        asleep.set()
        await awake.wait()
        raise Refused("whatever")

    slow_one = Morning(
        store, clock, times=Times(WIB, time(7)), owner="n1",
        compose=compose, deliver=slow, sent_before=platform.sent_before,
    )  # fmt: skip
    at(clock, 7)
    task = asyncio.create_task(slow_one.tick())
    await asleep.wait()
    clock.now += LEASE
    await make("n2").tick()
    awake.set()
    await task

    assert await states(store) == {"a": "unknown"}


@pytest.mark.parametrize("second", ["n1", "n2"])
async def test_only_the_last_claim_may_mark(second: str, store: Store, clock: MovableClock) -> None:
    await store.write(people, "a")
    await store.write(runs.open_runs, Opening(TUESDAY, time(0), MIDNIGHT))
    first = await store.write(runs.claim, TUESDAY, "n1", clock.now, clock.now + LEASE)
    clock.now += LEASE
    last = await store.write(runs.claim, TUESDAY, second, clock.now, clock.now + LEASE)
    assert first is not None
    assert last is not None

    assert (first.again, last.again) == (False, True)
    assert not await store.write(runs.mark, first, state="refused")
    assert await store.write(runs.mark, last, state="sent")
    assert not await store.write(runs.mark, last, state="refused")
    assert await states(store) == {"a": "sent"}


async def test_what_cannot_be_composed_holds_up_nobody(
    store: Store, clock: MovableClock, platform: Platform
) -> None:
    def two(session: Session) -> None:
        people(session, "a", agencies=2)
        session.add(RoomRow(platform="memory", key="b", agency_id=2, bound_at=LONG_AGO))

    broken = True

    async def sometimes(run: Claim) -> View:
        agency_id = run.agency_id
        if broken and agency_id == 1:
            raise LookupError("gone")
        return Sheet(agency_id)

    await store.write(two)
    morning = Morning(
        store, clock, times=Times(WIB, time(7)), owner="n1",
        compose=sometimes, deliver=platform.deliver, sent_before=platform.sent_before,
    )  # fmt: skip
    at(clock, 7)
    await morning.tick()
    assert platform.pages() == [("b", 2)]

    broken = False
    at(clock, 7, 10)
    await morning.tick()
    assert platform.pages() == [("b", 2), ("a", 1)]


async def test_a_run_nobody_ended_is_closed_when_it_is_too_late(
    store: Store, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, "a", "b")
    platform.troubles = [TryLater(20 * 3600), Unknown()]
    at(clock, 19, 58)
    await make().tick()
    at(clock, 20, 30)
    await make().tick()

    assert sorted((await states(store)).values()) == ["late", "unknown"]
    assert platform.arrived == []


async def test_two_processes_send_once(
    store: Store, database_url: str, clock: MovableClock, platform: Platform, make: Make
) -> None:
    await store.write(people, *"abcdefghijklmnopqrst")
    other = Store(database_url)
    at(clock, 7)
    await asyncio.gather(make("n1").tick(), make("n2", over=other).tick())
    await other.aclose()

    assert Counter(platform.pages()) == Counter({(name, 1): 1 for name in "abcdefghijklmnopqrst"})


async def test_a_thousand_rooms(store: Store, clock: MovableClock, platform: Platform, make: Make) -> None:
    await store.write(people, *[str(n) for n in range(1000)])
    at(clock, 7)
    await make().tick()

    assert len(platform.pages()) == len(set(platform.pages())) == 1000


def a_months_moments(dice: random.Random) -> Iterator[tuple[int, int]]:
    """(day, minute) of each tick in a month in which the machine is sometimes off; the last ones are calm."""
    for day in range(30):
        first = dice.choice([7 * 60, 7 * 60, 7 * 60 + dice.randrange(600)])
        yield from ((day, minute) for minute in (6 * 60, *range(first, first + 4)))
        yield from ((day, minute) for minute in (first + 30, 22 * 60))


def disturb(platform: Platform, dice: random.Random, *, calm: bool) -> None:
    platform.troubles.clear()
    platform.after.clear()
    if not calm:
        platform.troubles += dice.choice([[], [], [Died()], [Unknown()], [TryLater(90)]])
        platform.after += dice.choice([[], [], [], [Died()], [Unknown()]])


@pytest.mark.parametrize("knows", [True, False])
async def test_a_month_with_deaths_and_restarts(
    knows: bool,
    store: Store, database_url: str, clock: MovableClock, platform: Platform, make: Make,
) -> None:  # fmt: skip
    dice = random.Random(7)
    names = ["a", "b"]
    platform.knows = knows
    other = Store(database_url)
    await store.write(people, *names)
    workers = {"n1": make("n1"), "n2": make("n2", over=other)}
    for moment, (day, minute) in zip(itertools.cycle(range(7)), a_months_moments(dice), strict=False):
        at(clock, 0, minute, day=day)
        disturb(platform, dice, calm=moment > 4)
        dead = await asyncio.gather(*[die_or_not(worker) for worker in workers.values()])
        for name, died in zip(list(workers), dead, strict=True):
            if died:
                workers[name] = make(name, over=other if name == "n2" else store)
    await other.aclose()

    pages = Counter(key for _, view, key in platform.arrived if isinstance(view, Sheet))
    hints = Counter(
        key.removesuffix(":perhaps") for _, v, key in platform.arrived if isinstance(v, PerhapsSent)
    )
    days = [TUESDAY + timedelta(days=n) for n in range(30)]
    keys = {f"digest:{day}:memory:{name}" for day in days for name in names}
    assert set(pages.values()) == {1}
    assert set(hints.values()) <= {1}
    assert set(pages) | set(hints) <= keys
    if knows:
        assert set(pages) == keys
        assert not hints


def test_the_one_line_says_what_to_do() -> None:
    wording = Wording(Path(__file__).parents[2] / "templates", FILTERS(WIB, lambda: MIDNIGHT))

    assert wording.say(PerhapsSent(TUESDAY)) == (
        "Ringkasan 18 Agustus 2026 mungkin sudah terkirim. Untuk melihatnya, ketik <code>/ringkasan</code>."
    )
