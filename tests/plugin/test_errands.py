"""Tasks beside us: all are waited for, and all have ended when it is said so."""

from __future__ import annotations

import asyncio

import pytest

from plugin.errands import Errands


async def forever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        ended.append("cut off")


async def shortly(ended: list[str]) -> None:
    await asyncio.sleep(0.01)
    ended.append("done")


async def test_what_an_errand_starts_is_waited_for_as_well() -> None:
    errands, ended = Errands(), list[str]()

    async def first() -> None:
        errands.start(shortly(ended))

    errands.start(first())
    await errands.settle()

    assert ended == ["done"]
    assert len(errands) == 0


async def test_what_an_errand_raised_is_heard_by_whoever_waits() -> None:
    errands = Errands()

    async def fails() -> None:
        raise ValueError("broken")

    errands.start(fails())
    with pytest.raises(ValueError, match="broken"):
        await errands.settle()


async def test_within_the_grace_it_may_finish_and_then_it_is_cut_off() -> None:
    errands, ended = Errands(), list[str]()
    errands.start(shortly(ended))
    errands.start(forever(ended))
    await errands.stop(grace=0.2)
    await errands.stop()

    assert ended == ["done", "cut off"]


async def test_without_grace_it_is_cut_off_at_once_and_has_ended() -> None:
    errands, ended = Errands(), list[str]()
    errands.start(forever(ended))
    await asyncio.sleep(0)
    await errands.stop()

    assert ended == ["cut off"]
    assert len(errands) == 0
