"""The checks' reasons and better wordings, as the templates say them."""

from __future__ import annotations

from functools import cache

from plugin.desk.safety.findings import Finding, Swap
from plugin.wording import Wording


class Voice:
    """Says a finding's reason, and what a text would be with the better wording in it."""

    def __init__(self, wording: Wording) -> None:
        self._say = cache(lambda name, key, said: wording.text(name, **{key: said}))

    def why(self, finding: Finding) -> str:
        """The reason, in one or two sentences."""
        return str(self._say("safety/why.txt", "why", finding.why))

    def better(self, swap: Swap) -> str:
        """The words proposed."""
        return str(self._say("safety/better.txt", "said", swap.said)) if swap.said else swap.text
