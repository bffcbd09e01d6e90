"""Whether two messages tell of one incident: where, what kind of trouble, and in how similar words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, hypot
from types import MappingProxyType

from plugin.desk.triage.lexicon import Lexicon
from plugin.desk.triage.places import Where, spoken
from plugin.desk.triage.spots import NO_SPOTS, Spots, apart, shared, sorts
from plugin.desk.triage.triage import Verdict

MARKS = "@~="
"""How the keys begin that say where: a place, a name, what was named."""

SAME_SPOT = 3
SAME_AREA = 2
SAME_DISTRICT = 1
UNSAID = 0
ELSEWHERE = -1

NEAR = {SAME_SPOT: "same_spot", SAME_AREA: "same_area", SAME_DISTRICT: "same_district"}
TWO = "two"
"""The sign that any two messages give: they are rather two."""
FEWEST_SHARED = 2
"""Words in common that two messages need when neither says where: a lamp is out in many streets."""
NOT_HERE = "wilayah_lain"
SWEEPING = frozenset(("bencana", "kebakaran", "listrik", "kekeringan"))
"""Trouble that comes over a whole village at once: told there on the same days, it is one."""
SHORTEST_NAME = 5
MOST_SHARED = 4
Sounds = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Features:
    """What messages are compared by.

    `called` are the names of places, and words that are most likely some, by their sound; `maybe` are words that
    could be; `spots` is what a name was given to.
    """

    category: str
    agencies: tuple[str, ...]
    where: Where
    terms: frozenset[str]
    problems: frozenset[str]
    sounds: Sounds
    urgent: bool
    called: frozenset[str]
    maybe: frozenset[str]
    spots: Mapping[str, frozenset[str]]
    blocks: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The places and names among the blocks."""
        return tuple(block for block in self.blocks if block[0] in MARKS)


class Likeness:
    """Compares. `problems` are words for the same trouble; `fillers` are words that tell none.

    A word that is not among the `known` is most likely the name of a place that our lists lack. `weights` say what
    each sign counts (likeness.csv, learned by logistic regression from pairs of invented messages).
    """

    def __init__(
        self,
        problems: Lexicon,
        fillers: Iterable[str],
        known: Iterable[str] = (),
        weights: Mapping[str, float] = MappingProxyType({}),
        spots: Spots = NO_SPOTS,
    ) -> None:
        self._problems = problems
        self._weights = weights
        self._fillers = frozenset(fillers)
        self._known = frozenset(known)
        self._spots = spots

    def features(self, verdict: Verdict) -> Features:
        """What a judged message is compared by."""
        where = verdict.where
        spots = self._spots.find(verdict.spoken, where)
        there = where.names | {w for m in where.landmarks for w in m.split()} | sorts(spots)
        silent = self._fillers | there
        terms = frozenset(w for w in verdict.row if w not in silent and len(w) > 1)
        strange = frozenset(
            w
            for w in terms.intersection(verdict.spoken) - self._known - self._spots.words
            if len(w) >= SHORTEST_NAME
        )
        called = frozenset(map(spoken, strange)) | frozenset(map(spoken, where.known_as))
        hits = self._problems.hits(verdict.row)
        return Features(
            category=verdict.matter,
            agencies=verdict.agencies,
            where=where,
            terms=terms,
            problems=frozenset(h.entry.about[0] for h in hits if h.entry.phrase.split()[0] not in there),
            sounds=dict(verdict.sounds),
            urgent=verdict.urgent,
            called=called,
            maybe=frozenset(map(spoken, where.maybe)),
            spots=spots,
            blocks=blocks(where, terms, called, spots),
        )

    def between(self, one: Features, other: Features) -> float:
        """How likely they are one incident, from 0 (they are two) to 1; never much below a half but 0."""
        found = signs(one, other)
        if not found:
            return 0.0
        weight = sum(self._weights.get(sign, 0.0) * measure for sign, measure in found.items())
        return 1 / (1 + exp(-weight)) if weight > 0 else 0.0


