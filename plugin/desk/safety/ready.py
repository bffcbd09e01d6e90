"""The checks as the desk asks them: read from their tables when they are first needed, with their words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from plugin.desk.safety.alone import told_alone
from plugin.desk.safety.checking import Safety
from plugin.desk.safety.tables import read_safety
from plugin.desk.safety.voice import Voice
from plugin.findings import Finding
from plugin.wording import Wording


class Checks:
    """A `Check`. The first call reads the tables; `app.py` makes it at the start, on a thread of its own."""

    def __init__(self, wording: Wording) -> None:
        self._voice = Voice(wording)

    def __call__(
        self,
        text: str,
        *,
        campaign: bool,
        number: int | None = None,
        numbered: bool = False,
        others: Sequence[str] = (),
        alone: bool = False,
    ) -> tuple[Finding, ...]:
        """What is to be said of a text."""
        found = _kebumen().check(text, campaign=campaign, number=number, numbered=numbered, others=others)
        return self._voice.spoken(told_alone(found) if alone else found, number)


@cache
def _kebumen() -> Safety:
    """The tables never change while the program runs, so they are read once in a process."""
    return read_safety()
