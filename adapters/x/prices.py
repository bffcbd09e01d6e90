"""What X charges, from a small dated table: `prices.csv`. A new price is a new line, from its day on."""

from __future__ import annotations

import csv
import importlib.resources
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from adapters.x.shape import mapping, mappings
from plugin.clock import Clock
from plugin.errors import Refused
from plugin.public.money import MICRO, Bill, Item, Price
from plugin.public.port import Purse

Kinds = Mapping[str, int]
"""How many things of which kind."""


@cache
def prices() -> tuple[Price, ...]:
    """The table, as it is shipped."""
    text = importlib.resources.files("adapters.x").joinpath("prices.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Price(r["kind"], Decimal(r["usd"]), date.fromisoformat(r["since"])) for r in rows)


def price(kind: str, day: date) -> Decimal:
    """What one thing costs on that day; before the first price, the first."""
    known = sorted((p for p in prices() if p.kind == kind), key=lambda p: p.since)
    held = [p for p in known if p.since <= day]
    return (held or known[:1])[-1].usd


def used(payload: object, kind: str) -> dict[str, int]:
    """What an answer held: things of `kind`, and what stood beside them. X charges for each of them."""
    top = mapping(payload)
    data, beside = top.get("data"), mapping(top.get("includes"))
    found = {kind: len(mappings(data)) if isinstance(data, list) else int(isinstance(data, dict))}
    posts = [*mappings(beside.get("tweets")), *mappings(beside.get("posts"))]
    for more, number in (("user_read", len(mappings(beside.get("users")))), ("post_read", len(posts))):
        found[more] = found.get(more, 0) + number
    return found


class Toll:
    """Pays for calls from the purse, at the prices of the day; without a purse nothing is counted."""

    def __init__(self, purse: Purse | None, channel: str, clock: Clock) -> None:
        self._purse = purse
        self._channel = channel
        self._clock = clock

    async def claim(self, account_id: int, most: Kinds) -> Bill | None:
        """Set aside the most that a call can cost. Refused("capped") where that is not to be had."""
        if self._purse is None:
            return None
        bill = await self._purse.claim(self._channel, account_id, self._items(most))
        if bill is None:
            raise Refused("capped")
        return bill

    async def settle(self, bill: Bill | None, really: Kinds) -> None:
        """Count what it really cost, and give back the rest."""
        if self._purse is not None and bill is not None:
            await self._purse.settle(bill, self._items(really))

    def _items(self, kinds: Kinds) -> list[Item]:
        day = self._clock().date()
        return [Item(kind, n, int(price(kind, day) * MICRO)) for kind, n in kinds.items() if n]
