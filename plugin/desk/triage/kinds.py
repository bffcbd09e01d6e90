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
GREETING = "salam"
POLITE = 0.5
"""Half of what it says elsewhere: a greeting goes before most complaints."""
OTHER = "other"
FAMILIES = {REPORT: REPORT, URGENT: URGENT, CALM: URGENT}
"""Looked for apart, so that a long phrase of one kind does not hide a word of another."""

LEANING = -1.67
TOPIC, ASKED, QUESTION, AGAINST, LENGTH, OFFICES = 0.35, 0.92, 1.66, -1.06, 0.08, 0.40
"""What each sign adds to a message's leaning towards a report: the best agency's score, signs that something is
wanted, missing or broken, a question mark, the clearest sign of something else, each word, each agency that fits.
Weighed by logistic regression on invented messages (`python -m bench.leaning`), so that a message is rather shown."""
TOPIC_MOST, OFFICES_MOST = 15.0, 4
DENIED = 2
"""Words after "tidak" that it still denies."""
DANGER = 5.5
DOUBT = 0.5
"""So much more danger than small talk, and it is looked at: a life is worth a wrong alarm."""
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


@dataclass(frozen=True, slots=True)
class Matter:
    """What the words say of offices: the best one's score and category, and how many fit."""

    score: float
    category: str
    offices: int


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells a report from other messages; `other` is what it would be otherwise."""

    matter: Matter
    asked: float
    question: bool
    other: str
    against: float
    words: int

    @property
    def leaning(self) -> float:
        """Above 0 it is rather a report."""
        return (
            LEANING
            + TOPIC * min(self.matter.score, TOPIC_MOST)
            + OFFICES * min(self.matter.offices, OFFICES_MOST)
            + ASKED * self.asked
            + QUESTION * self.question
            + AGAINST * self.against
            + LENGTH * self.words
        )


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

    def judge(self, row: Sequence[str], text: str, matter: Matter) -> Kind:
        """The judgement on a message in plain words, beside what its words say of offices."""
        hits = self._hits(row)
        signs = self._signs(hits, row, text, matter)
        alarm, alarming = danger(hits), DANGER + (DESK_WORK if matter.category in self._desk_work else 0.0)
        is_report = signs.leaning > 0 or alarm >= max(alarming, signs.against + DOUBT)
        return Kind(
            is_report=is_report,
            urgent=is_report and alarm >= alarming,
            name=signs.other,
            why=tuple(h.entry.phrase for h in hits.get(signs.other, ())),
        )

    def signs(self, row: Sequence[str], text: str, matter: Matter) -> Signs:
        """What the judgement is weighed from."""
        return self._signs(self._hits(row), row, text, matter)

    def _signs(self, hits: dict[str, list[Hit]], row: Sequence[str], text: str, matter: Matter) -> Signs:
        others = {
            k: faded([h.weight for h in self._affirmed(hits[k], row)]) for k in hits if k not in FAMILIES
        }
        if GREETING in others:
            others[GREETING] *= POLITE
        other = max(others, key=lambda k: others[k], default=CHATTER)
        asked = faded(weights(hits, REPORT))
        return Signs(matter, asked, "?" in text, other, others.get(other, 0.0), len(row))

    def _hits(self, row: Sequence[str]) -> dict[str, list[Hit]]:
        return by_kind([hit for family in self._families for hit in family.hits(row)])

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
