"""Where somebody lives. The place that a complaint is about is no home, and an office's address is everyone's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import WARN, Finding, Swap

NEAR = 40  # signs between a home and the words that say whose it is
CLOSE = 25
MORE_OF_NAME = re.compile(r"(?:[\s,/]+(?:[A-Z][\w.'\-]*|\d+|RT|RW|No\.?))*")
MORE_HOUSES = re.compile(r" ?(?:-|s/?d|sampai|hingga) ?(?:no(?:mor)?\.? ?)?\d")

Place = tuple[int, int]


class Homes:
    """Finds homes. `words` are lists of the table: homes, no_homes, owners, told_of, streets and more."""

    def __init__(self, words: Lists) -> None:
        self._home = re.compile(
            rf"\b(?!{either(words['no_homes'])}\b)(?P<home>{either(words['homes'])})(?P<of>nya|mu|ku|n?ipun|n?e)?\b"
        )
        self._owner = re.compile(rf"\b{either(words['owners'])}\b")
        self._office = re.compile(rf"\b{either(words['offices'])}\b")
        self._asked = re.compile(rf"\b{either(words['asked'])}\b[^.]{{0,40}}$")
        street, area, side = (either(words[name]) for name in ("streets", "areas", "sides"))
        sharp = (
            rf"(?:rt\W{{0,2}}\d+(?:\W{{0,4}}(?:rw\W{{0,2}})?\d+)?|rw\W{{0,2}}\d+|{street}\b\.? ?\w[\w.]*"
            rf"|no(?:mor)?\.? ?\d+\w?|blok \w+(?:[/.]\d+)?|{side}(?:nya|e)? (?:persis )?\w+"
            r"|\d{1,2}\.\d{4,}[, ]+1\d\d\.\d{4,})"
        )
        place = rf"(?:{sharp}|{area}\b\.? ?\w+)"
        self._place = re.compile(
            rf"\b{place}(?:[\s,/]+(?:di |pas |\w+(?= (?:no|nomor|rt|rw)\b| (?:\w+ )?blok\b)|{place}|[ivx]+\b|\d+\b))*"
        )
        self._exact = re.compile(
            rf"\b(?:rt\W{{0,2}}\d|rw\W{{0,2}}\d|no(?:mor)?\.? ?\d|blok \w|{either(words['alleys'])}\b)"
        )
        told, group = either(words["told_of"]), either(words["told_of_groups"])
        links = "adalah|itu|tersebut|memang|warga|asal|dari|tinggal|di|beralamat"
        self._somebody = re.compile(rf"\b{told}(?:nya|ne|ipun)?(?: (?:{links})){{0,3}}\s$")
        self._one_of = re.compile(rf"\b{group}(?:nya|ne|ipun)?(?: (?:{links})){{0,2}}\s$")
        self._house = re.compile(rf"\b(?:{street}\b.* no(?:mor)?\.? ?\d|{street}\.? \w+(?: \w+)? \d+\b)")
        self._estate = re.compile(
            rf"\b(?:{either(words['estates'])}\b.*\bblok \w+(?:[/.]\d+|[\s,]+(?:no(?:mor)?\.? ?)?\d)"
            rf"|{either(words['alleys'])}\b.* no(?:mor)?\.? ?\d|rt\W{{0,2}}\d.* no(?:mor)?\.? ?\d)"
        )
        self._public = re.compile(rf"\b{either([*words['offices'], *words['public_sights']])}\b")
        self._sharp = re.compile(rf"\b(?:{sharp}|{either(words['quarters'])}\b)")

    def find(self, reading: Reading, persons: Sequence[Finding] = ()) -> Iterator[Finding]:
        """Every home that is pointed at. Beside one of `persons` an exact place is where that person lives."""
        for sentence in reading.sentences:
            beside = [p for p in persons if sentence.start <= p.start < sentence.end]
            told, estates = self._told(reading, sentence), self._estates(reading, sentence)
            places = _joined([*told, *self._beside(reading, sentence, beside), *estates])
            for begin, end in places:
                start = max([begin, *(p.end + 1 for p in beside if begin < p.end < end)])
                if all(end <= p.start or start >= p.end for p in beside):
                    swap = Swap(start, end, "pribadi")
                    yield Finding("personal_data", "alamat", WARN, start, end, reading.text[start:end], swap)

    def _told(self, reading: Reading, sentence: Sentence) -> Iterator[Place]:
        """Places that the words say to be homes, with those words when they stand close by."""
        for home in self._home.finditer(reading.plain, sentence.start, sentence.end):
            place = self._pointed_at(reading.plain, sentence, home)
            if place is not None:
                close = place.start() - home.end() <= CLOSE
                start = home.start() if close else place.start()
                yield start, _through_name(reading.text, place.end(), sentence.end)

    def _beside(self, reading: Reading, sentence: Sentence, persons: Sequence[Finding]) -> Iterator[Place]:
        """Exact places right behind a person, or right before one; and behind words for one ("pelapor", "korban")."""
        for place in self._place.finditer(reading.plain, sentence.start, sentence.end):
            start, before = place.start(), reading.plain[sentence.start : place.start()]
            house = self._house.search(place[0])
            if not (house or self._exact.search(place[0])) or self._asked.search(before):
                continue
            near = any(0 <= start - p.end <= NEAR or 0 <= p.start - place.end() <= CLOSE for p in persons)
            if near or self._somebody.search(before) or (house and self._one_of.search(before)):
                yield start, _through_name(reading.text, place.end(), sentence.end)

    def _estates(self, reading: Reading, sentence: Sentence) -> Iterator[Place]:
        """Houses by block and number: people live there, unless something public is said to stand there."""
        if self._public.search(reading.plain, sentence.start, sentence.end):
            return
        for place in self._place.finditer(reading.plain, sentence.start, sentence.end):
            asked = self._asked.search(reading.plain[sentence.start : place.start()])
            several = MORE_HOUSES.match(reading.plain, place.end())
            if self._estate.search(place[0]) and not asked and not several:
                yield place.start(), _through_name(reading.text, place.end(), sentence.end)

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


def _joined(places: Iterable[Place]) -> list[Place]:
    """The places without those inside others."""
    kept: list[Place] = []
    for start, end in sorted(places, key=lambda p: (p[0], -p[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
