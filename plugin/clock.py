"""What time it is. All times inside are aware and in UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC. Tests pass their own and move it."""


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Night:
    """The hours of every day from `begins` until `ends`, over midnight as well; from 21.00 until 21.00 is never."""

    begins: time
    ends: time
    zone: tzinfo

    def holds(self, moment: datetime) -> bool:
        """Whether it is night then, on the clocks of that zone."""
        now = moment.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends
