"""What kind of message it is: a report, or thanks, a greeting, an advertisement…; and whether it cannot wait."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.triage.authority import faded
from plugin.desk.triage.lexicon import Entry, Hit, Lexicon
from plugin.desk.triage.spelling import Spelling

REPORT = "report"
URGENT = "urgent"
QUESTION = "question"
CALM = "calm"
CHATTER = "obrolan"
GREETING = "salam"
HEADLINE = "=heading"
LOOKS = {
    "=?": re.compile(r"\?"),
    "=!": re.compile(r"!"),
    "=link": re.compile(r"https?:|www\.|\w\.(?:ly|com|me|id|link|apk)\b", re.I),
    "=price": re.compile(r"\d ?(?:rb|ribu|jt|juta|k)\b|\brp\b", re.I),
    HEADLINE: re.compile(r"^[^\s:]{3,15}(?: [^\s:]+)?: "),
    "=quoted": re.compile(r'["“”]'),
    "=formal": re.compile(r"^[A-Z][^!?]*\.$", re.S),
}
"""What a message looks like, whatever its words."""
HEADING_WORDS = 2
"""A report's own word among the first few makes no headline of news: "usul: …", "@dinas lapor: …"."""
POLITE = 0.5
"""Half of what it says elsewhere: a greeting goes before most complaints."""
OTHER = "other"
REPORTS = frozenset((REPORT, QUESTION, URGENT))
"""The kinds that somebody has to answer."""
FAMILIES = {REPORT: REPORT, URGENT: URGENT, CALM: URGENT}
"""Looked for apart, so that a long phrase of one kind does not hide a word of another."""

TOPIC_MOST, OFFICES_MOST, WORDS_MOST, KIND_MOST = 15.0, 4, 40, 9.0
FEW_WORDS = 3
DENIED = 3
"""Words after "tidak" that it still denies."""
LIFE = 1.5
"""So clearly in danger, and it is looked at whatever else it sounds like: a life is worth a wrong alarm."""
CALMING = 0.5


@dataclass(frozen=True, slots=True)
class Kind:
    """The judgement on one message; `name` is the category of what is not a report."""

    is_report: bool
    urgent: bool
    asks: bool
    name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What the words say of offices: the best one's score and category, how many fit, and what stands where."""

    score: float
    category: str
    offices: int
    shape: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a report from other messages; `other` is what it would be otherwise."""

    measures: Mapping[str, float]
    traits: tuple[str, ...]
    other: str

    @property
    def bare(self) -> bool:
        """A matter and its trouble in a few words, and nothing else: "sampah menumpuk"."""
        few = self.measures["=words"] * WORDS_MOST <= FEW_WORDS
        trouble = self.measures["=topic"] and self.measures.get("=report")
        return bool(few and trouble and not self.measures["=against"])


class Kinds:
    """The signs that tell reports from other messages."""

    def __init__(
        self, signs: Iterable[Entry], spelling: Spelling, cues: Mapping[str, frozenset[str]]
    ) -> None:
        self._negations = cues["negation"]
        grouped: dict[str, list[Entry]] = {}
        for sign in signs:
            grouped.setdefault(FAMILIES.get(sign.about[0], OTHER), []).append(sign)
        self._families = [Lexicon(entries, spelling) for entries in grouped.values()]

    def judge(self, signs: Signs, leaning: float, danger: float, asking: float) -> Kind:
        """The judgement, by how much a message leans towards a report, towards danger, towards a mere question.

        The more it sounds of danger, the less else must speak for it.
        """
        is_report = leaning + max(danger, 0.0) > 0 or danger > LIFE or signs.bare
        urgent = is_report and danger > 0
        return Kind(is_report, urgent, is_report and asking > 0 and not urgent, signs.other)

    def signs(self, row: Sequence[str], text: str, matter: Matter) -> Signs:
        """What the judgement on a message in plain words is weighed from, beside what its words say of offices."""
        hits = self._hits(row)
        kinds = {k: faded([h.weight for h in self._affirmed(k, hits[k], row)]) for k in hits}
        others = {k: w * (POLITE if k == GREETING else 1) for k, w in kinds.items() if k not in FAMILIES}
        other = max(others, key=lambda k: others[k], default=CHATTER)
        measures = {
            "=topic": min(matter.score, TOPIC_MOST) / TOPIC_MOST,
            "=offices": min(matter.offices, OFFICES_MOST) / OFFICES_MOST,
            "=words": min(len(row), WORDS_MOST) / WORDS_MOST,
            "=against": min(others.get(other, 0.0), KIND_MOST) / KIND_MOST,
            "=danger": min(kinds.get(URGENT, 0.0) - kinds.get(CALM, 0.0) * CALMING, KIND_MOST) / KIND_MOST,
            **{f"={kind}": min(weight, KIND_MOST) / KIND_MOST for kind, weight in kinds.items()},
        }
        looks = [name for name, look in LOOKS.items() if look.search(text)]
        if HEADLINE in looks and any(hit.at < HEADING_WORDS for hit in hits.get(REPORT, ())):
            looks.remove(HEADLINE)
        about = [f"={matter.category}"] if matter.score else []
        return Signs(measures, (*looks, *about, *matter.shape), other)

    def why(self, kind: str, row: Sequence[str]) -> tuple[str, ...]:
        """The phrases that speak for a kind."""
        return tuple(h.entry.phrase for h in self._hits(row).get(kind, ()))

    def _hits(self, row: Sequence[str]) -> dict[str, list[Hit]]:
        return by_kind([hit for family in self._families for hit in family.hits(row)])

    def _affirmed(self, kind: str, hits: Sequence[Hit], row: Sequence[str]) -> list[Hit]:
        """Without those that a word just before them denies: "tidak ramah", "tidak pernah menggelar"."""
        if kind in FAMILIES:
            return list(hits)
        return [h for h in hits if self._negations.isdisjoint(row[max(0, h.at - DENIED) : h.at])]


def by_kind(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    """The hits of each kind of sign."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.entry.about[0], []).append(hit)
    return found
