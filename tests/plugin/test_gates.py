"""The pace of a lane, kept together by everybody who shares the database, and what goes first on it."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlmodel import Session

from plugin.errors import TryLater
from plugin.store.gates import Gates, Rank, push_back, reserve
from plugin.store.store import Store
from plugin.store.tables import Gate

LONG = 1 / 1000  # a call every 1,000 seconds: what a test takes is nothing beside it


class Naps:
    """Notes how long somebody would have waited, and does not wait."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def gates(store: Store, naps: Naps) -> Gates:
    return Gates(store, naps)


async def test_the_first_may_go_and_the_next_waits(store: Store) -> None:
    waits = [await reserve(store, "a", per_second=LONG) for _ in range(4)]

    assert waits[0] == 0
    assert waits[1:] == [pytest.approx(n * 1000, abs=30) for n in (1, 2, 3)]


async def test_a_burst_may_go_at_once(store: Store) -> None:
    waits = [await reserve(store, "a", per_second=LONG, burst=3) for _ in range(5)]

    assert waits == [0, 0, 0, pytest.approx(1000, abs=30), pytest.approx(2000, abs=30)]


async def test_lanes_do_not_wait_for_each_other(store: Store) -> None:
    await reserve(store, "a", per_second=LONG)

    assert await reserve(store, "b", per_second=LONG) == 0


async def test_two_processes_keep_the_pace_together(store: Store, database_url: str) -> None:
    other = Store(database_url)
    waits = await asyncio.gather(*(reserve(s, "a", per_second=LONG) for s in (store, other) * 10))
    await other.aclose()

    assert sorted(waits) == [pytest.approx(n * 1000, abs=60) for n in range(20)]


async def test_a_lane_that_was_pushed_back_opens_when_the_platform_said(store: Store) -> None:
    await push_back(store, "a", 5000)
    await push_back(store, "a", 2000)
    waits = [await reserve(store, "a", per_second=LONG, burst=2) for _ in range(3)]

    assert waits == [pytest.approx(n, abs=30) for n in (5000, 5000, 6000)]


async def test_what_was_booked_stays_booked_when_the_lane_closes(store: Store) -> None:
    await reserve(store, "a", per_second=LONG)
    await reserve(store, "a", per_second=LONG)
    await push_back(store, "a", 500)

    assert await reserve(store, "a", per_second=LONG) == pytest.approx(2000, abs=30)


async def test_a_lane_that_was_idle_is_free_again(store: Store) -> None:
    waits = [await reserve(store, "a", per_second=1e9) for _ in range(3)]

    assert waits == [0, 0, 0]


async def test_who_may_wait_leaves_room_for_who_may_not(gates: Gates, naps: Naps) -> None:
    """Of three that may go at once an audit takes the first only, alerts two; the last is a reply's."""

    async def fits(rank: Rank) -> bool:
        try:
            await gates.turn("a", per_second=LONG, burst=3, rank=rank, patience=0)
        except TryLater:
            return False
        return True

    went = [
        await fits(rank) for rank in (Rank.AUDIT, Rank.AUDIT, Rank.ALERT, Rank.ALERT, Rank.REPLY, Rank.REPLY)
    ]

    assert went == [True, False, True, False, True, False]


async def test_who_waits_books_nothing_so_a_reply_never_stands_behind_them(
    store: Store, gates: Gates
) -> None:
    await reserve(store, "a", per_second=LONG)
    for rank in (Rank.ALERT, Rank.AUDIT) * 5:
        with pytest.raises(TryLater):
            await gates.turn("a", per_second=LONG, rank=rank, patience=1)

    assert await reserve(store, "a", per_second=LONG) == pytest.approx(1000, abs=30)


async def test_of_all_who_wait_in_several_processes_replies_go_first_and_audits_last(
    store: Store, gates: Gates, database_url: str
) -> None:
    other = Store(database_url)
    for _ in range(6):
        await reserve(store, "a", per_second=LONG, burst=3)
    waits: dict[Rank, list[float]] = {rank: [] for rank in Rank}
    for process in (gates, Gates(other)) * 2:
        for rank in (Rank.AUDIT, Rank.ALERT):
            with pytest.raises(TryLater) as busy:
                await process.turn("a", per_second=LONG, burst=3, rank=rank, patience=1)
            waits[rank].append(busy.value.after)
        waits[Rank.REPLY].append(await reserve(other, "a", per_second=LONG, burst=3))
    await other.aclose()

    assert waits[Rank.REPLY] == [pytest.approx(n * 1000, abs=60) for n in (4, 5, 6, 7)]
    assert waits[Rank.ALERT] == [pytest.approx(n * 1000, abs=60) for n in (5, 6, 7, 8)]
    assert waits[Rank.AUDIT] == [pytest.approx(n * 1000, abs=60) for n in (6, 7, 8, 9)]


async def test_nobody_leaves_while_the_platform_wants_to_be_left_alone(gates: Gates, naps: Naps) -> None:
    await gates.close("a", 5000)
    for rank in Rank:
        with pytest.raises(TryLater) as busy:
            await gates.turn("a", per_second=1000.0, burst=10, rank=rank, patience=60)
        assert busy.value.after == pytest.approx(5000, abs=30)
    with pytest.raises(TryLater):
        await gates.pass_by("a", per_second=1000.0, patience=60)

    assert naps.taken == []


async def test_who_was_booked_before_it_closed_waits_as_well(store: Store) -> None:
    async def nap(seconds: float) -> None:
        if seconds > 500:  # while the second waits for its moment, the platform closes the lane
            await push_back(store, "a", 9000)

    sleepy = Gates(store, nap)
    await sleepy.turn("a", per_second=LONG)
    with pytest.raises(TryLater) as busy:
        await sleepy.turn("a", per_second=LONG, patience=2000)

    assert busy.value.after == pytest.approx(9000, abs=30)


async def test_an_answer_that_passes_by_makes_the_others_wait(gates: Gates, naps: Naps) -> None:
    for _ in range(5):
        await gates.pass_by("a", per_second=LONG, burst=3)
    assert naps.taken == []

    with pytest.raises(TryLater) as busy:
        await gates.turn("a", per_second=LONG, burst=3, rank=Rank.ALERT, patience=1)
    assert busy.value.after == pytest.approx(4000, abs=30)


async def test_a_clock_that_was_set_back_does_not_keep_a_lane_shut(store: Store, gates: Gates) -> None:
    def booked_tomorrow(session: Session) -> None:
        session.add(Gate(lane="a", free_at=time.time() + 86_400))
        session.add(Gate(lane="b", free_at=time.time() + 86_400))

    await store.write(booked_tomorrow)

    assert await reserve(store, "a", per_second=1) == 0
    await gates.turn("b", per_second=1, rank=Rank.AUDIT, burst=3, patience=1)