def signs(one: Features, other: Features) -> dict[str, float]:
    """What speaks for and against one incident, each from 0 to 1; empty where it cannot be one."""
    place = nearness(one, other)
    if place == ELSEWHERE or (one.category == NOT_HERE) != (other.category == NOT_HERE):
        return {}
    named = place in (UNSAID, SAME_DISTRICT) and one_name(one, other)
    both = len(one.terms & other.terms)
    if place == UNSAID and not named and both < FEWEST_SHARED:
        return {}
    found = {
        TWO: 1.0,
        "strange_name": float(named),
        "words": min(both, MOST_SHARED) / MOST_SHARED,
    }
    if place in NEAR:
        found[NEAR[place]] = 1.0
    if place == SAME_SPOT:
        found["sound"] = cosine(one.sounds, other.sounds)
    return found | matter(one, other)


def nearness(one: Features, other: Features) -> int:
    """How near two messages are, by the places of our lists and by what was named beside them."""
    place = same_place(one.where, other.where)
    if place == ELSEWHERE or apart(one.spots, other.spots):
        return ELSEWHERE
    return SAME_SPOT if shared(one.spots, other.spots) else place


def one_name(one: Features, other: Features) -> bool:
    """Whether a word that names a place in one is in the other too, if only as an ordinary word there: Kenteng."""
    return bool(one.called & other.called or one.called & other.maybe or other.called & one.maybe)


def matter(one: Features, other: Features) -> dict[str, float]:
    """What they are about: offices in common, one trouble or two, danger in both, trouble of a whole village."""
    trouble = bool(one.problems & other.problems)
    fewest = min(len(one.agencies), len(other.agencies))
    return {
        "offices": len(set(one.agencies) & set(other.agencies)) / max(fewest, 1),
        "trouble": float(trouble),
        "other_trouble": float(bool(one.problems and other.problems) and not trouble),
        "danger": float(one.urgent and other.urgent),
        "sweeping": float(one.category == other.category in SWEEPING),
    }


def cosine(one: Sounds, other: Sounds) -> float:
    """How much two messages sound like the same matters, from 0 to 1."""
    dot = sum(score * other.get(about, 0.0) for about, score in one.items())
    return dot / (hypot(*one.values()) * hypot(*other.values())) if dot else 0.0


def same_place(one: Where, other: Where) -> int:
    """How near two messages are: at one spot, in one kecamatan, not said, or in two places."""
    if numbered_apart(one.numbered, other.numbered):
        return ELSEWHERE
    if met(one, other) or one_landmark(one.landmarks, other.landmarks):
        return SAME_SPOT
    if two_places(one, other):
        return ELSEWHERE
    if one.districts & other.districts:
        return SAME_DISTRICT if one.exact or other.exact else SAME_AREA
    return UNSAID


def two_places(one: Where, other: Where) -> bool:
    """Whether what they name cannot be one place, as nothing that both name is the same."""
    far = one.within and other.within and not one.within & other.within
    villages = (one.villages and (other.villages or other.homes)) or (one.homes and other.villages)
    return bool(far or villages or (one.landmarks and other.landmarks))


def met(one: Where, other: Where) -> bool:
    """Whether a village is named in both, or one names a landmark that stands in the other's village."""
    return bool(one.villages & (other.villages | other.homes) or other.villages & one.homes)


def numbered_apart(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Whether both name a numbered thing, and another one: SD 1 is not SD 2."""
    here, there = dict(one), dict(other)
    return any(there.get(kind, number) != number for kind, number in here.items())


def one_landmark(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether one landmark is in both, if only by its last name: "tembana" is "jembatan tembana"."""
    return any(f" {a}".endswith(f" {b}") or f" {b}".endswith(f" {a}") for a in one for b in other)


def blocks(
    where: Where, terms: Iterable[str], called: Iterable[str], spots: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """The keys under which a message is kept and looked for: places and names; without a place its words too."""
    places = [f"@{p}" for p in (*sorted(where.villages), *where.landmarks, *sorted(where.districts))]
    named = [f"~{name}" for name in sorted({*called, *map(spoken, where.maybe)})]
    things = [f"={spot} {name}" for spot in sorted(spots) for name in sorted(spots[spot])]
    told = [*places, *named, *things]
    return tuple(told) if places else (*told, *sorted(terms))
