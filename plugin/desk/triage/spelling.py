"""How people write: short forms, two spoken languages and slips of the thumb, read as one plain Indonesian.

Nothing is stemmed. A word that our own lists know stays as it is, so *kecamatan* never becomes *camat*; only a
word nobody knows is tried without its endings, and then for one wrong letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import zip_longest

from rapidfuzz.distance import OSA

from plugin.desk.triage.phrases import PhraseBook
from plugin.store.search import words

LONGEST_TEXT = 3000
MOST_WORDS = 300
SHORTEST_SLIP = 7
"""A shorter word with one letter changed is too often simply another word."""

AMOUNT = re.compile(r"\d+(?:rb|ribu|rbu|k|jt|juta|ewu|yuta)")
TIMES = "kali"
COUNT = re.compile(r"\d+(?:x|kali)")
TWICE = re.compile(r"([a-z]{2,})2(?:an|nya|ne|e|in)?")
STRETCHED = re.compile(r"([a-z])\1{2,}")
ENDINGS = (
    "nya",
    "ipun",
    "aken",
    "kna",
    "ake",
    "kan",
    "nipun",
    "lah",
    "kah",
    "ne",
    "na",
    "in",
    "an",
    "ku",
    "mu",
)
LAST_ENDINGS = ("i", "e")
BEGINNINGS = ("dipun", "di", "nge", "ng", "ke", "se", "me", "ter", "ber", "n")


def raw_words(text: str) -> list[str]:
    """The first words of a text, folded as search folds them; a text of any length costs the same."""
    return words(text[:LONGEST_TEXT])[:MOST_WORDS]


def slips(word: str) -> Iterator[str]:
    """The word with each of its letters left out once."""
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


class Spelling:
    """Reads a text into plain words. `dictionary` says what is written and what it means; `known` stays."""

    def __init__(self, dictionary: Mapping[str, str], known: Iterable[str]) -> None:
        plain = {tuple(raw_words(mark(k))): tuple(raw_words(mark(v))) for k, v in dictionary.items()}
        self._meaning = {k[0]: tuple(map(number, v)) for k, v in plain.items() if len(k) == 1}
        self._several = PhraseBook()
        self._replaced: dict[tuple[str, ...], tuple[str, ...]] = {}
        for written, means in plain.items():
            if len(written) > 1:
                shown = tuple(map(number, written))
                self._several.add(shown)
                self._replaced[shown] = tuple(map(number, means))
        self._known = {w for pair in plain.items() for side in pair for w in side} | set(known)
        self._slips = self._index()
        self._form = lru_cache(maxsize=20_000)(self._settle)

    def plain(self, written: Iterable[str]) -> tuple[str, ...]:
        """What was meant by the words of `raw_words`."""
        forms = [form for word in written for form in self._form(word)]
        return self._one_by_one(self._several_at_once(often(forms)))

    def _several_at_once(self, forms: list[str]) -> list[str | tuple[str, ...]]:
        found: list[str | tuple[str, ...]] = []
        at = 0
        while at < len(forms):
            phrase = self._several.longest_at(forms, at)
            found.append(self._replaced[phrase] if phrase else forms[at])
            at += len(phrase) or 1
        return found

    def _one_by_one(self, forms: list[str | tuple[str, ...]]) -> tuple[str, ...]:
        meant: list[str] = []
        for form in forms:
            meant.extend(form if isinstance(form, tuple) else self._meaning.get(form, (form,)))
        return tuple(meant)

    def _settle(self, word: str) -> tuple[str, ...]:
        if word[0].isdigit():
            return self._figure(word)
        if word not in self._known:
            word = STRETCHED.sub(r"\1", word)
        twice = TWICE.fullmatch(word)
        word = twice[1] if twice else word
        if word in self._known or len(word) < 4:
            return (word,)
        return (self._without_ends(word) or self._mended(word) or word,)

    def _figure(self, word: str) -> tuple[str, ...]:
        if word in self._known:
            return (word,)
        if AMOUNT.fullmatch(word):
            return ("#", "ribu")
        if COUNT.fullmatch(word):
            return ("#", "kali")
        return (number(word),)

    def _without_ends(self, word: str) -> str | None:
        for stem in stems(word):
            if len(stem) > 2 and stem in self._known:
                return stem
        for start in BEGINNINGS:
            if word.startswith(start):
                for stem in (word[len(start) :], *stems(word[len(start) :])):
                    if len(stem) > 3 and stem in self._known:
                        return stem
        return None

    def _index(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for word in self._known:
            if len(word) >= SHORTEST_SLIP:
                for key in (word, *slips(word)):
                    found[key] = None if found.get(key, word) != word else word
        return found

    def _mended(self, word: str) -> str | None:
        if len(word) < SHORTEST_SLIP:
            return None
        for key in (word, *slips(word)):
            near = self._slips.get(key)
            if near and near[0] == word[0] and one_slip(word, near):
                return near
        return None


def often(forms: list[str]) -> list[str]:
    """ "3 kali" as any number of times, also where a list of ours knows the 3 for itself."""
    return [
        number(form) if following == TIMES else form
        for form, following in zip_longest(forms, forms[1:], fillvalue="")
    ]


def one_slip(word: str, other: str) -> bool:
    """Whether one letter is wrong, missing, too many, or swapped with its neighbour: *diunduh* is no *dibunuh*."""
    return OSA.distance(word, other, score_cutoff=1) <= 1


def stems(word: str) -> Iterator[str]:
    """The word without each ending it has."""
    for ending in (*ENDINGS, *LAST_ENDINGS):
        if word.endswith(ending):
            yield word[: -len(ending)]


def mark(phrase: str) -> str:
    """A phrase of our lists, in which # stands for any number."""
    return phrase.replace("#", " 0 ")


def number(word: str) -> str:
    """Any number as #."""
    return "#" if word.isdigit() else word
