"""Numbers, plates and addresses of mail that lead to a person, in whatever writing: one reader for checks and masks.

A check points at them and says why. A mask (plugin/desk/masking.py) hides all of them, and what may be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from plugin.desk.safety.contacts import DOT, SIGN, Contacts
from plugin.desk.safety.numbers import Numbers
from plugin.desk.safety.reading import Reading, plain_letters
from plugin.findings import Finding

FEWEST = 3
"""Figures of the shortest plate; no number is told by fewer."""
DIGIT = re.compile(r"[0-9]")
MAY_BE_MAIL = re.compile(rf"{SIGN} ?[a-z0-9\-]+(?:\.|{DOT})")
WINDOW, OVERLAP = 5_000, 200
"""A long text is read in pieces: what an expression costs must not grow with the square of it."""

Find = Callable[[Reading], Iterator[Finding]]


class Identifiers:
    """Looks for them in a text."""

    def __init__(self, numbers: Numbers, contacts: Contacts) -> None:
        self.contacts = contacts
        self._numbers = numbers

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every one, and why."""
        yield from self._numbers.find(reading)
        yield from self.contacts.find_mail(reading)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where they stand in a text of any length; quick where there is nothing."""
        plain = plain_letters(text)
        finds = [find for holds, find in self._kinds(plain) if holds]
        return [
            (start + found.start, start + found.end)
            for start in (range(0, len(text), WINDOW - OVERLAP) if finds else ())
            for find in finds
            for found in find(Reading(text[start : start + WINDOW], plain[start : start + WINDOW], ()))
        ]

    def _kinds(self, plain: str) -> Iterator[tuple[bool, Find]]:
        """Whether a text may hold something of a kind at all, and what finds it."""
        figures = len(DIGIT.findall(plain))
        numbers = figures >= FEWEST or figures + self._numbers.spelled(plain) >= FEWEST
        yield numbers, self._numbers.find
        yield MAY_BE_MAIL.search(plain) is not None, self.contacts.find_mail
