"""How often X may be asked: its figures for an account and for the app, each in a quarter of an hour.

What is published for the app is a day's figure. A burst and what comes in while the window lasts stay below each.
"""

from __future__ import annotations

from collections.abc import Mapping

from plugin.public.values import Act, Pace

QUARTER = 900.0
DAY = 86_400.0


def within(most: int, seconds: float = QUARTER) -> Pace:
    """A pace that never passes `most` calls in any stretch of so many seconds: half of them at once."""
    burst = max(1, most // 2)
    return Pace((most - burst) / seconds, burst)


PACES: Mapping[Act, tuple[Pace, Pace]] = {
    "publish": (within(100), within(10_000, DAY)),
    "withdraw": (within(50), within(10_000, DAY)),
    "look": (within(900), within(1_500)),
    "mentions": (within(300), within(450)),
    "recheck": (within(300), within(300)),
}
"""https://docs.x.com/x-api/fundamentals/rate-limits; rechecks have no urgency and stay far below it."""
