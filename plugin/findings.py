"""What a check has to say about a text: which words, why, how grave, and what could stand there instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

NOTE, WARN, BLOCK = "note", "warn", "block"
LEVELS = (NOTE, WARN, BLOCK)
"""Shown; confirmed a second time; not sent without a second official, or never."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A stretch of the text that something else could take the place of.

    `said` names words of templates/safety/better.txt.j2; once they are known they stand in `text`.
    """

    start: int
    end: int
    said: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `start` and `end` count code points; `why` names the reason (templates/safety).

    `photo`: found in the description of that photo, the first being 1, so nothing of the text is marked for it.
    """

    kind: str
    why: str
    level: str
    start: int
    end: int
    words: str
    swap: Swap | None = None
    photo: int = 0

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


def heaviest(findings: Iterable[Finding]) -> str:
    """The gravest level among them, or "" when there are none."""
    return max((f.level for f in findings), key=LEVELS.index, default="")


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Blocks, then warnings, then notes; each in the order of the text."""
    return sorted(findings, key=lambda f: (-LEVELS.index(f.level), f.start))


def swapped(text: str, findings: Iterable[Finding]) -> str:
    """The text with the better words of these findings in it; of proposals that overlap, the first."""
    made, at = [], 0
    for swap in sorted((f.swap for f in findings if f.swap), key=lambda s: (s.start, -s.end)):
        if swap.start >= at:
            made += [text[at : swap.start], swap.text]
            at = swap.end
    return "".join([*made, text[at:]])


class Check(Protocol):
    """Looks at a text before citizens read or hear it, and says what is to be said of it."""

    def __call__(
        self,
        text: str,
        *,
        campaign: bool,
        number: int | None = None,
        numbered: bool = False,
        others: Sequence[str] = (),
        alone: bool = False,
    ) -> tuple[Finding, ...]:
        """`campaign`: an election is near. `number`: the report's; `numbered`: it must be named. `others`: what
        other agencies said lately. `alone`: a person tells it one citizen, and nobody else hears it."""
