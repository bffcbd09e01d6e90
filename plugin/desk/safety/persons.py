"""What leads to a person: numbers, addresses of mail, names, homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.desk.safety.homes import Homes
from plugin.desk.safety.identifiers import Identifiers
from plugin.desk.safety.names import Names
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import Finding


@dataclass(frozen=True, slots=True)
class Persons:
    """Looks for persons in a text."""

    identifiers: Identifiers
    names: Names
    homes: Homes

    def find(self, reading: Reading) -> list[Finding]:
        """Everything that leads to one."""
        found = [
            *self.identifiers.find(reading),
            *self.names.find(reading),
        ]
        return [*found, *self.homes.find(reading, found)]

    def sentences(self, reading: Reading, found: Sequence[Finding]) -> list[Sentence]:
        """The sentences that are about a person, or greet one by name."""
        return [
            s
            for s in reading.sentences
            if any(s.start <= f.start < s.end for f in found) or self.names.titled(reading.text, s)
        ]
