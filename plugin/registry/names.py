"""How the name of an agency is spelt, so that different ways of typing it are the same.

`Kec. Alian`, `KEC_ALIAN` and `kecamatan alian` are one key, `kecalian`; a village is known by its bare name
too.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence, Set

from rapidfuzz.distance import OSA

from plugin.registry.tree import Node, Registry
from plugin.store.search import words as search_words

SHORT = {
    "kecamatan": "kec",
    "kelurahan": "kel",
    "desa": "ds",
    "bagian": "bag",
    "bidang": "bid",
    "kabupaten": "kab",
    "provinsi": "prov",
    "propinsi": "prov",
}
OFFICES = frozenset({"kec", "kel", "ds"})
BARE = {
    "kecamatan": OFFICES,
    "kelurahan": OFFICES,
    "desa": OFFICES,
    "pemda": frozenset({"pemerintah", "kab", "kota", "prov"}),
}
"""Kinds that are also known by the place alone, and the words that stand before it."""

AND = "dan"  # "A dan B" is also written "A & B" and "A, B"
WORD = re.compile(r"[^\W_]+")


def spell(text: str) -> list[str]:
    """The words of a name, kinds abbreviated."""
    found = WORD.findall(text.lower()) if text.isascii() else search_words(text)
    return [SHORT.get(word, word) for word in found]


def mend(words: Sequence[str]) -> list[str]:
    """The words with slips in `kecamatan`, `desa` and the like put right; other words as they are."""
    return [next((SHORT[kind] for kind in SHORT if _nearly(word, kind)), word) for word in words]


def _nearly(word: str, kind: str) -> bool:
    return OSA.distance(word, kind, score_cutoff=1) <= 1


def key(words: Iterable[str]) -> str:
    """A name as it is compared: no spaces, and `kecamatanalian` the same as `kecalian`."""
    joined = "".join(words)
    for long, short in SHORT.items():
        joined = joined.replace(long, short)
    return joined


class Called:
    """Which agencies are called so. Nearly every name is that of one, who is kept without a list around."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._more: dict[str, list[int]] = {}

    def enter(self, name: str, place: int) -> None:
        if self._first.setdefault(name, place) != place:
            self._more.setdefault(name, []).append(place)

    def get(self, name: str) -> Sequence[int]:
        """Their places, in order."""
        first = self._first.get(name)
        return () if first is None else (first, *self._more.get(name, ()))

    @property
    def names(self) -> Set[str]:
        return self._first.keys()


class Names:
    """All names of one picture of the registry. Agencies stand in it by their place in `registry.nodes`.

    `own` are codes, names and short forms of today, `other` former ones, aliases and bare place names; `of`
    tells both for an agency. What is kept is many strings and few containers: it is built at every change.
    """

    def __init__(self, registry: Registry) -> None:
        self.own, self.other = Called(), Called()
        self._words: list[str] = []
        self._names: list[str] = []
        self._from = array("i", [0])  # where in `_names` those of each agency begin
        for node in registry.nodes:
            place, name = registry.place(node.id), spell(node.name)
            own = [name, *map(spell, {node.code, node.short} - {node.name})]
            other = [*_former(registry, node), *_bare(node, name)]
            self._names += (*_enter(self.own, own, place), *_enter(self.other, other, place))
            self._from.append(len(self._names))
            self._words.append(f" {' '.join([word for words in own + other for word in words])} ")
        self.all = list(self.own.names | self.other.names)

    def of(self, place: int) -> Sequence[str]:
        """What an agency is called."""
        return self._names[self._from[place] : self._from[place + 1]]

    def with_words(self, words: Sequence[str]) -> list[int]:
        """The agencies that have all these words in their names: one look at each, for want of better."""
        first, *others = sorted((f" {word} " for word in words), key=len, reverse=True)
        found = [place for place, text in enumerate(self._words) if first in text]
        return [place for place in found if all(word in self._words[place] for word in others)]


def _enter(index: Called, names: Sequence[list[str]], place: int) -> Set[str]:
    keys = {key(words) for words in names if words}
    keys |= {key(w for w in words if w != AND) for words in names if AND in words}
    for name in keys:
        index.enter(name, place)
    return keys


def _former(registry: Registry, node: Node) -> Iterator[list[str]]:
    for former in registry.formers(node):
        yield from (spell(text) for text in {former.code, former.name, former.short} if text)


def _bare(node: Node, name: list[str]) -> Iterator[list[str]]:
    before = BARE.get(node.kind, frozenset())
    for start in range(1, len(name)):
        if name[start - 1] not in before:
            return
        yield name[start:]
