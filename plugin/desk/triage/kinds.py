"""What kind of message it is: a report, or thanks, a greeting, an advertisement…; and whether it cannot wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.authority import faded
from plugin.desk.triage.lexicon import Entry, Hit, Lexicon
from plugin.desk.triage.spelling import Spelling

REPORT = "report"
URGENT = "urgent"
CALM = "calm"
CHATTER = "obrolan"
OTHER = "other"
FAMILIES = {REPORT: REPORT, URGENT: URGENT, CALM: URGENT}
"""Looked for apart, so that a long phrase of one kind does not hide a word of another."""

QUESTION = 2.5
TOPIC = 0.5
"""How much the best agency's score speaks for a report."""
TOPIC_ALONE = 0.35
"""Where nothing is asked and nothing is amiss."""
TOPIC_BESIDE = 0.15
"""And beside a clear sign of something else: thanks and advertisements name their matter too."""
TOPIC_MOST = 10.0
CLEAR = 3.5
LIGHT = frozenset((CHATTER, "salam"))
"""Small talk and greetings name no agency's matter, and go before many complaints."""
PLACED = 1.0
LEAST = 2.5
"""Less than this and nobody is asked for anything."""
DENIED = 2
"""Words after "tidak" that it still denies."""
DANGER = 5.5
CALMING = 0.5
DESK_WORK = 4.0
"""How much more danger it takes about papers and taxes: a lost card is no lost child."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The judgement on one message; `name` is the category of what is not a report."""

    is_report: bool
    urgent: bool
    name: str
    why: tuple[str, ...]


class Kinds:
    """The signs that tell reports from other messages."""

    def __init__(
        self, signs: Iterable[Entry], spelling: Spelling, cues: Mapping[str, frozenset[str]]
    ) -> None:
        self._negations = cues["negation"]
        self._desk_work = cues["desk_work"]
        grouped: dict[str, list[Entry]] = {}
        for sign in signs:
            grouped.setdefault(FAMILIES.get(sign.about[0], OTHER), []).append(sign)
        self._families = [Lexicon(entries, spelling) for entries in grouped.values()]

    def judge(self, row: Sequence[str], text: str, topic: float, category: str = "", *, placed: bool) -> Kind:
        """`topic`: the score of the agency that the words point to most, for `category`.

        `placed`: a place is named.
        """
        hits = by_kind([hit for family in self._families for hit in family.hits(row)])
        asked = faded(weights(hits, REPORT)) + (QUESTION if "?" in text else 0.0)
        others = {
            k: faded([h.weight for h in self._affirmed(hits[k], row)]) for k in hits if k not in FAMILIES
        }
        name = max(others, key=lambda k: others[k], default=CHATTER)
        against = others.get(name, 0.0)
        beside = against >= CLEAR and name not in LIGHT
        about = min(topic, TOPIC_MOST) * (TOPIC_BESIDE if beside else TOPIC if asked else TOPIC_ALONE)
        about += PLACED if placed and topic else 0.0
        is_report = asked + about > max(against, LEAST)
        return Kind(
            is_report=is_report,
            urgent=is_report and danger(hits) >= DANGER + (DESK_WORK if category in self._desk_work else 0.0),
            name=name,
            why=tuple(h.entry.phrase for h in hits.get(name, ())),
        )

    def _affirmed(self, hits: Sequence[Hit], row: Sequence[str]) -> list[Hit]:
        """Without those that a word just before them denies: "tidak ramah", "tidak pernah menggelar"."""
        return [h for h in hits if self._negations.isdisjoint(row[max(0, h.at - DENIED) : h.at])]


def danger(hits: dict[str, list[Hit]]) -> float:
    """Danger now: not the price of a fire extinguisher, nor last year's flood."""
    return faded(weights(hits, URGENT)) - faded(weights(hits, CALM)) * CALMING


def by_kind(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    """The hits of each kind of sign."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.entry.about[0], []).append(hit)
    return found


def weights(hits: dict[str, list[Hit]], kind: str) -> list[float]:
    """The weights of one kind's hits."""
    return [h.weight for h in hits.get(kind, ())]
