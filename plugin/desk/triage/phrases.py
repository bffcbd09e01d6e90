"""Phrases found in a row of words, longer ones before the shorter ones inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase and where it begins."""

    phrase: Phrase
    at: int

    @property
    def end(self) -> int:
        return self.at + len(self.phrase)


class PhraseBook:
    """Many phrases, looked for at once."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        self._all: set[Phrase] = set()

    def add(self, phrase: Phrase) -> None:
        """Look for this one too."""
        if phrase in self._all:
            return
        self._all.add(phrase)
        self._by_first.setdefault(phrase[0], []).append(phrase)
        self._by_first[phrase[0]].sort(key=len, reverse=True)

    @property
    def phrases(self) -> frozenset[Phrase]:
        """All that is looked for."""
        return frozenset(self._all)

    def longest_at(self, row: Sequence[str], at: int) -> Phrase:
        """The longest phrase that begins there, or the empty one."""
        for phrase in self._by_first.get(row[at], ()):
            if len(phrase) == 1 or tuple(row[at : at + len(phrase)]) == phrase:
                return phrase
        return ()

    def all_in(self, row: Sequence[str]) -> list[Found]:
        """Every phrase of the row that is not part of a longer one found in the same place."""
        kept: list[Found] = []
        reach = 0
        for at, word in enumerate(row):
            if word in self._by_first and (phrase := self.longest_at(row, at)) and at + len(phrase) > reach:
                kept.append(Found(phrase, at))
                reach = at + len(phrase)
        return kept
