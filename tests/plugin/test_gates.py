"""The pace of a lane, kept together by everybody who shares the database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from plugin.store.gates import push_back, reserve
from plugin.store.store import Store

LONG = 1 / 1000  # a call every 1,000 seconds: what a test takes is nothing beside it


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
    until = datetime.now(UTC) + timedelta(seconds=5000)
    await push_back(store, "a", until)
    await push_back(store, "a", until - timedelta(seconds=3000))
    waits = [await reserve(store, "a", per_second=LONG, burst=2) for _ in range(3)]

    assert waits == [pytest.approx(n, abs=30) for n in (5000, 5000, 6000)]


async def test_what_was_booked_stays_booked_when_the_lane_closes(store: Store) -> None:
    await reserve(store, "a", per_second=LONG)
    await reserve(store, "a", per_second=LONG)
    await push_back(store, "a", datetime.now(UTC) + timedelta(seconds=500))

    assert await reserve(store, "a", per_second=LONG) == pytest.approx(2000, abs=30)


async def test_a_lane_that_was_idle_is_free_again(store: Store) -> None:
    waits = [await reserve(store, "a", per_second=1e9) for _ in range(3)]

    assert waits == [0, 0, 0]
