"""Whether two messages tell of one incident: where, what kind of trouble, and in how similar words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, hypot
from types import MappingProxyType

from plugin.desk.triage.lexicon import Lexicon
from plugin.desk.triage.places import Where
from plugin.desk.triage.triage import Verdict

SAME_SPOT = 3
SAME_AREA = 2
SAME_DISTRICT = 1
UNSAID = 0
ELSEWHERE = -1

NEAR = {SAME_SPOT: "same_spot", SAME_AREA: "same_area", SAME_DISTRICT: "same_district"}
TWO = "two"
"""The sign that any two messages give: they are rather two."""
MOST_SHARED = 4
FEWEST_SHARED = 2
"""Words in common that two messages need when neither says where: a lamp is out in many streets."""
NOT_HERE = "wilayah_lain"
SWEEPING = frozenset(("bencana", "kebakaran", "listrik", "kekeringan"))
"""Trouble that comes over a whole village at once: told there on the same days, it is one."""
SHORTEST_NAME = 5
Sounds = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Features:
    """What messages are compared by."""

    category: str
    agencies: tuple[str, ...]
    where: Where
    terms: frozenset[str]
    problems: frozenset[str]
    sounds: Sounds
    urgent: bool
    strange: frozenset[str]
    blocks: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The places among the blocks, else the words that may be names of places."""
        places = tuple(block for block in self.blocks if block.startswith("@"))
        return places or tuple(f"~{word}" for word in sorted(self.strange))


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
    ) -> None:
        self._problems = problems
        self._weights = weights
        self._fillers = frozenset(fillers)
        self._known = frozenset(known)

    def features(self, verdict: Verdict) -> Features:
        """What a judged message is compared by."""
        where = verdict.where
        silent = self._fillers | where.names | {w for m in where.landmarks for w in m.split()}
        terms = frozenset(w for w in verdict.row if w not in silent and len(w) > 1)
        hits = self._problems.hits(verdict.row)
        return Features(
            category=verdict.matter,
            agencies=verdict.agencies,
            where=where,
            terms=terms,
            problems=frozenset(h.entry.about[0] for h in hits),
            sounds=dict(verdict.sounds),
            urgent=verdict.urgent,
            strange=frozenset(w for w in terms - self._known if len(w) >= SHORTEST_NAME),
            blocks=blocks(where, terms),
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
    place = same_place(one.where, other.where)
    named = place == UNSAID and bool(one.strange & other.strange)
    shared = len(one.terms & other.terms)
    if place == ELSEWHERE or (one.category == NOT_HERE) != (other.category == NOT_HERE):
        return {}
    if place == UNSAID and not named and shared < FEWEST_SHARED:
        return {}
    found = {TWO: 1.0, "strange_name": float(named), "words": min(shared, MOST_SHARED) / MOST_SHARED}
    if place in NEAR:
        found[NEAR[place]] = 1.0
    if place == SAME_SPOT:
        found["sound"] = cosine(one.sounds, other.sounds)
    return found | matter(one, other)


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
    if one.villages & other.villages or one_landmark(one.landmarks, other.landmarks):
        return SAME_SPOT
    if one.districts and other.districts and not one.districts & other.districts:
        return ELSEWHERE
    spots = bool(one.villages or one.landmarks), bool(other.villages or other.landmarks)
    if all(spots):
        return ELSEWHERE
    if one.districts & other.districts:
        return SAME_AREA if not any(spots) else SAME_DISTRICT
    return UNSAID


def numbered_apart(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Whether both name a numbered thing, and another one: SD 1 is not SD 2."""
    here, there = dict(one), dict(other)
    return any(there.get(kind, number) != number for kind, number in here.items())


def one_landmark(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether one landmark is in both, if only by its last name: "tembana" is "jembatan tembana"."""
    return any(f" {a}".endswith(f" {b}") or f" {b}".endswith(f" {a}") for a in one for b in other)


def blocks(where: Where, terms: Iterable[str]) -> tuple[str, ...]:
    """The keys under which a message is kept and looked for: its places, else its words."""
    places = (*sorted(where.villages), *where.landmarks, *sorted(where.districts))
    if places:
        return tuple(f"@{p}" for p in places)
    return tuple(sorted(terms))
