"""Every connected account is read again and again; nothing between is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from adapters.memory import MemoryChannel
from plugin.desk.posts.intake import Stored
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.values import Cursor, Page, PublicAccount, PublicCapabilities
from plugin.rhythm import cursors
from plugin.rhythm.polling import OnStored, Pace, Polling
from plugin.store.store import Store
from plugin.store.tables import Account, Followup, Gap, PollCursor, Report
from tests.conftest import MovableClock
from tests.plugin.intake_world import LIMITS, WIB, found, post, rows

POLL = 60.0
LEASE = timedelta(seconds=60)


class Desk:
    """A store, a channel and processes that poll it."""

    def __init__(self, store: Store, clock: MovableClock) -> None:
        self.store = store
        self.clock = clock
        self.channel = MemoryChannel(PublicCapabilities(longest=280, poll_seconds=POLL))
        self.connected = {1: PublicAccount(1, "memory", "pupr", "101")}
        self.stored: list[Stored] = []

    async def account(self, number: int) -> PublicAccount | None:
        return self.connected.get(number)

    async def heard(self, stored: Stored) -> None:
        self.stored.append(stored)

    def polling(
        self, store: Store | None = None, owner: str = "node", tell: OnStored | None = None, **pace: Any
    ) -> Polling:
        return Polling(
            store or self.store,
            {"memory": self.channel},
            self.account,
            Pace(WIB, LIMITS, lease=LEASE, **pace),
            clock=self.clock,
            owner=owner,
            on_stored=tell or self.heard,
            jitter=lambda: 0.5,
        )

    def citizens_post(self, *keys: int, handle: str = "pupr") -> None:
        self.channel.heard.setdefault(handle, []).extend(post(str(k), by=f"w{k}", minute=k) for k in keys)

    async def reports(self) -> list[int]:
        return [int(r.post_id) for r in await rows(self.store, Report)]

    async def cursor(self, number: int = 1) -> PollCursor:
        found = {c.account_id: c for c in await rows(self.store, PollCursor)}
        row = found[number]
        assert isinstance(row, PollCursor)
        return row

    async def health(self) -> str:
        return str((await rows(self.store, Account))[0].health)


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> Desk:
    """Account 1 is connected; 2 and 3 are switched off."""

    def off(session: Session) -> None:
        found(session)
        session.connection().execute(sa.text("UPDATE account SET mode = 'off' WHERE id <> 1"))

    await store.write(off)
    return Desk(store, clock)


def switch(session: Session, number: int, column: str, value: str) -> None:
    session.connection().execute(
        sa.text(f"UPDATE account SET {column} = :v WHERE id = :n"), {"v": value, "n": number}
    )


async def test_a_new_account_is_read_and_then_once_a_minute(desk: Desk) -> None:
    polling = desk.polling()
    desk.citizens_post(1, 2)

    assert await polling.once() == 1
    assert await desk.reports() == [1, 2]
    assert await polling.once() == 0
    desk.citizens_post(3)
    desk.clock.move(seconds=POLL - 1)
    assert await polling.once() == 0
    desk.clock.move(seconds=1)
    assert await polling.once() == 1
    assert await desk.reports() == [1, 2, 3]
    assert (await desk.cursor()).cursor == "3"
    assert [s.reports for s in desk.stored] == [(1, 2), (3,)]
    assert await desk.health() == "ok"


@pytest.mark.parametrize(
    ("column", "value"), [("mode", "off"), ("verdict", "claimed"), ("verdict", "rejected"), ("channel", "x")]
)
async def test_accounts_that_are_not_ours_to_read_are_left_alone(desk: Desk, column: str, value: str) -> None:
    polling = desk.polling()
    await polling.once()
    await desk.store.write(switch, 1, column, value)
    desk.citizens_post(1)
    desk.clock.move(hours=1)

    assert await polling.once() == 0
    assert await desk.reports() == []


async def test_an_account_connected_later_is_found(desk: Desk) -> None:
    polling = desk.polling()
    await polling.once()
    await desk.store.write(switch, 2, "mode", "read_only")
    desk.connected[2] = PublicAccount(2, "memory", "dishub", "102")
    desk.citizens_post(7, handle="dishub")
    desk.clock.move(seconds=31)

    assert await polling.once() == 1
    assert await desk.reports() == [7]


async def test_an_account_without_tokens_is_shown_and_read_once_it_has_them(desk: Desk) -> None:
    polling = desk.polling()
    account = desk.connected.pop(1)
    desk.citizens_post(1)
    await polling.once()

    assert (await desk.cursor()).trouble == await desk.health() == "disconnected"
    desk.connected[1] = account
    assert await polling.once() == 0
    await desk.store.write(cursors.retry, 1, desk.clock())
    assert await polling.once() == 1
    assert await desk.reports() == [1]
    assert await desk.health() == "ok"


async def test_waking_reads_at_once(desk: Desk) -> None:
    polling = desk.polling()
    await polling.once()
    desk.citizens_post(1)
    polling.wake("memory")

    assert await polling.once() == 1
    assert await desk.reports() == [1]


async def test_waking_another_channel_does_nothing(desk: Desk) -> None:
    polling = desk.polling()
    await polling.once()
    polling.wake("x")

    assert await polling.once() == 0


async def test_being_woken_while_reading_reads_once_more(desk: Desk) -> None:
    polling = desk.polling()

    async def a_new_post(stored: Stored) -> None:
        if not desk.stored:
            desk.stored.append(stored)
            desk.citizens_post(2)
            await desk.store.write(switch, 2, "mode", "api")
            polling.wake()
            assert await polling.once() == 1  # account 2, and the wish is in the database: 1 is being read

    polling = desk.polling(tell=a_new_post)
    desk.connected[2] = PublicAccount(2, "memory", "dishub", "102")
    desk.channel.page_size = 1
    desk.citizens_post(1, 3)
    await polling.once()

    assert await polling.once() == 1
    assert sorted(await desk.reports()) == [1, 2, 3]


@pytest.mark.parametrize(
    ("error", "wait", "failures", "trouble", "health"),
    [
        (TryLater(777), 777, 0, "asked to wait", "ok"),
        (TryLater(0), 1, 0, "asked to wait", "ok"),
        (Unknown("503"), POLL, 1, "503", "ok"),
        (Refused("disconnected"), 900, 1, "disconnected", "disconnected"),
        (Refused("no_credit"), 900, 1, "no_credit", "no_credit"),
        (Refused("something new"), 900, 1, "something new", "other"),
    ],
    ids=lambda v: f"{type(v).__name__}-{v}" if isinstance(v, DeliveryError) else "",
)
async def test_trouble_is_waited_out_and_shown(
    desk: Desk, error: DeliveryError, wait: float, failures: int, trouble: str, health: str
) -> None:
    polling = desk.polling()
    await polling.once()
    desk.clock.move(seconds=POLL)
    desk.citizens_post(1)
    desk.channel.trouble.append(error)
    await polling.once()
    row = await desk.cursor()

    assert (row.failures, row.trouble, await desk.health()) == (failures, trouble, health)
    assert row.next_at == desk.clock() + timedelta(seconds=wait)
    assert row.leased_until is None
    polling.wake()
    desk.clock.move(seconds=wait - 0.5)
    assert await polling.once() == 0  # not even when woken
    desk.clock.move(seconds=0.5)
    assert await polling.once() == 1
    row = await desk.cursor()
    assert (row.failures, row.trouble, await desk.health()) == (0, "", "ok")
    assert await desk.reports() == [1]


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (Unknown, [60, 120, 240, 480, 900, 900]),
        (lambda: Refused("disconnected"), [900, 1800, 3600, 3600]),
    ],
    ids=["unknown", "refused"],
)
async def test_who_keeps_failing_is_asked_less_often(
    desk: Desk, error: Callable[[], DeliveryError], waits: list[int]
) -> None:
    polling = desk.polling()
    waited = []
    for _ in waits:
        desk.channel.trouble.append(error())
        await polling.once()
        wait = (await desk.cursor()).next_at - desk.clock()
        desk.clock.now += wait
        waited.append(wait.total_seconds())

    assert waited == waits


async def test_our_own_fault_in_one_account_does_not_stop_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.store.write(switch, 2, "mode", "api")
    desk.connected[2] = PublicAccount(2, "memory", "dishub", "102")
    desk.citizens_post(1, handle="dishub")
    desk.channel.heard["pupr"] = [None]  # type: ignore[list-item]  # a broken adapter
    await desk.polling().once()

    assert await desk.reports() == [1]
    assert (await desk.cursor(1)).trouble.startswith("our fault: ")
    assert (await desk.cursor(2)).trouble == ""
    assert "account 1 was not read" in caplog.text
    assert "jalan rusak" not in caplog.text


async def test_a_hook_that_fails_loses_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(stored: Stored) -> None:
        raise RuntimeError("the room is gone")

    desk.channel.page_size = 1
    desk.citizens_post(1, 2)
    await desk.polling(tell=broken).once()

    assert await desk.reports() == [1, 2]
    assert (await desk.cursor()).trouble == ""
    assert "not passed on" in caplog.text


class Paused(MemoryChannel):
    """Stops after the first page until told to go on."""

    def __init__(self) -> None:
        super().__init__(PublicCapabilities(longest=280, poll_seconds=POLL))
        self.page_size = 2
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        async for page in super().mentions(account, since):
            yield page
            self.reached.set()
            await self.go_on.wait()


async def test_two_processes_never_read_one_account_at_the_same_time(desk: Desk, database_url: str) -> None:
    desk.channel = Paused()
    desk.citizens_post(*range(4))
    other = Store(database_url)
    first, second = desk.polling(owner="one"), desk.polling(other, owner="two")
    reading = asyncio.create_task(first.once())
    await desk.channel.reached.wait()
    desk.clock.move(seconds=59)

    assert await second.once() == 0
    desk.channel.go_on.set()
    assert await reading == 1
    await other.aclose()
    assert sorted(await desk.reports()) == [0, 1, 2, 3]


async def test_an_expired_lease_is_taken_over_and_the_late_one_moves_nothing(
    desk: Desk, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    slow = desk.channel = Paused()
    desk.citizens_post(*range(6))
    late = asyncio.create_task(desk.polling(owner="one").once())
    await slow.reached.wait()
    other = Store(database_url)
    desk.channel = MemoryChannel(PublicCapabilities(longest=280, poll_seconds=POLL))
    desk.channel.heard = slow.heard
    desk.clock.move(seconds=61)

    assert await desk.polling(other, owner="two").once() == 1
    before = await desk.cursor()
    slow.go_on.set()
    await late
    await other.aclose()
    assert await desk.cursor() == before
    assert sorted(await desk.reports()) == list(range(6))
    assert sum(len(s.reports) for s in desk.stored) == 6
    assert "taken over" in caplog.text


async def test_many_processes_share_the_accounts(desk: Desk, database_url: str) -> None:
    def many(session: Session) -> None:
        for n in range(10, 40):
            session.add(
                Account(
                    id=n, agency_id=1, channel="memory", handle=f"a{n}", handle_key=f"a{n}",
                    verdict="official", mode="api", claimed_at=desk.clock(),
                )
            )  # fmt: skip

    await desk.store.write(many)
    for n in range(10, 40):
        desk.connected[n] = PublicAccount(n, "memory", f"a{n}")
        desk.citizens_post(n, handle=f"a{n}")
    others = [Store(database_url) for _ in range(3)]
    nodes = [desk.polling(s, owner=f"node{n}") for n, s in enumerate(others)]
    read = 0
    while count := sum(await asyncio.gather(*(node.once() for node in nodes))):
        read += count
    for other in others:
        await other.aclose()

    assert read == 31
    assert sorted(await desk.reports()) == list(range(10, 40))


async def test_a_page_that_does_not_come_in_time_is_no_answer(desk: Desk) -> None:
    desk.channel = Paused()
    desk.citizens_post(1, 2, 3)
    await desk.polling(patience=timedelta(0)).once()

    assert (await desk.cursor()).trouble == "no page in time"


async def test_an_interrupted_sweep_goes_on_where_it_was(desk: Desk) -> None:
    desk.channel = Paused()
    desk.citizens_post(*range(5))
    task = asyncio.create_task(desk.polling().run())
    await desk.channel.reached.wait()
    while len(await desk.reports()) < 2:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    desk.channel.go_on.set()

    assert len(await desk.reports()) == 2
    assert await desk.polling().once() == 1  # given back: no lease to wait for
    assert sorted(await desk.reports()) == list(range(5))


async def test_it_runs_until_cancelled_and_wakes_when_told(desk: Desk) -> None:
    heard = asyncio.Event()

    async def tell(stored: Stored) -> None:
        heard.set()

    polling = desk.polling(tell=tell)
    task = asyncio.create_task(polling.run())
    for n in range(3):
        desk.citizens_post(n)
        polling.wake()
        await heard.wait()
        heard.clear()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await desk.reports() == [0, 1, 2]


async def test_a_silence_is_a_gap_closed_when_all_is_read(desk: Desk) -> None:
    await desk.polling().once()
    last = desk.clock()
    desk.clock.move(hours=3)
    desk.channel = Paused()
    desk.citizens_post(*range(5))
    back = desk.clock()
    reading = asyncio.create_task(desk.polling().once())
    await desk.channel.reached.wait()
    while not await rows(desk.store, Gap):
        await asyncio.sleep(0)
    [gap] = await rows(desk.store, Gap)
    [state] = await desk.polling().state()

    assert (gap.began_at, gap.ended_at, gap.closed_at, gap.lost) == (last, back, None, False)
    assert [(g.began_at, g.ended_at, g.lost) for g in state.open_gaps] == [(last, back, False)]
    desk.clock.move(seconds=20)
    desk.channel.go_on.set()
    await reading
    [gap] = await rows(desk.store, Gap)
    [state] = await desk.polling().state()
    assert (gap.closed_at, state.open_gaps) == (desk.clock(), ())


@pytest.mark.parametrize(("minutes", "gaps"), [(10, 0), (11, 1)])
async def test_a_short_silence_is_no_gap(desk: Desk, minutes: int, gaps: int) -> None:
    polling = desk.polling()
    await polling.once()
    desk.clock.move(minutes=minutes)
    await polling.once()

    assert len(await rows(desk.store, Gap)) == gaps


class Forgetful(MemoryChannel):
    """A channel that no longer reaches back to the cursor."""

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        async for page in super().mentions(account, since):
            yield Page(page.posts, page.cursor, page.complete, lost=page.complete)


@pytest.mark.parametrize("silent", [0, 5])
async def test_what_cannot_be_had_any_more_is_named(desk: Desk, silent: int) -> None:
    await desk.polling().once()
    last = desk.clock()
    desk.clock.move(hours=silent, minutes=1)
    desk.channel = Forgetful(desk.channel.can)
    desk.channel.page_size = 1
    desk.citizens_post(1, 2)
    await desk.polling().once()
    [gap] = await rows(desk.store, Gap)

    assert (gap.began_at, gap.ended_at, gap.closed_at, gap.lost) == (last, desk.clock(), desk.clock(), True)


async def test_it_says_who_has_not_been_heard_for_long(desk: Desk) -> None:
    polling = desk.polling()
    desk.channel.trouble.append(Refused("disconnected"))
    await polling.once()
    [fresh] = await polling.state()
    desk.clock.move(minutes=11)
    [silent] = await polling.state()
    desk.clock.move(minutes=11)
    await polling.once()
    [well] = await polling.state()

    assert (fresh.overdue, fresh.trouble, fresh.handle, fresh.last_ok_at) == (
        False,
        "disconnected",
        "pupr",
        None,
    )
    assert (silent.overdue, well.overdue) == (True, False)
    assert well.last_ok_at == desk.clock()


async def test_followups_travel_the_same_way(desk: Desk) -> None:
    polling = desk.polling()
    desk.channel.heard["pupr"] = [post("1", conversation="1")]
    await polling.once()
    desk.channel.heard["pupr"].append(post("2", conversation="1", minute=1))
    polling.wake()
    await polling.once()

    assert [f.post_id for f in await rows(desk.store, Followup)] == ["2"]
    assert [(s.reports, s.followups) for s in desk.stored] == [((1,), ()), ((), (1,))]


async def test_a_database_that_is_away_is_waited_out(desk: Desk, tmp_path: Any) -> None:
    away = Store(f"sqlite:///{tmp_path}/nowhere/app.db")
    polling = desk.polling(away)
    task = asyncio.create_task(polling.run())
    for _ in range(20):
        await asyncio.sleep(0)

    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await away.aclose()


@pytest.mark.parametrize("ahead", [timedelta(hours=7), timedelta(days=1)])
async def test_a_clock_that_is_set_back_leaves_nobody_unheard(desk: Desk, ahead: timedelta) -> None:
    polling = desk.polling()
    desk.clock.now += ahead
    await polling.once()
    desk.clock.now -= ahead
    desk.citizens_post(1)

    assert await polling.once() == 1
    assert await desk.reports() == [1]


async def test_a_reading_that_a_wrong_clock_began_is_taken_over(desk: Desk) -> None:
    desk.clock.move(hours=7)
    await desk.polling().once()
    await desk.store.write(leased, desk.clock() + LEASE)
    desk.clock.move(hours=-7)
    desk.citizens_post(1)

    assert await desk.polling(owner="later").once() == 1


async def test_who_asked_to_be_left_alone_is_until_then(desk: Desk) -> None:
    polling = desk.polling()
    desk.channel.trouble.append(TryLater(3600))
    await polling.once()
    desk.clock.move(minutes=50)

    assert await polling.once() == 0


def leased(session: Session, until: datetime) -> None:
    values = {"owner": "dead", "leased_until": until, "next_at": until}
    session.connection().execute(sa.update(PollCursor).values(**values))
