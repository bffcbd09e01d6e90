"""Which agency somebody means by what they typed. Several that fit are a choice for them, never a guess.

People type `dpupr`, `kec. alian`, `desa Sidomulyo Ambal` or what the office was called in 2015, with dots,
without spaces, and with the slips of a thumb. Tried in this order, until something fits:

1. exactly a code, name or short form; then exactly a former name, an alias or a village's bare name;
2. such a name followed by where it is: `sidomulyo ambal`, `desa sidomulyo kec. ambal`, `dinkes kebumen`;
3. nearly one of these, or some words out of a name: offered, and taken only if long, nearly exact and alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from plugin.errors import OperatorError
from plugin.registry.names import OFFICES, Names, key, mend, spell
from plugin.registry.tree import Node, Registry

MOST = 5
LONGEST = 120
MOST_WORDS = 8
FEW = 1000  # agencies below an upper one whose names are gone through one by one: a kabupaten's
FORMER = 0.5  # of two names equally near, today's goes first
SURE_LENGTH = 10  # a slip in a name this long is taken without asking, if nothing else is near


@dataclass(frozen=True, slots=True)
class Found:
    """The one agency that is meant."""

    node: Node


@dataclass(frozen=True, slots=True)
class Candidates:
    """Agencies that may be meant, the likeliest first; `more` fit as well and are not shown."""

    nodes: tuple[Node, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """No agency is called anything like it."""


Finding = Found | Candidates | Nothing


def find(registry: Registry, typed: str, within: Node | None = None, *, exactly: bool = False) -> Finding:
    """What agency is meant, looking only at and below `within`. `exactly` leaves no room for slips."""
    words = spell(typed[:LONGEST])
    if not words or len(typed) > LONGEST:
        return Nothing()
    search = _Search(registry, within)
    places = search.exact(words) or search.placed(words) or search.glued(key(words))
    if len(places) == 1:
        return Found(registry.nodes[places[0]])
    if places:
        return search.choice(places)
    return Nothing() if exactly else search.near(words)


def only(registry: Registry, typed: str) -> Node:
    """The agency that an operator named; OperatorError when it is none, or one of several."""
    match find(registry, typed):
        case Found(node):
            return node
        case Candidates(nodes):
            raise OperatorError("which_agency", given=typed, codes=[n.code for n in nodes])
        case _:
            raise OperatorError("no_agency", given=typed)


def prepare(registry: Registry) -> Names:
    """Make the picture's index of names now, instead of at the first search."""
    return registry.kept("names", lambda: Names(registry))


