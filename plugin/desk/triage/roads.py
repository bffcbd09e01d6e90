"""Whose road it is: the table of national and provincial roads. Every other one is the kabupaten's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plugin.desk.triage.phrases import Phrase, PhraseBook
from plugin.desk.triage.spelling import raw_words

APART = 4
"""Words between the two ends of a road: "gombong ke arah sempor" is one road."""


@dataclass(frozen=True, slots=True)
class Road:
    """A row of the table: `between` two places, the `main_road` of one, or known by `name`."""

    owner: str
    how: str
    place: str
    other_place: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A road found in a message, and whose it is."""

    owner: str
    said: str


class Roads:
    """The table, ready to be asked. `main` is how people call a main road: "jalan raya"."""

    def __init__(self, roads: Iterable[Road], main: Iterable[str]) -> None:
        self._raya = {tuple(raw_words(m)) for m in main}
        self._named: dict[Phrase, Road] = {}
        self._book = PhraseBook()
        self._ends: dict[frozenset[str], Road] = {}
        self._main: dict[str, Road] = {}
        self._places: set[str] = set()
        for road in roads:
            self._add(road)

    def find(self, row: Sequence[str]) -> Owned | None:
        """The road that a row of words, as written, names: by its name, else by its two ends."""
        for found in self._book.all_in(row):
            return Owned(self._named[found.phrase].owner, " ".join(found.phrase))
        return self._between(row) or self._main_road(row)

    def _add(self, road: Road) -> None:
        if road.how == "name":
            phrase = tuple(raw_words(road.place))
            self._named[phrase] = road
            self._book.add(phrase)
        elif road.how == "between":
            self._ends[frozenset((road.place, road.other_place))] = road
            self._places |= {road.place, road.other_place}
        else:
            self._main[road.place] = road

    def _between(self, row: Sequence[str]) -> Owned | None:
        ends = [(at, word) for at, word in enumerate(row) if word in self._places]
        for (first, one), (second, other) in pairwise(ends):
            road = self._ends.get(frozenset((one, other)))
            if road and second - first <= APART:
                return Owned(road.owner, f"{one} - {other}")
        return None

    def _main_road(self, row: Sequence[str]) -> Owned | None:
        for at in range(len(row) - 2):
            if (row[at], row[at + 1]) in self._raya and row[at + 2] in self._main:
                return Owned(self._main[row[at + 2]].owner, f"jalan raya {row[at + 2]}")
        return None
