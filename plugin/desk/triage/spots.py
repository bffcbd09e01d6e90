"""What a name was given to, without a list of the names: a market, a housing estate, a lane.

Our landmarks are few and the world has many. So the word before a name says what it is: "pasar Petanahan" is one
spot however its trouble is told, and "gang Mawar" is not "gang Melati".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.places import Where, key, spoken

REACH = 2
"""Words after "pasar" in which its name stands: "SMP negeri 2 Gombong", its number left out."""
SHORTEST_NAME = 3
NUMBER = "#"
APART = "!"
"""Before a sort of spot whose names tell two of them apart."""

Named = Mapping[str, frozenset[str]]
"""Each sort of spot with the words of its names."""


@dataclass(frozen=True, slots=True)
class SpotWord:
    """A word that a name may follow.

    It is `named` "anyhow", also by an ordinary word, or "by name", only by what looks like one: "gang mawar", but
    "pasar ikan". "apart": and two of them are two when their names differ, for everybody who lives there says the
    name. "as a road": the kecamatan it leads to names it not, "jalan Gombong - Sempor".
    """

    word: str
    spot: str
    named: str

    @property
    def apart(self) -> bool:
        """Whether its names tell two of them apart."""
        return self.named == "apart"

    @property
    def anyhow(self) -> bool:
        """Whether an ordinary word may be its name."""
        return self.named in ("anyhow", "apart")

    @property
    def road(self) -> bool:
        """Whether it may be called by where it leads."""
        return self.named == "as a road"

    @property
    def key(self) -> str:
        """The sort of spot, as it is compared."""
        return f"{APART}{self.spot}" if self.apart else self.spot

    @property
    def reach(self) -> int:
        """Words in which its name stands: only the first tells two lanes of a village apart."""
        return 1 if self.apart else REACH


class Spots:
    """Finds what was named in a row of plain words. A word of `known` is a name only after some of the words.

    Words of `never` are no names at all: "pasar rusak".
    """

    def __init__(self, words: Iterable[SpotWord], known: Collection[str], never: Collection[str]) -> None:
        self._words = {word.word: word for word in words}
        self.words = frozenset(self._words)
        """The words that a name may follow: no names themselves."""
        self._known, self._never = known, never

    def find(self, row: Sequence[str], where: Where) -> Named:
        """What was named in a row, where these places were found in it."""
        found: dict[str, frozenset[str]] = {}
        for at, word in enumerate(row):
            if word in self._words:
                head = self._words[word]
                told = frozenset(self._names(head, row[at + 1 : at + 2 + REACH], where))
                if told:
                    found[head.key] = found.get(head.key, frozenset()) | told
        return found

    def _names(self, head: SpotWord, after: Sequence[str], where: Where) -> Iterator[str]:
        far = {key(district) for district in where.districts} if head.road else ()
        told = [w for w in after if w != NUMBER and w not in far and self._spot(w) != head.spot]
        for place, word in enumerate(told[: head.reach]):
            if word in self._words:
                return
            if word in where.names or self._is_name(word, where, anyhow=head.anyhow and not place):
                yield spoken(word)

    def _spot(self, word: str) -> str:
        return self._words[word].spot if word in self._words else ""

    def _is_name(self, word: str, where: Where, *, anyhow: bool) -> bool:
        if len(word) < SHORTEST_NAME or word in self._never:
            return False
        return anyhow or word in where.maybe or word not in self._known


NO_SPOTS = Spots((), (), ())


def shared(one: Named, other: Named) -> bool:
    """Whether both name one spot."""
    return any(not one[spot].isdisjoint(other[spot]) for spot in one.keys() & other.keys())


def apart(one: Named, other: Named) -> bool:
    """Whether they name two of what is told apart by its name: two lanes."""
    both = [spot for spot in one.keys() & other.keys() if spot.startswith(APART)]
    return bool(both) and all(one[spot].isdisjoint(other[spot]) for spot in both)


def sorts(spots: Named) -> frozenset[str]:
    """What was named: in "jembatan Tembana gelap" the bridge says where it is, not what is wrong."""
    return frozenset(spot.removeprefix(APART) for spot in spots)
