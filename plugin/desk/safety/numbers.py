"""Numbers that lead to a person: NIK, KK, NIP, telephones, accounts, plates; however they are broken up or spelled.

Office numbers, dates, times, sums, laws and ticket numbers lead to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plugin.desk.safety.contacts import Contacts
from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Reading
from plugin.findings import BLOCK, WARN, Finding, Swap

KIND = "personal_data"
SHORTEST = 9  # digits of a number that needs no word beside it to be somebody's
FEWEST_SPELLED, FEWEST_OF_CODE = 7, 5
LOOKS_LIKE_DIGITS = re.compile(r"(?<![a-z0-9])(?=[oil|]*[0-9])[0-9oil|]{2,}(?![a-z0-9])")
# Most texts hold nothing. These three tell so at a glance: each finds whatever the expressions behind it may find.
LOOKS_MIXED = re.compile(r"[0-9][oil|]|[oil|][0-9]")
DIGITS_TOGETHER = re.compile(r"\d(?:(?:[\s.\-/()_,*|+~'·:\u200b]{0,22}|[a-z\-]*)\d){4}")
END_OF_PLATE = re.compile(r"\d{3,4}[\s\-.]?[A-Za-z]{1,3}(?![A-Za-z0-9])")
LETTERS, DIGIT = re.compile(r"[a-z]+"), re.compile(r"[0-9]")
# A colon only right between figures: behind "Loket 2:" a number of its own begins.
BETWEEN = r"(?:[ \t.\-/()_,*|+~'·\u200b]{0,6}|:)"
CLUSTER = re.compile(rf"\+?\(?\d(?:{BETWEEN}\d)*")
OVER_LINES = re.compile(r"\d(?:[\s.\-/()_,*|+~'·\u200b]{0,6}\d)*")
GROUP = re.compile(r"\+?\d(?:[.\-]?\d)*")
TIME = r"\d{1,2}[.:]\d{2}"
CODE = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{0,3}\d[\d\-. ]{3,22}\d|(?=[a-z\-.]*\d)[a-z0-9][a-z0-9\-]{5,24}[a-z0-9])(?![a-z0-9])"
)
SUM = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{4} ?- ?\d{4}")
TOLL_FREE = ("0800", "0804")
MOBILE = re.compile(r"(?:62|0)?8[1-9]\d{7,10}")
LANDLINE = re.compile(r"(?:62|0)[2-7]\d{7,10}")
LONGEST = 18
# What is sure of its shape alone: a NIK or KK with the day in it, a NIP with its two, a mobile as it is dialled.
SURE = re.compile(
    r"[1-9]\d{5}[0-7]\d(?:0[1-9]|1[0-2])\d{6}"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?:19|20)\d\d(?:0[1-9]|1[0-2])[12]\d{3}"
    r"|(?:62|0)8[1-9]\d{7,10}"
)
NOTHING = "\x00"
"""Stands where something of nobody's stood: unlike a blank or a line's end it parts what is beside it."""


@dataclass(frozen=True, slots=True)
class Number:
    """A stretch of the text whose digits belong together."""

    start: int
    end: int
    digits: str


class Numbers:
    """Finds numbers. `words` are lists of the table: papers, owned, telephones, vehicles, regions, units, figures."""

    def __init__(self, words: Lists, contacts: Contacts) -> None:
        self._contacts = contacts
        self._figures = dict(pair.split("=") for pair in words["figures"])
        figure = either(self._figures)
        # Bounded, so that a page of figures costs no more than its length.
        self._spelled = re.compile(
            rf"\b(?:\d{{1,18}}[\s,.\-]{{1,6}}){{0,18}}{figure}(?:[\s,.\-]+(?:{figure}|\d+))" + r"{2,}\b"
        )
        self._paper = re.compile(rf"\b{either(words['papers'])}\b[^.!?\n]{{0,30}}$")
        self._treasury = re.compile(rf"\b{either(words['treasury'])}\b")
        self._owned = re.compile(rf"\b{either(words['owned'])}(?:nya|mu)?\b[^.!?\n\d]{{0,25}}$")
        self._nobodys = re.compile(
            r"(?=[\dhr\-])(?:"  # what they begin with: quick to see where none does
            rf"(?<![\d.\-]){TIME}(?: ?(?:-|s/?d|sampai|hingga) ?{TIME})?(?![.\-]?\d)"
            r"|(?<!\d)\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d\d(?!\d)"
            r"|(?<!\d)(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d(?!\d)|\brp\.? ?\d[\d.,]*|https?://(?!(?:\w+\.)?(?:wa\.me|wa\.link|whatsapp)\b)\S+"
            r"|(?<![\d.])[1-79]\d{0,2}(?:\.\d{3}){2,4}(?![.\d])"
            r"|(?<![\d.])-?(?:1[0-4]\d|[1-9]\d?|0)\.\d{4,8}(?![.\d])"
            rf"|\d{{1,3}}(?:\.\d{{3}})+(?!\.?\d)(?= {either(words['units'])}\b))"
        )
        self._duty = re.compile(rf"\b{either(words['duty_vehicles'])}\b[^.,]*$")
        self._vehicle = re.compile(rf"\b{either(words['vehicles'])}\b")
        self._plate = re.compile(
            rf"(?<![A-Za-z0-9]){either(words['regions'])}[\s\-.]?\d{{1,4}}[\s\-.]?(?P<end>[A-Z]{{1,3}})(?![A-Za-z0-9])",
            re.IGNORECASE,
        )
        self._no_plate = frozenset(words["no_plates"])

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every number of a person."""
        plain = _with_digits(reading.plain)
        if DIGITS_TOGETHER.search(plain) or self._may_be_spelled(plain):
            yield from self._written(plain, reading.text)
        if END_OF_PLATE.search(reading.text):
            yield from self._plates(reading)

    def spelled(self, plain: str) -> int:
        """How many figures are spelled out in it."""
        return sum(word in self._figures for word in LETTERS.findall(plain))

    def _may_be_spelled(self, plain: str) -> bool:
        said = self.spelled(plain)
        return said > 0 and said + len(DIGIT.findall(plain)) >= FEWEST_SPELLED

    def _written(self, plain: str, text: str) -> Iterator[Finding]:
        hidden = self._nobodys.sub(lambda m: NOTHING * len(m[0]), plain)
        taken: list[tuple[int, int]] = []
        for number in self._clusters(plain, hidden):
            why = self._what(number, plain)
            if why:
                taken.append((number.start, number.end))
                yield _found(why, number.start, number.end, text)
        for start, end in self._codes(plain, hidden):
            if all(end <= a or start >= b for a, b in taken):
                yield _found("nomor_milik", start, end, text)

    def _clusters(self, plain: str, hidden: str) -> Iterator[Number]:
        for found in CLUSTER.finditer(hidden):
            digits = re.sub(r"\D", "", found[0])
            if len(digits) >= SHORTEST:
                yield from _side_by_side(Number(found.start(), found.end(), digits), plain)
        for found in OVER_LINES.finditer(hidden) if "\n" in hidden else ():
            if "\n" in found[0]:
                yield from self._over_lines(hidden, *found.span())
        for found in self._spelled.finditer(plain) if self.spelled(plain) else ():
            said = re.findall(r"[a-z]+|\d", found[0])
            digits = "".join(self._figures.get(word, word) for word in said)
            if len(digits) >= FEWEST_SPELLED:
                yield Number(*found.span(), digits)

    def _over_lines(self, hidden: str, begin: int, end: int) -> Iterator[Number]:
        """Numbers that a line's end breaks up. Lines below each other may be many things, so only sure ones count."""
        lines = [
            Number(*found.span(), re.sub(r"\D", "", found[0]))
            for found in CLUSTER.finditer(hidden, begin, end)
        ]
        for n, first in enumerate(lines):
            digits = ""
            for line in lines[n:]:
                digits += line.digits
                if len(digits) > LONGEST or self._is_whole(line.digits):
                    break
                if line is not first and SURE.fullmatch(digits):
                    yield Number(first.start, line.end, digits)

    def _is_whole(self, digits: str) -> bool:
        """Whether these are a telephone number of their own already."""
        return bool(MOBILE.fullmatch(digits) or LANDLINE.fullmatch(digits)) or self._contacts.is_office(
            digits
        )

    def _what(self, number: Number, plain: str) -> str:
        """Why a number is somebody's, or ""."""
        digits, before = number.digits, plain[max(0, number.start - 60) : number.start]
        if self._contacts.is_office(digits):
            return ""
        paper = bool(self._paper.search(before))
        if (
            self._treasury.search(plain, max(0, number.start - 40), number.end + 40)
            or digits[:4] in TOLL_FREE
        ):
            return ""
        if len(digits) >= 16:
            return "nip" if len(digits) == 18 and digits[:2] in ("19", "20") else "" if paper else "nik_kk"
        telephone = self._telephone(digits, before)
        if telephone is not None:
            return telephone
        paper = paper or "/" in plain[number.start : number.end]
        owned = self._owned.search(before)
        return "nomor_milik" if owned else "nomor_panjang" if len(digits) >= 10 and not paper else ""

    def _telephone(self, digits: str, before: str) -> str | None:
        """The same for a number that is dialled; None for any other."""
        if MOBILE.fullmatch(digits) and (digits[0] in "06" or self._contacts.is_telephone(before)):
            return "" if self._contacts.is_line_of_office(before) else "telepon"
        if LANDLINE.fullmatch(digits):
            return "telepon" if self._contacts.is_somebodys(before) else ""
        return None

    def _codes(self, plain: str, hidden: str) -> Iterator[tuple[int, int]]:
        """Shorter numbers, and such with letters, that the words before them call somebody's own."""
        for found in CODE.finditer(hidden):
            if sum(c.isdigit() for c in found[0]) < FEWEST_OF_CODE or SUM.fullmatch(found[0]):
                continue
            owned = self._owned.search(plain[max(0, found.start() - 60) : found.start()])
            if owned and not self._treasury.search(plain, max(0, found.start() - 40), found.end() + 40):
                yield found.span()

    def _plates(self, reading: Reading) -> Iterator[Finding]:
        for found in self._plate.finditer(reading.text):
            before = reading.plain[max(0, found.start() - 40) : found.start()]
            if self._duty.search(before):
                continue
            named = self._vehicle.search(before)
            figures = sum(c.isdigit() for c in found[0])
            shown = found[0].isupper() and figures >= 3 and found["end"] not in self._no_plate
            if shown or (named and figures >= 3):
                yield _found("pelat", *found.span(), reading.text)


def _with_digits(plain: str) -> str:
    """The text with digits for the letters that stand for them."""
    if not LOOKS_MIXED.search(plain):
        return plain
    return LOOKS_LIKE_DIGITS.sub(lambda m: m[0].translate(str.maketrans("oil|", "0111")), plain)


def _side_by_side(number: Number, plain: str) -> list[Number]:
    """A cluster longer than any number is several that stand side by side."""
    if len(number.digits) <= LONGEST:
        return [number]
    groups = (
        Number(number.start + m.start(), number.start + m.end(), re.sub(r"\D", "", m[0]))
        for m in GROUP.finditer(plain[number.start : number.end])
    )
    return [g for g in groups if len(g.digits) >= SHORTEST] or [number]


def _found(why: str, start: int, end: int, text: str) -> Finding:
    level = BLOCK if why in ("nik_kk", "nip") else WARN
    return Finding(KIND, why, level, start, end, text[start:end], Swap(start, end, "pribadi"))
