"""Rules about words: one row of a table each, searched for sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plugin.desk.safety.patterns import Classes, compiled
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
    parts: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    swap: str = ""

    def find(self, reading: Reading, sentences: Sequence[Sentence]) -> Iterator[Finding]:
        """Everything in these sentences of a text."""
        for sentence in sentences:
            yield from self._in(sentence, reading)

    def _in(self, sentence: Sentence, reading: Reading) -> Iterator[Finding]:
        row = sentence.row
        if any(not part.search(row) for part in self.parts) or any(u.search(row) for u in self.unless):
            return
        for start, end in self._places(sentence):
            swap = Swap(*reading.trimmed(sentence), self.swap) if self.swap else None
            yield Finding(self.kind, self.why, self.level, start, end, reading.text[start:end], swap)

    def _places(self, sentence: Sentence) -> list[tuple[int, int]]:
        """Every place of a single part; of several parts, the stretch that holds the first of each."""
        if len(self.parts) == 1:
            return [sentence.place(*m.span()) for m in self.parts[0].finditer(sentence.row)]
        places = [sentence.place(*m.span()) for p in self.parts if (m := p.search(sentence.row))]
        return [(min(p[0] for p in places), max(p[1] for p in places))]


def read_rule(row: Mapping[str, str], classes: Classes) -> Rule:
    """A rule from its row of the table."""
    return Rule(
        row["kind"],
        row["why"],
        row["level"],
        tuple(compiled(part, classes) for part in row["pattern"].split(" & ")),
        tuple(compiled(part, classes) for part in _several(row["unless"])),
        row["swap"],
    )


def _several(cell: str) -> Iterable[str]:
    return (part.strip() for part in cell.split(";") if part.strip())
