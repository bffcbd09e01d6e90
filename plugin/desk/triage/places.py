"""Where it is: kecamatan, desa and landmarks named in a message.

Names repeat and many are ordinary words. So a name gives candidates, not an answer; an ordinary word counts
only after "desa", "ds", "kel" or with its kecamatan beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.phrases import Phrase, PhraseBook
from plugin.desk.triage.spelling import one_slip, raw_words, slips

AT = frozenset(("di", "nang", "neng", "ning", "ing", "teng", "wonten"))
SHORTEST_SLIP = 7
SHORTEST_SPOKEN = 6
"""A shorter name is spoken like too many other words."""
SPOKEN = (("dh", "d"), ("th", "t"), ("ch", "c"), ("oe", "u"), ("dj", "j"), ("tj", "c"), ("o", "a"))
"""How one sound is written in two ways, the old one or the Javanese one first."""
DOUBLED = re.compile(r"([a-z])\1")
TWICE = re.compile(r"([a-z]{3,})2")
SHORT = {"jl": "jalan", "jln": "jalan", "dalan": "jalan", "ps": "pasar", "psr": "pasar", "deso": "desa"}


@dataclass(frozen=True, slots=True)
class Area:
    """A kecamatan, a desa or a kelurahan of the registry."""

    code: str
    name: str
    kind: str
    kecamatan: str
    ordinary: bool = False

    @property
    def is_district(self) -> bool:
        return self.kind == "kecamatan"


@dataclass(frozen=True, slots=True)
class Landmark:
    """Something everyone knows by name; of several names it is compared by the one that it is `known_as`."""

    name: str
    kecamatan: str
    desa: str
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is about, as far as it says; several `candidates` where the name repeats."""

    kecamatan: str | None = None
    desa: str | None = None
    code: str | None = None
    candidates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kecamatan or self.desa)


