"""A deadline and the way to it, day by day, so that anybody can count along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plugin.rhythm.national import DayOff
from plugin.rhythm.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Counted:
    """Working days in a row, with the numbers they have in the count."""

    number: int
    until: int
    first: date
    last: date


@dataclass(frozen=True)
class Deadline:
    """The last day, and every day between receipt and it: counted, or skipped and why.

    `closes_at` is when the office closes on the last day, and the time is over. `rest` is why the office rested
    on the day of receipt, None on a working day. `undecreed` are the years on the way whose joint leave nobody
    has decreed: the deadline may come later than it says here.
    """

    received: date
    days: int
    due: date
    closes_at: datetime
    way: tuple[Counted | DayOff, ...]
    rest: DayOff | None
    undecreed: tuple[int, ...]

    @property
    def skipped(self) -> tuple[DayOff, ...]:
        """The days that were not counted, in order."""
        return tuple(step for step in self.way if isinstance(step, DayOff))


def explain(received: date, days: int, calendar: Calendar) -> Deadline:
    """The deadline of what was received on that day, with its reasons; CannotCount where nobody can tell.

    `templates/deadlines/explained.txt.j2` says it, as `deadline`.
    """
    due = calendar.add(received, days)
    return Deadline(
        received=received,
        days=days,
        due=due,
        closes_at=calendar.closing(due),
        way=_way(received, due, calendar),
        rest=calendar.off(received),
        undecreed=calendar.undecreed(received, due),
    )


def _way(received: date, due: date, calendar: Calendar) -> tuple[Counted | DayOff, ...]:
    way: list[Counted | DayOff] = []
    number = 0
    for n in range(1, (due - received).days + 1):
        day = received + timedelta(n)
        rest = calendar.off(day)
        if rest is not None:
            way.append(rest)
            continue
        number += 1
        before = way[-1] if way else None
        if isinstance(before, Counted):
            way[-1] = Counted(before.number, number, before.first, day)
        else:
            way.append(Counted(number, number, day, day))
    return tuple(way)
