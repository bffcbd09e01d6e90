"""Whether two messages tell of one incident: where, what kind of trouble, and in how similar words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from plugin.desk.triage.lexicon import Lexicon
from plugin.desk.triage.places import Where
from plugin.desk.triage.triage import Verdict

SAME_SPOT = 3
SAME_AREA = 2
SAME_DISTRICT = 1
UNSAID = 0
ELSEWHERE = -1

LEAST = {SAME_SPOT: 0.34, SAME_AREA: 0.4, SAME_DISTRICT: 0.5, UNSAID: 0.75}
"""The likeness that proposes to join, by how sure the place is."""
NOT_HERE = "wilayah_lain"
SWEEPING = frozenset(("bencana", "kebakaran", "listrik", "kekeringan"))
"""Trouble that comes over a whole village at once: told there on the same days, it is one."""
SWEPT = 0.5
TROUBLE = 0.36
"""Enough for one spot: people say the same trouble in words that share nothing."""
SHORTEST_NAME = 5
LEAST_SHARED = 3
"""Words in common that two messages need when neither says where: a lamp is out in many streets."""


@dataclass(frozen=True, slots=True)
class Features:
    """What messages are compared by."""

    category: str
    agencies: tuple[str, ...]
    where: Where
    terms: frozenset[str]
    problems: frozenset[str]
    line: str
    strange: frozenset[str]
    blocks: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The places among the blocks, else the words that may be names of places."""
        places = tuple(block for block in self.blocks if block.startswith("@"))
        return places or tuple(f"~{word}" for word in sorted(self.strange))


class Likeness:
    """Compares. `problems` are words for the same trouble; `fillers` are words that tell none.

    A word that is not among the `known` is most likely the name of a place that our lists lack.
    """

    def __init__(self, problems: Lexicon, fillers: Iterable[str], known: Iterable[str] = ()) -> None:
        self._problems = problems
        self._fillers = frozenset(fillers)
        self._known = frozenset(known)

    def features(self, verdict: Verdict) -> Features:
        """What a judged message is compared by."""
        where = verdict.where
        silent = self._fillers | where.names | {w for m in where.landmarks for w in m.split()}
        terms = frozenset(w for w in verdict.row if w not in silent and len(w) > 1)
        hits = self._problems.hits(verdict.row)
        return Features(
            category=verdict.category,
            agencies=verdict.agencies,
            where=where,
            terms=terms,
            problems=frozenset(h.entry.about[0] for h in hits),
            line=" ".join(sorted(terms)),
            strange=frozenset(w for w in terms - self._known if len(w) >= SHORTEST_NAME),
            blocks=blocks(where, terms),
        )

    def between(self, one: Features, other: Features) -> float:
        """How alike, from 0 (two incidents) to 1."""
        place = same_place(one.where, other.where)
        if place == UNSAID and one.strange & other.strange:
            place = SAME_DISTRICT
        if place == ELSEWHERE or not same_matter(one, other):
            return 0.0
        likeness = self._words(one, other, place)
        least = LEAST[place]
        return likeness if likeness >= least else 0.0

    def _words(self, one: Features, other: Features, place: int) -> float:
        shared = one.terms & other.terms
        fewest = min(len(one.terms), len(other.terms)) or 1
        overlap = len(shared) / fewest if len(shared) > 1 or fewest <= 2 else len(shared) / (fewest + 1)
        spoken = fuzz.token_set_ratio(one.line, other.line) / 100 if overlap else 0.0
        trouble = one.problems & other.problems
        score = 0.5 * overlap + 0.2 * spoken + (0.3 if trouble else 0.0)
        if place == UNSAID and len(shared) < LEAST_SHARED:
            return 0.0
        if place >= SAME_AREA and one.category == other.category in SWEEPING:
            score = max(score, SWEPT)
        if place == SAME_SPOT and one.category == other.category and trouble:
            score = max(score, TROUBLE)
        return score if trouble or place >= SAME_AREA else score - 0.1


def same_matter(one: Features, other: Features) -> bool:
    """The same category, or an agency and a trouble in common."""
    if (one.category == NOT_HERE) != (other.category == NOT_HERE):
        return False
    return (
        one.category == other.category
        or (one.agencies[:1] == other.agencies[:1] and bool(one.agencies))
        or bool(one.problems & other.problems and set(one.agencies[:2]) & set(other.agencies[:2]))
    )


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
