"""Contacts that may stand in public: the office's lines, hotlines and addresses, by the government's own list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plugin.desk.safety.lists import Lists, either
from plugin.desk.safety.reading import Reading
from plugin.findings import WARN, Finding, Swap

SIGN = r"(?:@|\(at\)|\[at\]|\{at\}| at )"
AT = rf" ?{SIGN} ?"
DOT = r" ?(?:\(dot\)|\[dot\]| dot | titik ) ?"
MAIL = re.compile(rf"[\w.+\-]{{2,64}}{AT}(?:[a-z0-9\-]+(?:\.|{DOT}))+[a-z]{{2,6}}\b")


class Contacts:
    """The allow-list: numbers, domains, mailboxes, and words before a number that say it is a line of the office."""

    def __init__(self, allowed: Lists, words: Lists) -> None:
        self._numbers = {_local(re.sub(r"\D", "", n)) for n in allowed.get("number", ())}
        self._domains = tuple(allowed.get("domain", ()))
        self._line = re.compile(rf"\b{either(allowed['cue'])}\b([^!?\n]{{0,45}})$")
        self._boxes = re.compile(either(allowed["box"]))
        self._somebody = re.compile(rf"\b{either([*words['titles_small'], *words['persons']])}\b")
        self._dialled = re.compile(rf"\b{either(words['telephones'])}\w*\b")

    def is_office(self, digits: str) -> bool:
        """Whether the list names this very number."""
        return _local(digits) in self._numbers

    def is_line_of_office(self, before: str) -> bool:
        """Whether the words before a mobile number say that it is a line of the office, and name nobody."""
        found = self._line.search(before)
        return found is not None and not self._somebody.search(found[0])

    def is_somebodys(self, before: str) -> bool:
        """Whether the words right before say that it is a person's."""
        return bool(self._somebody.search(before[-30:])) and not self._line.search(before)

    def is_telephone(self, before: str) -> bool:
        """Whether the words right before say that it is a telephone number."""
        return bool(self._dialled.search(before[-30:]))

    def allows(self, host: str) -> bool:
        """Whether pages and addresses under this name may stand in an answer."""
        return any(host == d or host.endswith("." + d) for d in self._domains)

    def find_mail(self, reading: Reading) -> Iterator[Finding]:
        """Every e-mail address that is not an office's."""
        for found in MAIL.finditer(reading.plain):
            box, _, host = re.sub(AT, "@", found[0], count=1).partition("@")
            if not self.allows(re.sub(DOT, ".", host)) and not self._boxes.search(box):
                start, end = found.span()
                swap = Swap(start, end, "pribadi")
                yield Finding("personal_data", "surel", WARN, start, end, reading.text[start:end], swap)


def _local(digits: str) -> str:
    """A number as it is dialled inside the country."""
    return "0" + digits[2:] if digits.startswith("62") else digits
