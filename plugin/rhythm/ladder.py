"""Who is told when something takes too long, rung by rung.

At the warning and at the breach whoever holds the report hears; then, after the waits that the operator has
set, those above, each level once. Where nobody holds it there is nobody to wait for: at the breach the first
level above hears at once. A level that nobody fills is passed over, and no level at all is an alarm of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WARNING, HOLDER, NOBODY = "warning", "holder", "nobody"

HOLDERS = 2
"""Steps that belong to the holder: the warning, and the breach."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A level above the holder, and how long to wait for those below before it hears."""

    level: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody is to be told now: the step that this is, and of which level."""

    step: int
    level: str


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be told now, and when to look again (None: the ladder has ended) from which step on."""

    tell: tuple[Telling, ...]
    step: int
    next_at: datetime | None


def climb(
    rungs: Sequence[Rung],
    step: int,
    due_at: datetime,
    now: datetime,
    *,
    held: bool,
    filled: Callable[[str], bool],
) -> Move:
    """One move up the ladder, at a moment when one is due. `filled`: whether a level has anybody to tell."""
    if step == 0 and now < due_at:
        return Move((Telling(0, WARNING),), 1, due_at)
    if step >= HOLDERS:
        return _above(rungs, step, now, (), filled)
    told = (Telling(1, HOLDER),)
    if not held:
        return _above(rungs, HOLDERS, now, told, filled)
    return Move(told, HOLDERS, now + rungs[0].wait if rungs else None)


def _above(
    rungs: Sequence[Rung],
    step: int,
    now: datetime,
    told: tuple[Telling, ...],
    filled: Callable[[str], bool],
) -> Move:
    for n in range(step - HOLDERS, len(rungs)):
        if filled(rungs[n].level):
            after = n + 1
            next_at = now + rungs[after].wait if after < len(rungs) else None
            return Move((*told, Telling(n + HOLDERS, rungs[n].level)), after + HOLDERS, next_at)
    climbed = step > HOLDERS  # somebody above has heard already: the ladder simply ends
    nobody = () if climbed or not rungs else (Telling(len(rungs) + HOLDERS, NOBODY),)
    return Move((*told, *nobody), len(rungs) + HOLDERS, None)
