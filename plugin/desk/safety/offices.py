"""Who is named in their office, and who is only greeted: such names may stand in public."""

from __future__ import annotations

import re

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Sentence

ADDRESSED = re.compile(
    r"\s*[,!]|\s+dan\s+[^,.!?]{3,30},|\s+(?i:mohon|terima|matur|silakan|monggo|laporan|nyuwun|kami)\b"
)
SPOKEN_TO = re.compile(r"(?:^|[\s,])(?i:ya|yo|iya|nggih|njih|inggih|betul|lho|kok|nih|deh)\s*,?\s*$")
"""Right before a name at a sentence's end: "usulannya lewat desa ya Mas Yudi."."""
AT_THE_END = re.compile(r"\s*(?:[,.!?;…]|[^\w\s]|$)")
GREETING = re.compile(r"[a-z]+")
MOST_GREETING = 8


class Offices:
    """Looks at the words around a name. `words` are lists of the table."""

    def __init__(self, words: Lists) -> None:
        self._greetings = frozenset(words["greetings"])
        role, title = either(words["roles"]), either(words["titles"])
        self._before = re.compile(
            rf"(?<!\w)(?i:{role})\.?(?i:nya|ipun)?"
            rf"(?:\s+(?:[A-Z][\w.\-]*|[IVX]+|\d+|&|(?i:{either(words['office_words'])})\b)){{0,8}}"
            rf"[,:(]?\s*(?i:yaitu|yakni|adalah|bernama|ialah)?\s*(?:(?i:{title})\.?\s*)?(?:(?:[Dd]r|[Dd]rs|[Dd]rg|Ir|H|Hj)\.\s*)*$"
        )
        self._after = re.compile(
            r"(?:,?\s*(?:[A-Z][A-Za-z]{0,3}\.\s?)+[A-Za-z]*)?[\s,(\-]*(?i:selaku|sebagai|dari|sang|ialah|adalah)?\s*"
            rf"(?i:{role}|{either(words['office_units'])})\b"
        )
        somebody = either([*words["delicate_cues"], *words["person_cues"]])
        self._of_somebody = re.compile(rf"(?<!\w)(?:yang|sing|{somebody})", re.IGNORECASE)
        self._building = re.compile(
            rf"(?:^|[\s(])(?i:{either(words['buildings'])})\.?(?:\s+(?i:dr|drs|ir|h|kh|r|a)\.?)*\s*$"
        )

    def greeted(self, text: str, sentence: Sentence, at: int, end: int) -> bool:
        """Whether somebody is only addressed: a greeting stands before, or nothing before and a comma behind."""
        if self._spoken_to(text, sentence, at, end):
            return True
        before = GREETING.findall(text[sentence.start : at].lower())
        if before:
            return len(before) <= MOST_GREETING and all(word in self._greetings for word in before)
        return bool(ADDRESSED.match(text, end))

    def _spoken_to(self, text: str, sentence: Sentence, at: int, end: int) -> bool:
        """Whether the sentence ends with somebody's name who is spoken to: "Pelapornya ya Bu Sari" tells of her."""
        told = self._of_somebody.search(text, sentence.start, at)
        return bool(not told and SPOKEN_TO.search(text, sentence.start, at) and AT_THE_END.match(text, end))

    def held(self, text: str, sentence: Sentence, at: int, end: int) -> bool:
        """Whether the words around name an office that this person holds, or the name is a building's."""
        before = text[sentence.start : at]
        return bool(
            self._before.search(before)
            or self._after.match(text, end, sentence.end)
            or self._building.search(before)
        )

    def building(self, before: str) -> bool:
        """Whether the words end in what streets and buildings begin with."""
        return bool(self._building.search(before))
