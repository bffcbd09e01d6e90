"""How the name of an agency is spelt, so that different ways of typing it are the same.

`Kec. Alian`, `KEC_ALIAN` and `kecamatan alian` are one key, `kecalian`; a village is known by its bare name
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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


class Names:
    """All names of one picture of the registry. Agencies stand in it by their place in `registry.nodes`.

    `own` are codes, names and short forms of today, `other` former ones, aliases and bare place names; `of`
    has both for each agency. What is kept is many strings and few containers: it is built at every change.
    """

    def __init__(self, registry: Registry) -> None:
        self.own: dict[str, list[int]] = {}
        self.other: dict[str, list[int]] = {}
        self.of: list[tuple[str, ...]] = []
        self._words: list[str] = []
        for place, node in enumerate(registry.nodes):
            name = spell(node.name)
            own = [name, *map(spell, {node.code, node.short} - {node.name})]
            other = [*_former(registry, node), *_bare(node, name)]
            self.of.append(_enter(self.own, own, place) + _enter(self.other, other, place))
            self._words.append(f" {' '.join([word for words in own + other for word in words])} ")
        self.all = list(self.own.keys() | self.other.keys())

    def with_words(self, words: Sequence[str]) -> list[int]:
        """The agencies that have all these words in their names: one look at each, for want of better."""
        first, *others = sorted((f" {word} " for word in words), key=len, reverse=True)
        found = [place for place, text in enumerate(self._words) if first in text]
        return [place for place in found if all(word in self._words[place] for word in others)]


def _enter(index: dict[str, list[int]], names: Sequence[list[str]], place: int) -> tuple[str, ...]:
    keys = {key(words) for words in names if words}
    keys |= {key(w for w in words if w != AND) for words in names if AND in words}
    for name in keys:
        index.setdefault(name, []).append(place)
    return tuple(keys)


def _former(registry: Registry, node: Node) -> Iterator[list[str]]:
    for former in registry.formers(node):
        yield from (spell(text) for text in {former.code, former.name, former.short} if text)


def _bare(node: Node, name: list[str]) -> Iterator[list[str]]:
    before = BARE.get(node.kind, frozenset())
    for start in range(1, len(name)):
        if name[start - 1] not in before:
            return
        yield name[start:]
