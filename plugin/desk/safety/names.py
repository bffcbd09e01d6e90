"""Names of persons: not of officials in their office, not of whoever is greeted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.offices import Offices
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import BLOCK, WARN, Finding, Swap

CAPITAL = r"(?:[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?|[A-Z]{2,}|[A-Z]\.)"
NAME = rf"{CAPITAL}(?:\s+(?:{CAPITAL}|bin|binti|al))*"
CLASS = re.compile(r",?\s*(?:siswa |siswi |murid )?(?:kelas|kls)\s+\w+", re.IGNORECASE)
NEXT = re.compile(rf"(?:,|\s+dan|\s+serta|,\s+dan)\s+(?P<name>{NAME})")
AGE = re.compile(
    r"\s*\(\s*\d{1,2}\s*(?:th|thn|tahun)?\.?\s*\)|,?\s+(?:umur|usia|berusia|berumur)\s+\d|,?\s+\d{1,2} tahun\b"
)
LIVES = re.compile(
    r",?\s+(?:warga|asal|penduduk)\s+(?:desa|dusun|dukuh|rt|kel|kec|kampung|perum|[A-Z])|,?\s+RT\W{0,2}\d",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_][\w'’\-]*\.?")

LONGEST_TITLE = 12

Place = tuple[int, int]


class Names:
    """Finds names by titles, by words that call for one, by age or village behind, and by known given names."""

    def __init__(self, words: Lists, given: Collection[str], places: Collection[str]) -> None:
        self._offices = Offices(words)
        self._given = frozenset(given)
        self._places = frozenset(places)
        self._not_names = frozenset(
            w for row in ("not_names", "roles") for p in words[row] for w in p.split()
        )
        self._titled = re.compile(rf"(?<!\w)(?i:{either(words['titles'])})\.?\s+(?P<name>{NAME}|[a-z]{{3,}})")
        self._title = re.compile(rf"(?<!\w)(?i:{either(words['titles'])})\.?\s+$")
        self._called = re.compile(rf"(?<!\w)(?i:{either(words['name_cues'])})\s*:?\s*(?P<name>{NAME})")
        between = r"(?:nya|ipun|e|ne)?(?:,?\s+(?:[a-z]{3,}|Ibu|Bapak|Anda)){0,3},?:?\s+"
        self._sure = re.compile(rf"(?<!\w)(?i:{either(words['delicate_cues'])}){between}(?P<name>{NAME})")
        self._perhaps = re.compile(rf"(?<!\w)(?i:{either(words['person_cues'])}){between}(?P<name>{NAME})")
        self._any = re.compile(rf"(?<![\w.@#])(?P<name>{NAME})")
        self._sounds = re.compile(rf"\w{{2,}}{either(words['name_ends'])}$")
        self._risk = re.compile(rf"\b{either(words['risks'])}", re.IGNORECASE)
        self._young = re.compile(rf"\b{either(words['young'])}", re.IGNORECASE)

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every name, each stretch once."""
        taken: list[Place] = []
        for sentence in reading.sentences:
            grave = self._young.search(reading.text, sentence.start, sentence.end)
            why, level = ("nama_anak_korban", BLOCK) if grave else ("nama", WARN)
            for start, end in self._in(reading.text, sentence):
                if all(end <= a or start >= b for a, b in taken):
                    taken.append((start, end))
                    swap = Swap(self._titles_start(reading.text, start), end, "orangnya")
                    yield Finding("personal_data", why, level, start, end, reading.text[start:end], swap)

    def _titles_start(self, text: str, start: int) -> int:
        """Where the title begins that stands before a name: "Pak" goes with it."""
        title = self._title.search(text, max(0, start - LONGEST_TITLE), start)
        return title.start() if title else start

    def _in(self, text: str, sentence: Sentence) -> Iterator[Place]:
        for start, end in self._single(text, sentence):
            yield _with_class(text, start, end)
            yield from self._further(text, end, sentence.end)

    def _further(self, text: str, at: int, until: int) -> Iterator[Place]:
        """The names that follow one: "Ilyas dan Hanafi"."""
        while more := NEXT.match(text, at, until):
            name = self._trimmed(more["name"])
            if not name or not self._person(name):
                return
            at = more.start("name") + len(name)
            yield _with_class(text, more.start("name"), at)

    def _single(self, text: str, sentence: Sentence) -> Iterator[Place]:
        for found in self._titled.finditer(text, sentence.start, sentence.end):
            name = self._trimmed(found["name"], titled=True)
            if name and not self._greeted(text, sentence, found, name):
                yield from self._unless_official(text, sentence, found, name)
        for found in self._called.finditer(text, sentence.start, sentence.end):
            yield from self._unless_official(text, sentence, found, self._trimmed(found["name"]))
        for found in self._sure.finditer(text, sentence.start, sentence.end):
            name = self._trimmed(found["name"])
            if not any(w.lower() in self._places for w in name.split()) or self._person(name):
                yield from self._unless_official(text, sentence, found, name)
        for found in self._perhaps.finditer(text, sentence.start, sentence.end):
            name = self._trimmed(found["name"])
            if name and self._person(name):
                yield from self._unless_official(text, sentence, found, name)
        yield from self._alone(text, sentence)

    def _alone(self, text: str, sentence: Sentence) -> Iterator[Place]:
        """Names without a title: with an age or a village behind, two words long, or beside something delicate."""
        risky = self._risk.search(text, sentence.start, sentence.end)
        for found in self._any.finditer(text, sentence.start, sentence.end):
            start, name = self._begun(found, text[sentence.start : found.start()])
            end = start + len(name)
            if not name or self._offices.greeted(text, sentence, found.start(), end):
                continue
            told = AGE.match(text, end, sentence.end) or LIVES.match(text, end, sentence.end)
            known = name.partition(" ")[0].lower() in self._given
            sure = (known and (told or risky or " " in name)) or (told and self._person(name))
            if sure and not self._offices.held(text, sentence, start, end):
                yield start, end

    def _begun(self, found: re.Match[str], before: str) -> tuple[int, str]:
        """Where the name begins: a run of capitals may begin with another word ("Data Sutrisno")."""
        run = found["name"]
        if self._offices.building(before):
            return found.start(), ""
        for place, word in enumerate(WORD.finditer(run)):
            if word[0].lower().rstrip(".") in self._given:
                if place > 1 or (place == 1 and self._offices.building(run[: word.start()])):
                    return found.start(), ""
                return found.start() + word.start(), self._trimmed(run[word.start() :])
        return found.start(), self._trimmed(run)

    def _unless_official(
        self, text: str, sentence: Sentence, found: re.Match[str], name: str
    ) -> Iterator[Place]:
        start = found.start("name")
        if name and not self._offices.held(text, sentence, found.start(), start + len(name)):
            yield start, start + len(name)

    def _greeted(self, text: str, sentence: Sentence, found: re.Match[str], name: str) -> bool:
        return self._offices.greeted(text, sentence, found.start(), found.start("name") + len(name))

    def _trimmed(self, name: str, *, titled: bool = False) -> str:
        """The name without what follows that is no name; "" when nothing is left."""
        if titled and name.islower():
            return name if name in self._given else ""
        kept = ""
        for word in WORD.finditer(name):
            bare = word[0].lower().rstrip(".")
            shouted = word[0].isupper() and len(bare) > 1 and bare not in self._given
            if bare in self._not_names or shouted or (kept and bare in self._places):
                break
            kept = name[: word.end()]
        first = kept.partition(" ")[0].lower().rstrip(".") if kept else ""
        alone = first == kept.lower().rstrip(".")
        place = first in self._places and first not in self._given
        return "" if place or (alone and len(first) < 3) else kept.removesuffix(" bin").removesuffix(" binti")

    def _person(self, name: str) -> bool:
        """Whether it is known as a given name, or sounds like one."""
        first = name.partition(" ")[0].lower().rstrip(".")
        return first in self._given or (first not in self._places and bool(self._sounds.match(first)))


def _with_class(text: str, start: int, end: int) -> Place:
    """The name with the class that follows it, by which a child is known as surely."""
    more = CLASS.match(text, end)
    return start, more.end() if more else end
