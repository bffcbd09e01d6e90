"""What time it is. All times inside are aware and in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC. Tests pass their own and move it."""


def system_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
