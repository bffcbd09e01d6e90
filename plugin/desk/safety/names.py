"""Names of persons: not of officials in their office, not of whoever is greeted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from plugin.desk.safety import behind
from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.offices import Offices
from plugin.desk.safety.reading import Reading, Sentence
from plugin.findings import BLOCK, WARN, Finding, Swap

CAPITAL = r"(?:[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?|[A-Z]{2,}|[A-Z]\.)"
NAME = rf"{CAPITAL}(?:\s+(?:{CAPITAL}|bin|binti|al))*"
NEXT = re.compile(rf"(?:,|\s+dan|\s+serta|,\s+dan)\s+(?P<name>{NAME})")
WORD = re.compile(r"[^\W\d_][\w'’\-]*\.?")

LONGEST_TITLE = 12

Place = tuple[int, int]


class Names:
    """Finds names by titles, by words that call for one, by age or village behind, and by known given names."""

    def __init__(self, words: Lists, given: Collection[str], places: Collection[str]) -> None:
        self._offices = Offices(words)
        self._behind = behind.Behind(words)
        self._given = frozenset(given)
        self._places = frozenset(places)
        self._not_names = frozenset(
            w for row in ("not_names", "roles") for p in words[row] for w in p.split()
        )
        self._titled = re.compile(
            rf"(?<!\w)(?i:{either(words['titles'])})\.?\s+(?P<name>{NAME}|[a-z]{{3,}}(?:\s+[a-z]{{3,}})?)"
        )
        self._title = re.compile(
            rf"(?<!\w)(?:(?i:{either(words['titles'])})|{either(words['degrees'])})\.?\s+$"
        )
        self._called = re.compile(rf"(?<!\w)(?i:{either(words['name_cues'])})\s*:?\s*(?P<name>{NAME})")
        title = rf"(?:(?i:{either(words['titles'])})\.?\s+)?"
        own = r"(?:nya|[ie]pun|ipun|ne|e)"
        some = r"(?:[a-z]{3,}|Ibu|Bapak|Anda|(?:Pak|Bu) [A-Z][a-z]+(?=,))"
        between = rf"{own}?(?:,?\s+{some}){{0,3}},?:?\s+{title}(?P<name>{NAME})"
        right = rf"{own}(?:\s+(?i:yaitu|adalah|itu|namanya))?,?:?\s+{title}(?P<name>{NAME})"
        delicate, person = (rf"(?<!\w)(?i:{either(words[n])})" for n in ("delicate_cues", "person_cues"))
        self._sure = [re.compile(delicate + between), re.compile(person + right)]
        self._perhaps = re.compile(person + between)
        letters = rf"(?<!\w)(?i:{either(words['initials'])})\s*:?\s*(?P<name>(?:[A-Z]\.?){{1,4}})(?!\w)"
        self._initials = [re.compile(letters), re.compile(person + r"\s+(?P<name>(?:[A-Z]\.){1,3})(?!\w)")]
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
                    yield self._found(reading.text, self._titles_start(reading.text, start), end, why, level)

    def _found(self, text: str, start: int, end: int, why: str, level: str) -> Finding:
        swap = Swap(start, end, "orangnya")
        return Finding("personal_data", why, level, start, end, text[start:end], swap)

    def titled(self, text: str, sentence: Sentence) -> bool:
        """Whether a sentence names somebody by a title, if only to greet them, and not in an office."""
        return any(
            (name := self._trimmed(found["name"], titled=True))
            and not self._offices.held(text, sentence, found.start(), found.start("name") + len(name))
            for found in self._titled.finditer(text, sentence.start, sentence.end)
        )

    def _titles_start(self, text: str, start: int) -> int:
        """Where the titles begin that stand before a name: "Pak" goes with it."""
        title = self._title.search(text, max(0, start - LONGEST_TITLE), start)
        return self._titles_start(text, title.start()) if title else start

    def _in(self, text: str, sentence: Sentence) -> Iterator[Place]:
        for start, end in self._single(text, sentence):
            whole = self._behind.through(text, end)
            yield start, whole
            yield from self._further(text, whole, sentence.end)

    def _further(self, text: str, at: int, until: int) -> Iterator[Place]:
        """The names that follow one: "Ilyas dan Hanafi"."""
        while more := NEXT.match(text, at, until):
            name = self._trimmed(more["name"])
            if not name or not self._person(name):
                return
            at = more.start("name") + len(name)
            at = self._behind.through(text, at)
            yield more.start("name"), at

    def _single(self, text: str, sentence: Sentence) -> Iterator[Place]:
        for found in self._titled.finditer(text, sentence.start, sentence.end):
            name = self._trimmed(found["name"], titled=True)
            if name and not self._greeted(text, sentence, found, name):
                yield from self._unless_official(text, sentence, found, name)
        for found in self._called.finditer(text, sentence.start, sentence.end):
            yield from self._unless_official(text, sentence, found, self._trimmed(found["name"]))
        yield from self._cued(text, sentence)
        for letters in self._initials:
            yield from (found.span("name") for found in letters.finditer(text, sentence.start, sentence.end))
        yield from self._alone(text, sentence)

    def _cued(self, text: str, sentence: Sentence) -> Iterator[Place]:
        """Names that a word for a person calls for: "korban", "anaknya", and less surely "warga"."""
        for cue in (*self._sure, self._perhaps):
            for found in cue.finditer(text, sentence.start, sentence.end):
                name = self._trimmed(found["name"])
                sure = cue is not self._perhaps and not self._of_place(name)
                greeted = cue is self._perhaps and self._greeted(text, sentence, found, name)
                if name and not greeted and (sure or self._person(name)):
                    yield from self._unless_official(text, sentence, found, name, cued=True)

    def _of_place(self, name: str) -> bool:
        return any(w.lower() in self._places for w in name.split())

    def _alone(self, text: str, sentence: Sentence) -> Iterator[Place]:
        """Names without a title: with an age or a village behind, two words long, or beside something delicate."""
        risky = self._risk.search(text, sentence.start, sentence.end)
        for found in self._any.finditer(text, sentence.start, sentence.end):
            start, name = self._begun(found, text[sentence.start : found.start()])
            end = start + len(name)
            greeted = self._offices.greeted(text, sentence, found.start(), end)
            if not name or (greeted and not behind.pupil(text, end)):
                continue
            told = behind.told(text, end, sentence.end)
            known = name.partition(" ")[0].lower() in self._given
            sure = (known and (told or risky or " " in name)) or (told and self._person(name))
            if not sure and start > sentence.start and behind.child(text, end, sentence.end):
                start = start + name.rfind(" ") + 1
                sure = start > sentence.start and not self._of_place(text[start:end])
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
        self, text: str, sentence: Sentence, found: re.Match[str], name: str, *, cued: bool = False
    ) -> Iterator[Place]:
        """The name, but for an office's holder. A cue's name must hold it itself: "Pak Kades, pelapornya Karso"."""
        start = found.start("name")
        places = {found.start(), start} if cued else {found.start()}
        if name and not all(self._offices.held(text, sentence, at, start + len(name)) for at in places):
            yield start, start + len(name)

    def _greeted(self, text: str, sentence: Sentence, found: re.Match[str], name: str) -> bool:
        end = found.start("name") + len(name)
        return self._offices.greeted(text, sentence, found.start(), end) and not behind.lives_at(text, end)

    def _trimmed(self, name: str, *, titled: bool = False) -> str:
        """The name without what follows that is no name; "" when nothing is left."""
        if titled and name.islower():
            first, _, second = name.partition(" ")
            return name if second in self._given else first if first in self._given else ""
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
