"""On what terms an answer may leave: how long it can be held back, and when a second person must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator set. `window`: between Kirim and sending; `newcomer`: an author with fewer public
    answers is new; `approval_lasts`: an approval that is older no longer counts."""

    zone: tzinfo
    window: timedelta = timedelta(seconds=30)
    night_from: time = time(21, 0)
    night_until: time = time(6, 0)
    newcomer: int = 5
    approval_lasts: timedelta = timedelta(hours=12)

    def at_night(self, moment: datetime) -> bool:
        """Whether it is night on the government's clocks; from 21.00 until 21.00 would be never."""
        now = moment.astimezone(self.zone).time()
        if self.night_from <= self.night_until:
            return self.night_from <= now < self.night_until
        return now >= self.night_from or now < self.night_until
