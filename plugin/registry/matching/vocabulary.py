"""Every word that says something about an account, for one government on one day.

Agencies come with their names in force, their names of other times, the short forms that offices of their kind
are known by, and, for a kecamatan, the ways of saying that its office is meant and not the place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import Prefix

from plugin.registry.matching.forms import LOOSE, OFFICES, forms_of, said
from plugin.registry.matching.regions import region_words
from plugin.registry.matching.tables import Place, families, given_names, glued, listed, words
from plugin.registry.matching.tables import kecamatan as all_kecamatan
from plugin.registry.tree import Node, Registry
from plugin.registry.units import Unit, units

SHORTEST_CLIPPED = 6
COMPOSED = ("dinas", "dis", "din", "badan", "kantor", "kan")
SHORTEST_LEFT = 3
SURE = 11  # so long must "dinas" and an ordinary word be that a slip in them is forgiven


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word means: an agency (a place in `Vocabulary.units`), or one of the other classes."""

    cls: str
    unit: int = -1
    rank: int = 0
    post: bool = False  # the holder of a post, not the office
    key: str = ""


class Vocabulary:
    """The words of one government on one day."""

    def __init__(self, registry: Registry, government: Node, place: Place | None, as_of: date) -> None:
        self.units = tuple(
            u for u in units(registry, as_of, government) if u.kind not in {"vertikal", "luar"}
        )
        self.registry = registry
        self.place = place
        self.senses: dict[str, Sense] = {}
        self._enter_words()
        self._enter_regions(government)
        self._enter_units()
        self.kecamatan = {
            glued(unit.name).removeprefix("kecamatan"): n
            for n, unit in enumerate(self.units)
            if unit.kind == "kecamatan"
        }
        self._agency = sorted(form for form, sense in self.senses.items() if sense.cls == "agency")
        self._near = _deletes(form for form in self._agency if self._may_slip(form))
        self.longest = max(map(len, self.senses))
        own = [word for word, sense in self.senses.items() if sense.cls == "own"]
        self.own = sorted(own, key=len, reverse=True)
        self.tails = frozenset(word[:n] for word in self.own for n in range(2, len(word)))
        self.parents = {
            mark: next((n for n, u in enumerate(self.units) if mark in said(u.name)), self._by_mark(mark))
            for mark in words()["part"]
        }

    def clipped(self, start: str) -> Sense | None:
        """The one agency among whose forms some begin like this: a handle has room for 15 characters."""
        if len(start) < SHORTEST_CLIPPED:
            return None
        found: set[int] = set()
        for form in self._agency[bisect_left(self._agency, start) :]:
            if not form.startswith(start):
                break
            found.add(self.senses[form].unit)
        return Sense("agency", found.pop(), LOOSE) if len(found) == 1 else None

    def composed(self, word: str) -> Sense | None:
        """The agency a long short form is put together for, by most of its parts: `dispertanbunak`."""
        office = next((o for o in COMPOSED if word.startswith(o)), None)
        stems = _stems(word[len(office) :]) if office else ()
        forms = words()["stems"]
        named = [s.unit for s in (self.senses.get(forms[stem]) for stem in stems) if s and s.cls == "agency"]
        if len(stems) < 2 or not named:
            return None
        return Sense("agency", max(named, key=lambda n: (named.count(n), -named.index(n))), LOOSE)

    def shortened(self, place: str) -> Sense | None:
        """The one kecamatan whose name these letters are left of, in their order: `kdbanteng`, `wrj`."""
        if len(place) < SHORTEST_LEFT:
            return None
        found = [n for name, n in self.kecamatan.items() if is_left_of(place, name)]
        return Sense("agency", found[0], LOOSE) if len(found) == 1 else None

    def near(self, text: str) -> Iterable[str]:
        """Agency forms that may be one letter away from this."""
        if len(text) < SHORTEST_CLIPPED:
            return ()
        found: set[str] = set()
        for key in _keys(text):
            found.update(self._near.get(key, ()))
        return found

    def _surer(self, form: str, known: Sense, unit: int, rank: int) -> bool:
        """Whether a form rather means the agency already known by it: of two, the one whose code is more like it."""
        if known.rank != rank:
            return known.rank < rank
        codes = (self.units[n].code.lower() for n in (known.unit, unit))
        alike = [Prefix.similarity(code, form) for code in codes]
        return alike[0] >= alike[1]

    def _other_names(self, unit: Unit) -> set[str]:
        """What the office was called before and is called since, and what else people call it."""
        nodes = {text for node in unit.members for text in (node.code, node.name, node.short)}
        formers = (former for node in unit.members for former in self.registry.formers(node))
        return nodes | {
            text for former in formers for text in (former.code, former.name, former.short) if text
        }

    def _may_slip(self, form: str) -> bool:
        """A short word, and the regent's title, are too easily meant otherwise."""
        ordinary = form.startswith(OFFICES) and form not in {f for family in families() for f in family.forms}
        if ordinary and len(form) < SURE:
            return False
        return len(form) >= SHORTEST_CLIPPED and self.units[self.senses[form].unit].kind != "kepala_daerah"

    def _by_mark(self, mark: str) -> int:
        for n, unit in enumerate(self.units):
            if any(mark in said(node.name) for node in unit.members):
                return n
        return -1

    def _enter_words(self) -> None:
        lists = words()
        for word in given_names():
            self.senses[word] = Sense("given")
        for cls in ("business", "fan", "media"):
            self._enter(listed(cls), Sense(cls))
        self._enter(listed("person", "posts"), Sense("post"))
        self._enter(listed("person", "honorifics"), Sense("honorific"))
        self._enter(listed("person", "titles"), Sense("title"))
        self._enter(listed("bumd"), Sense("bumd"))
        self._enter(listed("village", "words"), Sense("village"))
        self._enter(listed("village", "persons"), Sense("village", post=True))
        for mark in lists["part"]:
            self._enter(listed("part", mark), Sense("part", key=mark))
        for code in lists["other_body"]:
            self._enter(listed("other_body", code), Sense("body", key=code))
        self._enter(listed("bait", "named"), Sense("named_bait"))
        self._enter(listed("bait", "strong"), Sense("bait"))
        self._enter(listed("foreign", "words"), Sense("foreign"))
        self._enter(listed("neutral"), Sense("neutral"))

    def _enter(self, some: Iterable[str], sense: Sense) -> None:
        for word in some:
            self.senses[word.replace("_", "")] = sense

    def _enter_regions(self, government: Node) -> None:
        own = [glued(u.name).removeprefix("kecamatan") for u in self.units if u.kind == "kecamatan"]
        for word, cls in region_words(government, self.place, own):
            known = self.senses.get(word)
            if known is None or cls in {"own", "place"} or known.cls == "given":
                self.senses[word] = Sense(cls)
        for code, names in all_kecamatan().items():
            if self.place is None or code != self.place.code:
                for name in map(glued, names):
                    for office in ("kec", "kecamatan", "camat"):
                        self.senses[office + name] = Sense("foreign")

    def _enter_units(self) -> None:
        for n, unit in enumerate(self.units):
            for form, rank, post in forms_of(unit, self._other_names(unit)):
                if form.isdigit():
                    continue
                known = self.senses.get(form)
                if known is not None and known.cls == "agency" and self._surer(form, known, n, rank):
                    continue
                if len(form) < 2 or (known is not None and known.cls in {"own", "place"}):
                    continue
                self.senses[form] = Sense("agency", n, rank, post)


def _stems(rest: str) -> tuple[str, ...]:
    """The fewest known parts that make up the whole; none where it is not made of such."""
    found: list[tuple[str, ...] | None] = [()] + [None] * len(rest)
    for end in range(1, len(rest) + 1):
        ways = [
            (*before, rest[start:end])
            for start in range(end)
            if (before := found[start]) is not None and rest[start:end] in words()["stems"]
        ]
        found[end] = min(ways, key=len, default=None)
    return found[-1] or ()


def is_left_of(letters: str, name: str) -> bool:
    """Whether a name begins with the first of the letters and holds the others in their order."""
    rest = iter(name)
    return letters[:1] == name[:1] and all(letter in rest for letter in letters)


def _deletes(forms: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for form in forms:
        for key in _keys(form):
            found.setdefault(key, []).append(form)
    return found


def _keys(text: str) -> set[str]:
    return {text, *(text[:n] + text[n + 1 :] for n in range(len(text)))}
