"""What durable work promises inside one process, on both databases."""

from __future__ import annotations

import asyncio
import logging
import statistics
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from dbos import DBOS

from plugin.errors import OperatorError
from plugin.rhythm.durable import Durable, Pace
from plugin.store.store import Store

QUICK = Pace(sweep="* * * * * *", beat=0.2, silence=timedelta(seconds=1.5), poll=0.05)


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Let the loop turn until it is so."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


@pytest.fixture
async def durable(store: Store) -> AsyncIterator[Durable]:
    """A runner, not started; stopped afterwards."""
    made = Durable(store, node="n1", pace=QUICK)
    yield made
    await made.stop(grace=1)


async def test_what_is_put_runs_once(durable: Durable) -> None:
    ran: list[int] = []

    async def task(row_id: int) -> None:
        ran.append(row_id)

    durable.job("task", task)
    await durable.start()
    await durable.put("task", 7)
    await until(lambda: bool(ran))

    assert ran == [7]


async def test_a_second_put_while_one_is_at_it_does_nothing_and_later_begins_anew(durable: Durable) -> None:
    ran: list[int] = []
    go = asyncio.Event()

    async def task(row_id: int) -> None:
        ran.append(row_id)
        await go.wait()

    durable.job("task", task)
    await durable.start()
    await asyncio.gather(*[durable.put("task", 1) for _ in range(5)])
    await until(lambda: bool(ran))
    await durable.put("task", 1)
    assert ran == [1]

    go.set()
    await until(lambda: not durable._runs)
    await durable.put("task", 1)
    await until(lambda: len(ran) == 2)


async def test_a_handler_that_wants_to_go_on_is_asked_again(durable: Durable) -> None:
    answers: list[float | None] = [0.05, 0.0, None]
    moments: list[float] = []

    async def task(row_id: int) -> float | None:
        moments.append(time.monotonic())
        return answers[len(moments) - 1]

    durable.job("task", task)
    await durable.start()
    await durable.put("task", 1)
    await until(lambda: len(moments) == 3)

    assert moments[1] - moments[0] >= 0.05


async def test_a_handler_may_put_work_itself(durable: Durable) -> None:
    ran: list[str] = []

    async def first(row_id: int) -> None:
        ran.append("first")
        await durable.put("second", row_id)

    async def second(row_id: int) -> None:
        ran.append("second")

    durable.job("first", first)
    durable.job("second", second)
    await durable.start()
    await durable.put("first", 1)
    await until(lambda: ran == ["first", "second"])


async def test_what_fails_is_logged_without_its_words_and_tried_again_by_the_sweep(
    durable: Durable, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def task(row_id: int) -> None:
        tries.append(row_id)
        if len(tries) == 1:
            raise RuntimeError("Pak Budi, 0812-3456-7890")

    async def due() -> list[tuple[str, int]]:
        return [("task", 3)] if len(tries) < 2 else []

    durable.job("task", task)
    durable.sweep(due)
    with caplog.at_level(logging.ERROR):
        await durable.start()
        await until(lambda: tries == [3, 3])

    assert len(caplog.records) == 1
    assert "task 3 failed: RuntimeError" in caplog.text
    assert "Budi" not in caplog.text


async def test_many_rows_never_run_more_than_so_many_at_once(store: Store) -> None:
    durable = Durable(store, node="n1", pace=Pace(at_once=3, poll=0.02))
    now, most, ended = 0, 0, 0

    async def task(row_id: int) -> None:
        nonlocal now, most, ended
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.001)
        now -= 1
        ended += 1

    durable.job("task", task)
    await durable.start()
    await asyncio.gather(*[durable.put("task", n) for n in range(20)])
    await until(lambda: ended == 20)
    await durable.stop()

    assert most <= 3


async def test_what_a_stop_cut_off_goes_on_at_the_next_start(store: Store) -> None:
    ended = asyncio.Event()
    begun: list[int] = []

    async def task(row_id: int) -> None:
        begun.append(row_id)
        if len(begun) == 1:
            await asyncio.Event().wait()
        ended.set()

    first = Durable(store, node="n1", pace=QUICK)
    first.job("task", task)
    await first.start()
    await first.put("task", 5)
    await until(lambda: bool(begun))
    await first.stop(grace=0.01)
    second = Durable(store, node="n1", pace=QUICK)
    second.job("task", task)
    await second.start()
    await asyncio.wait_for(ended.wait(), 15)
    await second.stop()

    assert begun == [5, 5]


async def test_start_and_stop_leave_no_threads_and_a_loop_that_works(store: Store) -> None:
    await store.check()
    await store.write(lambda session: session.connection())
    before = set(threading.enumerate())
    for _ in range(2):
        durable = Durable(store, node="n1", pace=QUICK)
        await durable.start()
        await durable.stop()
        await durable.stop()
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=5)

    own = [t.name for t in left if t.is_alive() and not t.name.startswith(("store", "survey"))]
    assert own == []  # the store is still open
    assert await asyncio.to_thread(lambda: "works") == "works"


async def test_only_one_runs_in_a_process(durable: Durable, store: Store) -> None:
    await durable.start()
    with pytest.raises(RuntimeError):
        await Durable(store, node="n2").start()


async def test_it_begins_within_milliseconds(durable: Durable) -> None:
    took: list[float] = []
    began = 0.0

    async def task(row_id: int) -> None:
        took[-1] = time.perf_counter() - began

    durable.job("task", task)
    await durable.start()
    for n in range(12):
        took.append(-1)
        began = time.perf_counter()
        await durable.put("task", n)
        await until(lambda: took[-1] >= 0)

    assert statistics.median(took) < 0.1


@pytest.mark.parametrize("name", ["", "local", "n" * 81])
def test_a_node_needs_a_name_of_its_own(name: str, tmp_path: object) -> None:
    with pytest.raises(OperatorError):
        Durable(Store(f"sqlite:///{tmp_path}/app.db"), node=name)


def test_words_that_cannot_name_a_job_are_refused(tmp_path: object) -> None:
    async def task(row_id: int) -> None: ...

    durable = Durable(Store(f"sqlite:///{tmp_path}/app.db"), node="n1")
    durable.job("task", task)
    for name in ("task", "a:b"):
        with pytest.raises(ValueError, match="no good name"):
            durable.job(name, task)


async def test_a_tick_that_may_be_late_comes_also_at_the_start(durable: Durable) -> None:
    came: list[str] = []

    async def late() -> None:
        came.append("late")

    async def other() -> None:
        came.append("other")

    yearly = "0 0 1 1 *"
    durable.tick("late", late, yearly, at_start=True)
    durable.tick("other", other, yearly)
    await durable.start()
    await until(lambda: bool(came))

    assert came == ["late"]


async def test_the_minutes_are_counted_anew_when_the_clock_is_set(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine would wait until the moment that it had come to by the wrong clock."""
    wrong = [7 * 3600.0]
    durable = Durable(store, node="n1", pace=QUICK, wall=lambda: time.time() + wrong[0])
    await durable.start()
    before = {row["schedule_id"] for row in await DBOS.list_schedules_async()}
    wrong[0] = 0.0
    try:
        async with asyncio.timeout(15):
            after = await DBOS.list_schedules_async()
            while not after or before & {row["schedule_id"] for row in after}:  # gone, and there anew
                await asyncio.sleep(0.02)
                after = await DBOS.list_schedules_async()
    finally:
        await durable.stop(grace=1)

    assert [row["context"] for row in after] == ["sweep"]
    assert "the clock was set by -25200 seconds" in caplog.text
