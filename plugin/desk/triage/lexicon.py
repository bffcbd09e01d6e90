"""The lexicon: phrases with a weight for an agency and a category, or for a kind of message.

`jalan rusak` is a phrase; `sekolah + atap` is two that stand near each other, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from plugin.desk.triage.phrases import Phrase, PhraseBook
from plugin.desk.triage.spelling import Spelling, mark, raw_words

NEAR = 12
"""Words between the parts of one entry, at most: further apart they belong to two matters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one phrase says, and how strongly; `about` is an agency and a category, or a kind of message."""

    phrase: str
    weight: float
    about: tuple[str, ...]


ASIDE_WEIGHT = 0.3
"""What follows "depan" or "dekat" says where it is, not what it is about: "lampu mati depan pasar"."""


Spoken = tuple[Entry, tuple[Phrase, ...]]
"""An entry and its parts in plain words."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that a message contains, and the weight it has there."""

    entry: Entry
    at: int
    weight: float


class Lexicon:
    """Entries ready to be looked for in plain words. `aside` are words like "depan"."""

    def __init__(
        self, entries: Iterable[Entry], spelling: Spelling, aside: frozenset[str] = frozenset()
    ) -> None:
        self._aside = aside
        self._book = PhraseBook()
        self._alone: dict[Phrase, list[Entry]] = {}
        self._joined: dict[Phrase, list[tuple[Entry, tuple[Phrase, ...]]]] = {}
        for entry, parts in never_lighter(said_once(entries, spelling)):
            self._add(entry, parts)

    def hits(self, row: Sequence[str]) -> list[Hit]:
        """The entries that a row of plain words contains, each once."""
        places: dict[Phrase, list[int]] = {}
        for found in self._book.all_in(row):
            places.setdefault(found.phrase, []).append(found.at)
        aside = {phrase for phrase, at in places.items() if all(i and row[i - 1] in self._aside for i in at)}
        hits: list[Hit] = []
        for phrase, at in places.items():
            for entry in self._alone.get(phrase, ()):
                hits.append(Hit(entry, at[0], entry.weight * (ASIDE_WEIGHT if phrase in aside else 1)))
            for entry, parts in self._joined.get(phrase, ()):
                if parts[1] in places and near(parts, places):
                    hits.append(
                        Hit(entry, at[0], entry.weight * (1 if aside.isdisjoint(parts) else ASIDE_WEIGHT))
                    )
        return hits

    def _add(self, entry: Entry, parts: tuple[Phrase, ...]) -> None:
        for part in parts:
            self._book.add(part)
        if len(parts) == 1:
            self._alone.setdefault(parts[0], []).append(entry)
        else:
            self._joined.setdefault(parts[0], []).append((entry, parts))


def said_once(entries: Iterable[Entry], spelling: Spelling) -> Iterable[Spoken]:
    """The entries with their parts in plain words; those that then say the same are one, as heavy as the heaviest.

    It goes by the name that is in plain words already: a reason reads "lampu jalan", not "lampu dalan".
    """
    kept: dict[tuple[tuple[str, ...], frozenset[Phrase]], Spoken] = {}
    for entry in entries:
        parts = tuple(filter(None, (plain(p, spelling) for p in entry.phrase.split("+"))))
        if not parts:
            continue
        key = (entry.about, frozenset(parts))
        former = kept[key][0] if key in kept else entry
        named = entry if entry.phrase == " + ".join(map(" ".join, parts)) else former
        kept[key] = (replace(named, weight=max(entry.weight, former.weight)), parts)
    return kept.values()


def never_lighter(entries: Iterable[Spoken]) -> Iterator[Spoken]:
    """A phrase weighs at least what the phrases in it would, for it hides them."""
    every = list(entries)
    weights = {(e.about, parts[0]): e.weight for e, parts in every if len(parts) == 1}
    for entry, parts in every:
        if len(parts) > 1 or len(parts[0]) == 1:
            yield entry, parts
            continue
        inside = (weights.get((entry.about, piece), 0.0) for piece in pieces(parts[0]))
        yield replace(entry, weight=max(entry.weight, *inside)), parts


def pieces(phrase: Phrase) -> Iterator[Phrase]:
    """Every shorter run of the phrase's words."""
    for size in range(1, len(phrase)):
        for at in range(len(phrase) - size + 1):
            yield phrase[at : at + size]


def plain(phrase: str, spelling: Spelling) -> Phrase:
    """A phrase of the lists as the spelling reads it, so that both are said in the same words."""
    return spelling.plain(raw_words(mark(phrase)))


def near(parts: Sequence[Phrase], places: dict[Phrase, list[int]]) -> bool:
    """Whether every part is there, at different places, none far from the first."""
    if any(part not in places for part in parts):
        return False
    return any(
        all(any(0 < abs(at - first) <= NEAR for at in places[part]) for part in parts[1:])
        for first in places[parts[0]]
    )


def words_of(entries: Iterable[Entry]) -> set[str]:
    """Every word that the entries use."""
    return {word for entry in entries for word in raw_words(entry.phrase)}
