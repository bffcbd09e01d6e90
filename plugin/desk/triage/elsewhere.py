"""Not here: messages about another kabupaten, told from those that only come from there or go there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from plugin.desk.triage.phrases import PhraseBook
from plugin.desk.triage.spelling import raw_words


class Elsewhere:
    """Names outside this government's borders.

    `passing` are words before a place one only comes from or goes to, `there` before the place it is about.
    """

    def __init__(self, names: Iterable[str], passing: frozenset[str], there: frozenset[str]) -> None:
        self._passing = passing
        self._there = there
        self._book = PhraseBook()
        for name in names:
            self._book.add(tuple(raw_words(name)))

    def find(self, row: Sequence[str], *, named_here: bool) -> str | None:
        """The other place that the message is about, if it is: one named with "di", or the only one named."""
        for found in self._book.all_in(row):
            before = set(row[max(0, found.at - 2) : found.at])
            if before & self._passing:
                continue
            if before & self._there or not named_here:
                return " ".join(found.phrase)
        return None

    def words(self) -> set[str]:
        """Every word of these names."""
        return {word for phrase in self._book.phrases for word in phrase}
