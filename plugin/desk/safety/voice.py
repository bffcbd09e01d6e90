"""The checks' reasons and better wordings, as the templates say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from plugin.findings import Finding, Swap
from plugin.wording import Wording


class Voice:
    """Says a finding's reason, and what a text would be with the better wording in it."""

    def __init__(self, wording: Wording) -> None:
        self._say = cache(lambda name, key, said: wording.text(name, **{key: said}))

    def why(self, finding: Finding) -> str:
        """The reason, in one or two sentences."""
        return str(self._say("safety/why.txt", "why", finding.why))

    def spoken(self, findings: Iterable[Finding], number: int | None = None) -> tuple[Finding, ...]:
        """The findings with the words of their proposals."""
        return tuple(self._spoken(f, f.swap, number) for f in findings)

    def _spoken(self, finding: Finding, swap: Swap | None, number: int | None) -> Finding:
        if swap is None or not swap.said:
            return finding
        text = swap.text + self.better(swap).replace("{number}", str(number or ""))
        return replace(finding, swap=replace(swap, said="", text=text))

    def better(self, swap: Swap) -> str:
        """The words proposed."""
        return str(self._say("safety/better.txt", "said", swap.said)) if swap.said else swap.text
