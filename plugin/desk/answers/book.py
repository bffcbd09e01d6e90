"""The answers as they are shipped, word for word, and an example for each thing they are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.desk.answers.kinds import GENERAL, INDONESIAN, LANGUAGES, Slot

ENDING = ".txt.j2"
EXAMPLES = f"examples{ENDING}"


@dataclass(frozen=True)
class Book:
    """`originals` by slot; `examples` by variable, of a length that real ones have."""

    originals: Mapping[Slot, str]
    examples: Mapping[str, str]

    def candidates(self, slot: Slot) -> tuple[Slot, ...]:
        """The slots that may stand in for one, the fittest first: the language matters more than the category."""
        ways = [(slot.language, slot.category), (slot.language, GENERAL)]
        ways += [(INDONESIAN, slot.category), (INDONESIAN, GENERAL)]
        return tuple(dict.fromkeys(Slot(slot.name, category, language) for language, category in ways))


def read_book(files: Mapping[str, str]) -> Book:
    """The book of `templates/answers/`: `id/diterima.pju.txt.j2` is the one for street lights."""
    originals = {
        Slot(*_named(path.removeprefix(f"{language}/")), language): words
        for language in dict.fromkeys(LANGUAGES.values())
        for path, words in files.items()
        if path.startswith(f"{language}/")
    }
    return Book(originals, dict(line.split(": ", 1) for line in files[EXAMPLES].splitlines()))


def _named(path: str) -> tuple[str, str]:
    name, _, category = path.removesuffix(ENDING).partition(".")
    return name, category
