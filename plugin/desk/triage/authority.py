"""Who should answer: hits weighed per agency, then settled by place, road and border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from plugin.desk.triage.lexicon import Hit
from plugin.desk.triage.places import Where
from plugin.desk.triage.roads import Owned

ROAD = ("JALAN", "jalan_jembatan")
"""Written in the lexicon for whoever owns the road; the table of roads knows who."""
ROAD_CATEGORIES = {"LUAR:BBPJN": "jalan_nasional", "LUAR:DPUBMCK_JATENG": "jalan_provinsi"}
DISTRICT_OFFICE = "KEC"
"""Written for the office of whichever kecamatan the message is about."""
HOSPITAL = "RSUD"
SECOND_HOSPITAL = "Prembun"
SEAT = "Kebumen"
"""The kecamatan meant when none is named."""

FADING = (1.0, 0.6, 0.4)
LAST_FADING = 0.2
"""Ten weak words are not ten proofs: after the first three hits each adds a fifth."""
SOUND = 3.0
"""How much what a message sounds like counts beside the phrases found in it."""
AHEAD = 3.0
"""How far the owner of a named road stands before whoever else the words suggest."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An agency with the weight of what points to it; `sources` are its names in the lexicon."""

    agency: str
    category: str
    score: float
    sources: frozenset[str]


def faded(weights: Sequence[float]) -> float:
    """The sum of weights, each counting less than the stronger one before it."""
    ordered = sorted(weights, reverse=True)
    return sum(w * (FADING[i] if i < len(FADING) else LAST_FADING) for i, w in enumerate(ordered))


class Authority:
    """Ranks agencies for a message, best first."""

    def rank(
        self,
        hits: Sequence[Hit],
        where: Where,
        road: Owned | None,
        elsewhere: str | None,
        sounds: Sequence[tuple[tuple[str, ...], float]] = (),
    ) -> list[Weighed]:
        """Every agency that anything points to; `sounds` are those that the message as a whole sounds like."""
        weighed = _heard(_per_agency(hits), sounds)
        if road:
            weighed += _of_the_road(weighed, road)
        named = [replace(w, agency=_name(w.agency, where)) for w in weighed]
        if elsewhere and named:
            named.append(_of_the_neighbour(named))
        return _once_each(sorted(named, key=lambda w: (-w.score, w.agency)))


def _per_agency(hits: Sequence[Hit]) -> list[Weighed]:
    weights: dict[tuple[str, ...], list[float]] = {}
    for hit in hits:
        weights.setdefault(hit.entry.about, []).append(hit.weight)
    return [
        Weighed(agency, category, faded(found), frozenset((agency,)))
        for (agency, category), found in weights.items()
    ]


def _heard(weighed: list[Weighed], sounds: Sequence[tuple[tuple[str, ...], float]]) -> list[Weighed]:
    known = {(w.agency, w.category): w for w in weighed}
    for (agency, category), score in sounds:
        one = known.get((agency, category)) or Weighed(agency, category, 0.0, frozenset((agency,)))
        known[agency, category] = replace(one, score=one.score + score * SOUND)
    return list(known.values())


def _of_the_road(weighed: Sequence[Weighed], road: Owned) -> list[Weighed]:
    about = max((w.score for w in weighed if (w.agency, w.category) == ROAD), default=0.0)
    if not about:
        return []
    category = ROAD_CATEGORIES.get(road.owner, ROAD[1])
    return [Weighed(road.owner, category, about + AHEAD, frozenset((road.owner, ROAD[0])))]


def _of_the_neighbour(weighed: Sequence[Weighed]) -> Weighed:
    best = max(weighed, key=lambda w: w.score)
    return Weighed("LUAR:KAB_LAIN", "wilayah_lain", best.score + AHEAD, best.sources)


def _name(agency: str, where: Where) -> str:
    if agency == ROAD[0]:
        return "DPUPR"
    if agency == DISTRICT_OFFICE:
        return f"KEC_{(where.place.kecamatan or SEAT).upper()}"
    if agency == HOSPITAL:
        second = SECOND_HOSPITAL in where.districts
        return "RSUD_PREMBUN" if second else "RSUD_SOEDIRMAN"
    return agency


def _once_each(ranked: Sequence[Weighed]) -> list[Weighed]:
    """An agency that several of its fields point to stands once, a little stronger."""
    kept: dict[str, Weighed] = {}
    for one in ranked:
        first = kept.get(one.agency)
        if first is None:
            kept[one.agency] = one
        else:
            more = first.score + one.score * LAST_FADING
            kept[one.agency] = replace(first, score=more, sources=first.sources | one.sources)
    return sorted(kept.values(), key=lambda w: (-w.score, w.agency))
