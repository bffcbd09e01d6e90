"""Where somebody lives. The place that a complaint is about is no home, and an office's address is everyone's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import WARN, Finding, Swap

NEAR = 40  # signs between a home and the words that say whose it is
MORE_OF_NAME = re.compile(r"(?:[\s,/]+(?:[A-Z][\w.]*|\d+|RT|RW|No\.?))*")


class Homes:
    """Finds homes. `words` are lists of the table: homes, no_homes, owners, offices, asked, streets, areas, sides."""

    def __init__(self, words: Lists) -> None:
        self._home = re.compile(
            rf"\b(?!{either(words['no_homes'])}\b)(?P<home>{either(words['homes'])})(?P<of>nya|mu|ku|e|ipun)?\b"
        )
        self._owner = re.compile(rf"\b{either(words['owners'])}\b")
        self._office = re.compile(rf"\b{either(words['offices'])}\b")
        self._asked = re.compile(rf"\b{either(words['asked'])}\b[^.]{{0,40}}$")
        street, area, side = (either(words[name]) for name in ("streets", "areas", "sides"))
        sharp = (
            rf"(?:rt\W{{0,2}}\d+(?:\W{{0,4}}(?:rw\W{{0,2}})?\d+)?|rw\W{{0,2}}\d+|{street}\b\.? ?\w[\w.]*"
            rf"|no(?:mor)?\.? ?\d+\w?|blok \w+(?:[/.]\d+)?|{side}(?:nya|e)? (?:persis )?\w+)"
        )
        place = rf"(?:{sharp}|{area}\b\.? ?\w+)"
        self._place = re.compile(
            rf"\b{place}(?:[\s,/]+(?:di |pas |\w+ (?=blok|no\b|nomor|rt|rw)|{place}|[ivx]+\b|\d+\b))*"
        )
        self._sharp = re.compile(rf"\b(?:{sharp}|{either(words['quarters'])}\b)")

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every home that is pointed at."""
        for sentence in reading.sentences:
            for home in self._home.finditer(reading.plain, sentence.start, sentence.end):
                place = self._pointed_at(reading.plain, sentence, home)
                if place is not None:
                    start, end = place.start(), _through_name(reading.text, place.end(), sentence.end)
                    swap = Swap(start, end, "pribadi")
                    yield Finding("personal_data", "alamat", WARN, start, end, reading.text[start:end], swap)

    def _pointed_at(self, plain: str, sentence: Sentence, home: re.Match[str]) -> re.Match[str] | None:
        """The place that is told of a home, if it is somebody's home and the place is exact."""
        nearby = plain[max(sentence.start, home.start() - NEAR) : min(sentence.end, home.end() + NEAR)]
        if self._asked.search(plain[sentence.start : home.start()]):
            return None
        if home["home"].startswith("alamat") and self._office.search(nearby):
            return None
        place = self._place.search(plain, home.end(), min(sentence.end, home.end() + 60))
        if not place or not self._sharp.search(place[0]):
            return None
        owned = home["of"] or not home["home"].startswith("rumah") or self._owner.search(nearby)
        return place if owned else None


def _through_name(text: str, at: int, end: int) -> int:
    """The end of the place's name: the capitalised words and numbers that follow belong to it."""
    more = MORE_OF_NAME.match(text, at, end)
    return more.end() if more else at
