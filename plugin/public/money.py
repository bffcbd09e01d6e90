"""What a public channel costs: prices, what one call may cost, and a month's sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MICRO = 1_000_000
"""Money is counted in millionths of a US dollar."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one thing costs from a day on, in US dollars."""

    kind: str
    usd: Decimal
    since: date


@dataclass(frozen=True, slots=True)
class Item:
    """Some things of one kind, at `micro` millionths of a US dollar each."""

    kind: str
    number: int
    micro: int

    @property
    def cost(self) -> int:
        return self.number * self.micro


@dataclass(frozen=True, slots=True)
class Bill:
    """What was set aside for one call before it was made; 0 is the number of one for which nothing was."""

    id: int
    channel: str
    month: str
    account_id: int


@dataclass(frozen=True, slots=True)
class Month:
    """What a channel has cost in a month, in millionths of a dollar; `cap` is 0 where there is no limit.

    `full`: something was not done since it did not fit.
    """

    channel: str
    month: str
    micro: int
    cap: int
    full: bool

    @property
    def usd(self) -> float:
        return self.micro / MICRO

    @property
    def limit(self) -> float:
        return self.cap / MICRO

    @property
    def percent(self) -> int:
        return self.micro * 100 // self.cap if self.cap else 0
