"""What was learned from examples: which words, pairs and pieces of words speak for what.

The lists know what somebody thought of; these weights read what people write otherwise. They stand in a table,
learned from the lists and `examples.csv` by `python -m bench.learn_triage`; looking them up is all that is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import exp, log

PIECE = 4
"""Letters of a piece of a word: "nambalna" is read by the pieces it shares with "ditambal"."""
PLACE = "@"
"""Stands for every name of a place."""
ALWAYS = ""
"""The trait that every message has."""
SCALE = 20
"""A weight is kept as a whole number of twentieths, in one byte."""
ALIKE = 3.0
"""What is less likely than the likeliest by more than this is not proposed."""
CLEAR = 0.7
"""So much must speak for the likeliest at all: a message of unknown words is proposed to nobody."""
MOST = 8
KIND = "as:"
"""Before the name of a kind of message: its weights are learned beside those of all the other kinds."""
ENDS = 3
"""How a message begins and ends says who speaks: a seller, a newspaper, somebody who waits."""


def traits(row: Sequence[str], names: Collection[str]) -> Iterator[str]:
    """A message's plain words, each pair of neighbours and the pieces of each word."""
    words = [PLACE if word in names else word for word in row]
    yield from words
    yield from (f"{a}_{b}" for a, b in zip(["^", *words], [*words, "$"], strict=True))
    for word in dict.fromkeys(words):
        framed = f"<{word}>"
        yield from (f"~{framed[at : at + PIECE]}" for at in range(len(framed) - PIECE + 1))


def shape(row: Sequence[str], names: Collection[str], topics: Mapping[int, str]) -> Iterator[str]:
    """The first and last words, and what stands before and after each topic: "drainase" is "got", "kali", "parit".

    `topics` are the categories of the phrases found, by where they begin.
    """
    words = ["^", *(PLACE if word in names else word for word in row), "$"]
    yield from (f"<{word}" for word in words[1 : 1 + ENDS])
    yield from (f">{word}" for word in words[-1 - ENDS : -1])
    for at, topic in topics.items():
        yield f"{topics.get(at - 1, words[at])}_%{topic}"
        yield f"%{topic}_{topics.get(at + 1, words[at + 2])}"


class Learned:
    """The table: for each trait the weights it adds to some of the `kinds`."""

    def __init__(self, kinds: Sequence[str], rows: Iterable[tuple[str, str]]) -> None:
        self._kinds = tuple(kinds)
        self._at = {kind: at for at, kind in enumerate(self._kinds)}
        self._told_apart = [(kind[len(KIND) :], at) for kind, at in self._at.items() if kind.startswith(KIND)]
        self._weights = {trait: packed(told) for trait, told in rows}

    def weigh(self, found: Iterable[str]) -> list[float]:
        """The weight of each kind for a message with these traits."""
        sums = [0.0] * len(self._kinds)
        for trait in (ALWAYS, *dict.fromkeys(found)):
            self._add(sums, trait, 1 / SCALE)
        return sums

    def beside(
        self, sums: Sequence[float], looks: Iterable[str], measures: Mapping[str, float]
    ) -> list[float]:
        """The weights of `weigh` once more, with what the message looks like and what is there in some measure."""
        more = list(sums)
        for trait, measure in (*dict.fromkeys(looks, 1.0).items(), *measures.items()):
            self._add(more, trait, measure / SCALE)
        return more

    def of(self, sums: Sequence[float], kind: str) -> float:
        """One kind's weight among those of `weigh`."""
        return sums[self._at[kind]] if kind in self._at else 0.0

    def odds(self, sums: Sequence[float], kinds: Collection[str]) -> float:
        """By how much a message is likelier of one of these kinds than of one of the others that are told apart."""
        within = sum(exp(sums[at]) for kind, at in self._told_apart if kind in kinds)
        without = sum(exp(sums[at]) for kind, at in self._told_apart if kind not in kinds)
        return log(within / without) if within and without else 0.0

    def likeliest(self, sums: Sequence[float]) -> list[tuple[tuple[str, ...], float]]:
        """The agencies with their categories that a message sounds like, best first; none without a sign."""
        ranked = sorted(
            ((s, at) for s, at in zip(sums, range(len(sums)), strict=True) if "/" in self._kinds[at])
        )
        best = ranked[-1][0] if ranked else 0.0
        if best < CLEAR:
            return []
        sure = min(ALIKE, best)  # what hardly speaks for anybody shall not outweigh a phrase
        near = [(s - best + sure, at) for s, at in reversed(ranked[-MOST:]) if s > best - sure]
        return [(tuple(self._kinds[at].split("/")), score) for score, at in near]

    def speaking(self, found: Iterable[str], about: Sequence[str], most: int) -> list[str]:
        """The whole words that speak most for an agency and category."""
        at = self._at.get("/".join(about), -1)
        told = {t: w for t in found if t[:1] not in "~^@" and "_" not in t and (w := self._weight(t, at)) > 0}
        return sorted(told, key=lambda t: -told[t])[:most]

    def _add(self, sums: list[float], trait: str, measure: float) -> None:
        told = self._weights.get(trait)
        if told:
            for at, weight in zip(told[::2], told[1::2], strict=True):
                sums[at] += (weight - 128) * measure

    def _weight(self, trait: str, kind: int) -> int:
        told = self._weights.get(trait, b"")
        return next((told[n + 1] - 128 for n in range(0, len(told), 2) if told[n] == kind), 0)


def packed(told: str) -> bytes:
    """Pairs of a kind's place and its weight, two bytes each: many traits, little memory."""
    pairs = (pair.split(":") for pair in told.split())
    return bytes(b for kind, weight in pairs for b in (int(kind), int(weight) + 128))
