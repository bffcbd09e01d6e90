"""What was meant for a colleague, or answers nobody: "ok", "siap ndan, gas". Anyone may send it, seen once more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Reading
from plugin.findings import NOTE, Finding


class Offhand:
    """Notes such a reply. `words` are lists of the table: says_nothing, calls, among_officials."""

    def __init__(self, words: Lists) -> None:
        self._nothing = frozenset(words["says_nothing"])
        self._empty = self._nothing | set(words["calls"])
        self._spoken = re.compile(rf"(?<![\w@#]){either(words['among_officials'])}(?!\w)")

    def find(self, reading: Reading) -> Iterator[Finding]:
        """The whole reply if its words answer nothing, else each word that officials use among themselves."""
        if all(word in self._empty for word in _written(reading)) and not self._nothing.isdisjoint(
            _written(reading)
        ):
            start, end = reading.trimmed(reading.sentences[0])[0], reading.trimmed(reading.sentences[-1])[1]
            yield Finding("tone", "tanpa_isi", NOTE, start, end, reading.text[start:end])
            return
        for found in self._spoken.finditer(reading.plain):
            start, end = found.span()
            yield Finding("tone", "antarpetugas", NOTE, start, end, reading.text[start:end])


def _written(reading: Reading) -> Iterator[str]:
    """The words as they stand there, signs apart."""
    every = (word for sentence in reading.sentences for word in sentence.words)
    return (written for word in every if (written := reading.plain[word.start : word.end].strip("!?")))
