"""What a check has to say about a text: which words, why, how grave, and what could stand there instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NOTE, WARN, BLOCK = "note", "warn", "block"
LEVELS = (NOTE, WARN, BLOCK)
"""Shown; confirmed a second time; not sent without a second official, or never."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A stretch of the text that something else could take the place of.

    `said` names words of templates/safety/better.txt.j2; where it is "", `text` is put there as it stands.
    """

    start: int
    end: int
    said: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `start` and `end` count code points; `why` names the reason (templates/safety)."""

    kind: str
    why: str
    level: str
    start: int
    end: int
    words: str
    swap: Swap | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


def heaviest(findings: Iterable[Finding]) -> str:
    """The gravest level among them, or "" when there are none."""
    return max((f.level for f in findings), key=LEVELS.index, default="")
