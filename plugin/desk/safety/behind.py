"""What stands behind a name and makes it somebody: an age, a class, a trade, where they live."""

from __future__ import annotations

import re

from plugin.desk.safety.lists import Lists, either

KIND = r"(?:SDN?|SMPN?|SMAN?|SMKN?|MI[MN]?|MT[sS]N?|MAN?|TK|SLB)"
SCHOOL = rf"{KIND}(?:\s+(?:[A-Z][\w\-'’]*|\d+))*"
PUPIL = r"(?:siswa |siswi |murid |santri )?"
CLASS = re.compile(
    rf"(?:,?\s*{PUPIL}(?i:kelas|kls)\.?\s+[\w/\-]+(?:\s+(?!{KIND}\b)(?:[A-Z]{{2,4}}|\d+|[A-C])\b)*"
    rf"|,?\s+{PUPIL}(?:VI{{0,3}}|I?V|IX|XI{{0,2}}|I{{1,3}})\s*[\-/.]?\s*(?:[A-Z]{{2,4}}\s*\d?|[A-I]|\d)\b)"
    rf"(?:,?\s+(?:(?:di|dari)\s+)?{SCHOOL})?"
)
AGE = re.compile(
    r"\s*\(\s*\d{1,2}\s*(?:th|thn|tahun)?\.?\s*\)|,?\s+(?:umur|usia|berusia|berumur)\s+\d+(?:\s+tahun)?"
    r"|,?\s+\d{1,2} (?:tahun|th|thn|bulan|bln)\b(?!\s*\d)"
)
LIVES = re.compile(
    r",?\s+(?:warga|asal|penduduk)\s+(?:desa|dusun|dukuh|rt|kel|kec|kampung|perum|[A-Z])|,?\s+RT\W{0,2}\d",
    re.IGNORECASE,
)
LIVES_AT = re.compile(
    r"\s+(?:di|dari|warga|asal)\s+(?:RT\W{0,2}\d|RW\W{0,2}\d|Gg\b|Gang\b|Perum|Dusun|Dukuh)", re.IGNORECASE
)


class Behind:
    """Looks behind names. `words` are lists of the table: trades, sides, clause_ends, remark_ends."""

    def __init__(self, words: Lists) -> None:
        ends = either([*words["clause_ends"], *words["remark_ends"]])
        more = rf"(?:\s+(?:(?:Pak|Bu)\s+[A-Z]\w*|(?!(?i:{ends})\b)[\w\-/]+))"
        trade = rf"(?:,?\s+(?:seorang|yang|si)|,)?\s+(?:{either(words['trades'])})\b{more}{{0,4}}"
        side = rf"\s+(?:(?:di|pas)\s+)?{either(words['sides'])}(?:nya|e)?\b{more}{{1,3}}"
        self._known_by = (AGE, CLASS, re.compile(trade), re.compile(side))

    def through(self, text: str, at: int) -> int:
        """The end of the age, class, trade or neighbourhood behind a name, by which one is known as surely."""
        for shape in self._known_by:
            if more := shape.match(text, at):
                at = more.end()
        return at


def told(text: str, at: int, end: int) -> bool:
    """Whether something of a person follows."""
    return any(shape.match(text, at, end) for shape in (AGE, CLASS, LIVES))


def child(text: str, at: int, end: int) -> bool:
    """Whether an age or a class follows so closely that the word before can only be a name."""
    age = AGE.match(text, at, end)
    return bool((age and text[at : at + 2].strip() in (",", "(", ", (")) or CLASS.match(text, at, end))


def lives_at(text: str, at: int) -> bool:
    """Whether an exact place follows, where that person lives."""
    return bool(LIVES_AT.match(text, at))


def pupil(text: str, at: int) -> bool:
    """Whether a numbered class follows: nobody is greeted by it."""
    found = CLASS.match(text, at)
    return found is not None and any(map(str.isdigit, found[0]))
