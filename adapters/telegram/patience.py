"""How long we bear with an update that cannot be stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

ENOUGH = 4
AN_HOUR = 3600.0


@dataclass(slots=True)
class _Failing:
    since: float
    passed_before: int
    tries: int = 0


class Patience:
    """Tells a bad update from a bad day.

    While nothing gets through, the store is at fault and every update waits. An update that has failed
    `ENOUGH` times, and fails again after others got through, is itself at fault: it may be given up. So may
    one that has failed for an hour: by webhook Telegram shows us none of those behind it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._passed = 0
        self._failing: dict[int, _Failing] = {}

    @property
    def tried(self) -> bool:
        """Whether some update is still failing."""
        return bool(self._failing)

    def passed(self, update_id: int) -> None:
        self._passed += 1
        self._failing.pop(update_id, None)

    def failed(self, update_id: int) -> bool:
        """Note a failure; True when this update should be given up."""
        one = self._failing.setdefault(update_id, _Failing(self._clock(), self._passed))
        one.tries += 1
        at_fault = one.tries > ENOUGH and self._passed > one.passed_before
        if at_fault or self._clock() - one.since > AN_HOUR:
            del self._failing[update_id]
            return True
        return False

    def tries(self, update_id: int) -> int:
        """How often this update has failed so far."""
        return self._failing[update_id].tries if update_id in self._failing else 0

    def exhausted(self, update_id: int) -> bool:
        """Whether others need no longer wait behind this update."""
        return self.tries(update_id) >= ENOUGH