class _Search:
    """One search: an index, and the part of the tree that counts. Agencies are places in `registry.nodes`."""

    def __init__(self, registry: Registry, within: Node | None) -> None:
        self._registry = registry
        self._names = prepare(registry)
        self._start, self._end = registry.span(within) if within else (0, len(registry))

    def exact(self, words: Sequence[str]) -> list[int]:
        """The agencies called exactly so; those that are called so today go before all others."""
        name = key(words)
        own, other = self._names.own.get(name), self._names.other.get(name)
        return self._counting(own) or self._counting(other)

    def placed(self, words: Sequence[str]) -> list[int]:
        """The agencies called like the first words that stand below one called like the last."""
        for head, tail in _cuts(words):
            uppers = self._anywhere(tail)
            found = [place for place in self.exact(head) if self._below_any(place, uppers)]
            if found:
                return found
        return []

    def glued(self, name: str) -> list[int]:
        """The same for words that were written together: `sidomulyoambal`."""
        for cut in range(len(name) - 3, 2, -1):
            uppers = self._called(name[cut:])
            found = [place for place in self._called(name[:cut]) if self._below_any(place, uppers)]
            if found:
                return self._counting(found)
        return []

    def near(self, words: Sequence[str]) -> Finding:
        """What may be meant in spite of slips."""
        slips = self._slips(words)
        parts = self._counting(self._names.with_words(words))
        mended = mend(words)
        otherwise = self.exact(mended) or self.placed(mended)
        if mended[0] in OFFICES:
            otherwise += self.exact(mended[1:])
        close = [place for place, distance in slips.items() if distance <= 1 + FORMER]
        if len(slips) == len(close) == 1 and not parts and not otherwise and len(key(words)) >= SURE_LENGTH:
            return Found(self._registry.nodes[close[0]])
        places = list(dict.fromkeys([*close, *otherwise, *parts, *slips]))
        return self.choice(places) if places else Nothing()

    def choice(self, places: Sequence[int]) -> Candidates:
        """The first few of them to choose from."""
        nodes = tuple(self._registry.nodes[place] for place in places[:MOST])
        return Candidates(nodes, len(places) - len(nodes))

    def _slips(self, words: Sequence[str]) -> dict[int, float]:
        """Agencies that are a few slips away and by how many, the nearest first."""
        if not _may_slip(key(words)):
            return {}
        best: dict[int, float] = {}
        for place, distance in (*self._whole_slips(words), *self._placed_slips(words)):
            best[place] = min(best.get(place, distance), distance)
        nearest = sorted((distance, place) for place, distance in best.items())
        return {place: distance for distance, place in nearest if self._start <= place < self._end}

    def _whole_slips(self, words: Sequence[str]) -> Iterator[tuple[int, float]]:
        for name, distance in _near(key(words), self._names.all):
            yield from ((place, distance) for place in self._names.own.get(name))
            yield from ((place, distance + FORMER) for place in self._names.other.get(name))

    def _placed_slips(self, words: Sequence[str]) -> Iterator[tuple[int, float]]:
        """`sidomulyp ambal` and `sidomulyo ambl`: one half is exact, so few names are left for the other."""
        for head, tail in _cuts(words):
            spans = [(upper + 1, self._registry.end(upper)) for upper in self._anywhere(tail)]
            below = {place for start, end in spans if end - start <= FEW for place in range(start, end)}
            yield from self._slips_among(key(head), below)
            above: defaultdict[int, list[int]] = defaultdict(list)
            for place in self.exact(head)[:FEW]:
                for upper in self._registry.above(place):
                    above[upper].append(place)
            for upper, distance in self._slips_among(key(tail), above):
                yield from ((place, distance) for place in above[upper])

    def _slips_among(self, name: str, places: Iterable[int]) -> Iterator[tuple[int, float]]:
        if not _may_slip(name):
            return
        named: defaultdict[str, list[int]] = defaultdict(list)
        for place in places:
            for known in self._names.of(place):
                named[known].append(place)
        for known, distance in _near(name, list(named)):
            yield from ((place, distance) for place in named[known])

    def _anywhere(self, words: Sequence[str]) -> list[int]:
        """The agencies called so, in the part that counts or outside, or so placed in their turn."""
        found = self._called(key(words))
        for head, tail in _cuts(words) if not found else ():
            uppers = self._anywhere(tail)
            found += [place for place in self._anywhere(head) if self._below_any(place, uppers)]
        return found

    def _called(self, name: str) -> list[int]:
        return [*self._names.own.get(name), *self._names.other.get(name)]

    def _below_any(self, place: int, uppers: Iterable[int]) -> bool:
        return any(upper < place < self._registry.end(upper) for upper in uppers)

    def _counting(self, places: Iterable[int]) -> list[int]:
        return sorted(place for place in places if self._start <= place < self._end)


def _cuts(words: Sequence[str]) -> list[tuple[Sequence[str], Sequence[str]]]:
    """The ways to read the words as a name and where it is, the longest name first."""
    if len(words) > MOST_WORDS:
        return []
    return [(words[:cut], words[cut:]) for cut in range(len(words) - 1, 0, -1)]


def _may_slip(name: str) -> bool:
    """Whether a name may be nearly right: a number that is nearly right is another number."""
    return len(name) >= 3 and sum(c.isdigit() for c in name) * 2 < len(name)


def _near(name: str, names: Sequence[str]) -> list[tuple[str, float]]:
    """The names within a few slips: a letter wrong, missing, doubled, or two exchanged, is one."""
    limit = min(3, max(1, len(name) // 4))
    found = process.extract(name, names, scorer=OSA.distance, score_cutoff=limit, limit=None)
    return [(known, distance) for known, distance, _ in found]
