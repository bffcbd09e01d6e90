"""Rules about words: one row of a table each, searched for sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.safety.patterns import Classes, Phrase
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import Finding, Swap


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, what excuses it in the same sentence, and what it would mean.

    `swap` names the words that could take the whole sentence's place, or is "".
    """

    kind: str
    why: str
    level: str
    parts: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    swap: str = ""

    @property
    def needed(self) -> frozenset[str] | None:
        """Beginnings of words without one of which a sentence holds nothing of it; None: any may."""
        known = [n for part in self.parts if (n := part.needed) is not None]
        return min(known, key=len) if known else None

    def find(self, reading: Reading, sentence: Sentence) -> Iterator[Finding]:
        """Everything in a sentence of a text."""
        if any(not part.first(sentence) for part in self.parts) or any(
            u.first(sentence) for u in self.unless
        ):
            return
        for start, end in self._places(sentence):
            swap = Swap(*reading.trimmed(sentence), self.swap) if self.swap else None
            yield Finding(self.kind, self.why, self.level, start, end, reading.text[start:end], swap)

    def _places(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Every place of a single part; of several parts, the stretch that holds the first of each."""
        if len(self.parts) == 1:
            return [sentence.place(*m.span()) for m in self.parts[0].every(sentence)]
        places = [sentence.place(*m.span()) for p in self.parts if (m := p.first(sentence))]
        return [(min(p[0] for p in places), max(p[1] for p in places))]


class Rules:
    """Rules by the words that they need, so that a sentence meets only those that it could break."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._always: list[int] = []
        self._by_beginning: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            if rule.needed is None:
                self._always.append(number)
            for beginning in rule.needed or ():
                self._by_beginning.setdefault(beginning, []).append(number)

    def find(self, reading: Reading, sentences: Sequence[Sentence]) -> Iterator[Finding]:
        """Everything in these sentences of a text, rule by rule."""
        near = [self._near(sentence) for sentence in sentences]
        for number in sorted(set[int]().union(*near)):
            for sentence, numbers in zip(sentences, near, strict=True):
                if number in numbers:
                    yield from self._rules[number].find(reading, sentence)

    def _near(self, sentence: Sentence) -> set[int]:
        found = (self._by_beginning.get(beginning, ()) for beginning in sentence.beginnings)
        return set(self._always).union(*found)


def read_rule(row: Mapping[str, str], classes: Classes) -> Rule:
    """A rule from its row of the table."""
    return Rule(
        row["kind"],
        row["why"],
        row["level"],
        tuple(classes.phrase(part) for part in row["pattern"].split(" & ")),
        tuple(classes.phrase(part) for part in _several(row["unless"])),
        row["swap"],
    )


def _several(cell: str) -> Iterable[str]:
    return (part.strip() for part in cell.split(";") if part.strip())
