"""On what terms an answer may leave, and a case be closed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from plugin.clock import Night


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator set. `window`: between Kirim and sending; `newcomer`: an author with fewer public
    answers is new; `approval_lasts`: an approval that is older no longer counts; `blocked`: what the checks
    block needs a `second` person, or is `never` sent; `elections`: from and until when one is near; `numbered`:
    answers name the report's number; `proof`: whether closing asks for a photo or a document: tidak | tanya |
    wajib; `ask_back`: of a hundred closed cases, in how many the citizen is asked whether it is so; `contact_lasts`:
    how long after closing it is kept who called and how they are reached."""

    zone: tzinfo
    window: timedelta = timedelta(seconds=30)
    night_from: time = time(21, 0)
    night_until: time = time(6, 0)
    newcomer: int = 5
    approval_lasts: timedelta = timedelta(hours=12)
    blocked: str = "second"
    elections: tuple[tuple[date, date], ...] = ()
    numbered: bool = False
    proof: str = "tanya"
    ask_back: int = 10
    contact_lasts: timedelta = timedelta(days=90)

    def campaign(self, moment: datetime) -> bool:
        """Whether an election is near: the checks are stricter about politics."""
        today = moment.astimezone(self.zone).date()
        return any(begins <= today <= ends for begins, ends in self.elections)

    def samples(self, number: int) -> bool:
        """Whether the citizen of this report is asked back: always the same answer, and nobody can choose it."""
        return zlib.crc32(f"report {number}".encode()) % 100 < self.ask_back

    def at_night(self, moment: datetime) -> bool:
        """Whether it is night on the government's clocks: who writes then is tired."""
        return Night(self.night_from, self.night_until, self.zone).holds(moment)