@dataclass(frozen=True, slots=True)
class Where:
    """Every place a message names: the likeliest `place`, and all of them to compare by.

    `within` are the kecamatan it may be in by what was said, `homes` the villages in which its landmarks stand.
    `names` are the words of all names, `known_as` the names they stand for, `maybe` words that could be some;
    `masked` those that mean something else elsewhere; `numbered` are things told apart by a number: a school, an RT.
    """

    place: Place
    villages: frozenset[str]
    districts: frozenset[str]
    landmarks: tuple[str, ...]
    names: frozenset[str]
    masked: frozenset[str]
    said: tuple[str, ...]
    numbered: tuple[tuple[str, str], ...] = ()
    within: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    known_as: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        """Whether it names more than a kecamatan."""
        return bool(self.villages or self.landmarks)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it stands in the message."""

    areas: tuple[Area, ...]
    at: int
    said: str


class Gazetteer:
    """The places of one government.

    `cues` are the words before a "village" or a "district". A word of `known` is itself, not a name with a
    letter wrong.
    """

    def __init__(
        self,
        areas: Iterable[Area],
        also: Mapping[str, str],
        landmarks: Iterable[Landmark],
        cues: Mapping[str, frozenset[str]],
        known: Iterable[str] = (),
    ) -> None:
        self._cues = cues
        self._known = frozenset(known)
        self._names: dict[str, tuple[Area, ...]] = {}
        self._areas = tuple(areas)
        for area in self._areas:
            self._names[key(area.name)] = (*self._names.get(key(area.name), ()), area)
        self._several: dict[Phrase, str] = {}
        self._written = PhraseBook()
        for written, name in also.items():
            self._also(tuple(raw_words(written)), key(name))
        self._slips = {s: n for n in self._names if len(n) >= SHORTEST_SLIP for s in slips(n)}
        self._short = SHORT | {raw: key(name) for raw, name in also.items() if raw.isalpha()}
        self._landmarks = {tuple(raw_words(mark.name)): mark for mark in landmarks}
        self._marks = PhraseBook()
        for phrase in self._landmarks:
            self._marks.add(phrase)
        own = {w for phrase in self._landmarks for w in phrase[len(phrase) > 1 :]}  # not "pasar", "pantai"
        self._proper = frozenset(w for w in own if len(w) >= SHORTEST_SPOKEN and w not in self._names)
        self._names_as_spoken = as_spoken(self._names)
        self._proper_as_spoken = as_spoken(self._proper)

    @property
    def proper(self) -> frozenset[str]:
        """The words by which landmarks are known beside what they are: Tumenggungan."""
        return self._proper

    def words(self) -> set[str]:
        """Every word of a name: none of them is a slip of another word."""
        long = {w for p in (*self._landmarks, *self._several) for w in p}
        return set(self._names) | long

    def find(self, row: Sequence[str]) -> Where:
        """The places that a row of words, as written, names."""
        full = self._in_full(row)
        marks = [self._landmarks[f.phrase] for f in self._marks.all_in(full)]
        heard = self._named(row)
        named = self._likely(row, heard, {m.kecamatan for m in marks})
        districts = frozenset(a.name for n in named for a in n.areas if a.is_district)
        villages = [self._of(n, districts) for n in named if not all(a.is_district for a in n.areas)]
        said = districts | {m.kecamatan for m in marks}
        return Where(
            place=self._place(row, villages, marks, named),
            villages=frozenset(a.code for v in villages for a in v),
            districts=said,
            within=said | {a.kecamatan for v in villages for a in v},
            maybe=frozenset(n.said for n in heard if n not in named) | self._proper.intersection(full),
            homes=frozenset(code for m in marks if (code := self._at(m).code) and m.desa),
            landmarks=tuple(dict.fromkeys(m.known_as or m.name for m in marks)),
            names=frozenset(w for n in named for w in n.said.split()),
            known_as=frozenset(key(a.name) for n in named for a in n.areas)
            | self._proper.intersection(w for m in marks for w in m.name.split()),
            masked=frozenset(n.said for n in named if any(a.ordinary for a in n.areas)),
            said=tuple(dict.fromkeys([m.name for m in marks] + [n.said for n in named])),
            numbered=numbered(row, self._cues["numbered"]),
        )

    def district_code(self, name: str) -> str | None:
        """The code of a kecamatan by its name."""
        found = (a.code for a in self._names.get(key(name), ()) if a.is_district)
        return next(found, None)

    def _in_full(self, row: Sequence[str]) -> list[str]:
        """The row with the short forms of landmarks written out: "alun2 kbm" is "alun alun kebumen"."""
        full: list[str] = []
        for word in row:
            twice = TWICE.fullmatch(word)
            meant = self._short.get(word) or self._as_spoken(word, self._proper_as_spoken) or word
            full.extend((twice[1], twice[1]) if twice else (meant,))
        return full

    def _also(self, written: Phrase, name: str) -> None:
        if len(written) == 1:
            self._names.setdefault(written[0], self._names[name])
        else:
            self._several[written] = name
            self._written.add(written)

    def _named(self, row: Sequence[str]) -> list[Named]:
        found: list[Named] = []
        at = 0
        while at < len(row):
            taken, name = self._name_at(row, at)
            if taken:
                found.append(Named(self._names[name], at, " ".join(row[at : at + taken])))
            at += taken or 1
        return found

    def _name_at(self, row: Sequence[str], at: int) -> tuple[int, str]:
        several = self._written.longest_at(row, at)
        if several:
            return len(several), self._several[several]
        joined = "".join(row[at : at + 2])
        if len(row[at]) > 2 and row[at] not in self._names and joined in self._names:
            return 2, joined
        if row[at] in self._names:
            return 1, row[at]
        name = self._as_spoken(row[at], self._names_as_spoken) or self._mended(row[at])
        return (1, name) if name else (0, "")

    def _as_spoken(self, word: str, names: Mapping[str, str]) -> str:
        """The one name that is spoken so: Kalisono for Kalisana, which Javanese write either way."""
        if len(word) < SHORTEST_SPOKEN or word in self._known:
            return ""
        return names.get(spoken(word), "")

    def _mended(self, word: str) -> str:
        if len(word) < SHORTEST_SLIP or word in self._known:
            return ""
        for form in (word, *slips(word)):
            name = form if form in self._names else self._slips.get(form, "")
            if len(name) >= SHORTEST_SLIP and name[0] == word[0] and one_slip(word, name):
                return name
        return ""

    def _likely(self, row: Sequence[str], named: list[Named], known: set[str]) -> list[Named]:
        sure = [n for n in named if self._meant(row, n)]
        districts = known | {a.name for n in sure for a in n.areas if a.is_district}
        return [n for n in named if n in sure or any(a.kecamatan in districts for a in n.areas)]

    def _meant(self, row: Sequence[str], named: Named) -> bool:
        if not any(a.ordinary for a in named.areas):
            return True
        before = row[named.at - 1] if named.at else ""
        district = any(a.is_district for a in named.areas)
        return before in self._cues["village"] or (district and before in self._cues["district"])

    def _of(self, named: Named, districts: frozenset[str]) -> list[Area]:
        if any(a.is_district for a in named.areas):
            return []
        there = [a for a in named.areas if a.kecamatan in districts]
        return there or list(named.areas)

    def _place(
        self,
        row: Sequence[str],
        villages: list[list[Area]],
        marks: list[Landmark],
        named: list[Named],
    ) -> Place:
        certain = next((v[0] for v in villages if len(v) == 1), None)
        if certain:
            return Place(certain.kecamatan, certain.name, certain.code)
        if marks:
            return self._at(marks[0])
        if any(villages):
            several = next(v for v in villages if v)
            own = {a.kecamatan for a in several}
            return Place(
                own.pop() if len(own) == 1 else None, several[0].name, None, tuple(a.code for a in several)
            )
        there_first = sorted(
            named, key=lambda n: not self._there(row, n)
        )  # "jalan Gombong-Kebumen di Sruweng"
        first = next((a for n in there_first for a in n.areas if a.is_district), None)
        return Place(first.name, None, first.code) if first else Place()

    @staticmethod
    def _there(row: Sequence[str], named: Named) -> bool:
        """Whether it is said that something is there, not only where a road leads."""
        return not AT.isdisjoint(row[max(0, named.at - 2) : named.at])

    def _at(self, mark: Landmark) -> Place:
        for area in self._names.get(key(mark.desa), ()):
            if area.kecamatan == mark.kecamatan and not area.is_district:
                return Place(mark.kecamatan, area.name, area.code)
        return Place(mark.kecamatan, None, self.district_code(mark.kecamatan))


def spoken(word: str) -> str:
    """A word by its sound, the same for each way of writing it."""
    for written, sound in SPOKEN:
        word = word.replace(written, sound)
    return DOUBLED.sub(r"\1", word)


def as_spoken(names: Iterable[str]) -> Mapping[str, str]:
    """Each name by its sound, where one name alone sounds so."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(spoken(name), []).append(name)
    return {sound: alike[0] for sound, alike in found.items() if len(alike) == 1}


def numbered(row: Sequence[str], kinds: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The numbered things of a row: "sdn 2", "sd negeri 2" and "sd2" are one."""
    found: dict[str, str] = {}
    for at, word in enumerate(row):
        if word in kinds:
            after = [w for w in row[at + 1 : at + 3] if w.isdigit()]
            if after:
                found.setdefault(word.removesuffix("n"), after[0].lstrip("0"))
    return tuple(found.items())


def key(name: str) -> str:
    """A name as one word, as it is compared."""
    return "".join(raw_words(name))
