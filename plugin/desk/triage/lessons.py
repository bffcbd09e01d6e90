"""What people taught: phrases added or taken back, and phrases that led astray too often count for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from plugin.desk.triage.authority import ROAD
from plugin.desk.triage.lexicon import Entry
from plugin.desk.triage.spelling import raw_words

NAMED = {ROAD[0]: "DPUPR"}
"""What the lexicon calls by a name of its own, and the agency that people mean."""
ENOUGH = 3
"""So often must a phrase lead astray before it counts for less."""
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Score:
    """How often a phrase led to the agency that people then chose, and how often to another."""

    phrase: str
    agency: str
    right: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """`taught` count beside the lists' own phrases, `off` are (agency, phrase) that count no longer."""

    taught: tuple[Entry, ...] = ()
    off: tuple[tuple[str, str], ...] = ()
    scores: tuple[Score, ...] = ()


def learned(entries: Iterable[Entry], lessons: Lessons) -> Iterator[Entry]:
    """The lists' entries after the lessons, those that were taught last."""
    off = {(agency, said(phrase)) for agency, phrase in lessons.off}
    scores = {(s.agency, said(s.phrase)): s for s in lessons.scores}
    if off or scores:
        for entry in entries:
            key = (NAMED.get(entry.about[0], entry.about[0]), said(entry.phrase))
            if key not in off:
                yield replace(entry, weight=entry.weight * trust(scores.get(key)))
    else:
        yield from entries
    yield from lessons.taught


def trust(score: Score | None) -> float:
    """How much of its weight a phrase keeps."""
    if score is None or score.wrong < ENOUGH or score.wrong <= score.right:
        return 1.0
    return max(LEAST, (score.right + 1) / (score.right + score.wrong + 1))


def said(phrase: str) -> str:
    """A phrase as it is compared."""
    return " + ".join(" ".join(raw_words(part)) for part in phrase.split("+"))
