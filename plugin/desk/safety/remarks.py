"""What is said: by the rules, and of a person by the rules for what stands beside one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plugin.desk.safety.clauses import Clauses
from plugin.desk.safety.reading import Reading, Sentence
from plugin.desk.safety.rules import Rules
from plugin.findings import Finding


@dataclass(frozen=True, slots=True)
class Remarks:
    """`rules` hold everywhere; those `beside` only in sentences about a person: an illness, a debt, a divorce."""

    rules: Rules
    beside: Rules
    clauses: Clauses

    def find(self, reading: Reading, of_persons: Sequence[Sentence]) -> list[Finding]:
        """Every remark, to its end."""
        return [self.clauses.whole(finding, reading.text) for finding in self._found(reading, of_persons)]

    def _found(self, reading: Reading, of_persons: Sequence[Sentence]) -> Iterator[Finding]:
        yield from self.rules.find(reading, reading.sentences)
        yield from self.beside.find(reading, of_persons)
