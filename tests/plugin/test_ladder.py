"""Who hears when, rung by rung."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.clock import Night
from plugin.rhythm.ladder import Move, Rung, Telling, climb

DUE = datetime(2026, 8, 19, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNGS = (Rung("kepala", 4 * HOUR), Rung("asisten", 24 * HOUR), Rung("sekda", 24 * HOUR))
ALL = {"kepala", "asisten", "sekda"}


def move(step: int, after: float, *, held: bool = True, filled: set[str] = ALL) -> Move:
    return climb(RUNGS, step, DUE, DUE + after * HOUR, held=held, filled=filled.__contains__)


def test_the_holder_hears_before_and_at_the_breach_then_those_above() -> None:
    assert move(0, -5) == Move((Telling(0, "warning"),), 1, DUE)
    assert move(1, 0) == Move((Telling(1, "holder"),), 2, DUE + 4 * HOUR)
    assert move(2, 4) == Move((Telling(2, "kepala"),), 3, DUE + 28 * HOUR)
    assert move(3, 28) == Move((Telling(3, "asisten"),), 4, DUE + 52 * HOUR)
    assert move(4, 52) == Move((Telling(4, "sekda"),), 5, None)


def test_after_an_outage_the_warning_is_left_out() -> None:
    assert move(0, 100) == Move((Telling(1, "holder"),), 2, DUE + 104 * HOUR)


def test_what_nobody_holds_climbs_at_once() -> None:
    assert move(1, 0, held=False).tell == (Telling(1, "holder"), Telling(2, "kepala"))
    assert move(1, 0, held=False).step == 3


def test_a_level_that_nobody_fills_is_passed_over() -> None:
    assert move(2, 4, filled={"sekda"}) == Move((Telling(4, "sekda"),), 5, None)


def test_nobody_above_is_an_alarm_and_once() -> None:
    assert move(2, 4, filled=set()) == Move((Telling(5, "nobody"),), 5, None)


def test_a_ladder_that_ends_early_ends_in_silence() -> None:
    assert move(3, 28, filled={"kepala"}) == Move((), 5, None)


def test_without_a_ladder_only_the_holder_hears() -> None:
    def told(step: int, *, held: bool) -> Move:
        return climb((), step, DUE, DUE, held=held, filled=lambda _: True)

    assert told(1, held=True) == told(1, held=False) == Move((Telling(1, "holder"),), 2, None)


@given(st.sets(st.sampled_from(sorted(ALL))), st.booleans(), st.lists(st.floats(0, 90), max_size=20))
def test_each_level_hears_once_in_order_whenever_we_look(
    filled: set[str], held: bool, naps: list[float]
) -> None:
    now, step, told = DUE - 5 * HOUR, 0, []
    for nap in [*naps, *[90.0] * 8]:
        made = climb(RUNGS, step, DUE, now, held=held, filled=filled.__contains__)
        told += [t.level for t in made.tell]
        step = made.step
        if made.next_at is None:
            break
        assert made.next_at > now or made.step > 1
        now = max(made.next_at, now) + nap * HOUR

    above = [r.level for r in RUNGS if r.level in filled]
    assert [t for t in told if t not in ("warning", "holder")] == (above or ["nobody"])
    assert told.count("holder") == 1


@pytest.mark.parametrize(
    ("hour", "quiet"), [("20:59", False), ("21:00", True), ("00:00", True), ("05:59", True), ("06:00", False)]
)
def test_the_night_goes_over_midnight_in_the_governments_zone(hour: str, quiet: bool) -> None:
    wit = ZoneInfo("Asia/Jayapura")
    now = datetime.combine(DUE.date(), time.fromisoformat(hour), wit).astimezone(UTC)

    assert Night(time(21), time(6), wit).holds(now) is quiet
    assert Night(time(0), time(0), wit).holds(now) is False
