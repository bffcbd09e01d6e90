"""What a limit is: until when something must be done, and by which rule.

The desk asks for limits; the tables they come from, and the counting, belong to the rhythm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

Clock = Literal["first_answer", "forward", "follow_up", "completion", "silence"]
Unit = Literal["hours", "working_days"]

INFORMATION, COMPLAINT, SUPERVISION = KINDS = ("information", "complaint", "supervision")
"""A request for information, a complaint, a complaint of misconduct that must be examined."""
CLOCKS: tuple[Clock, ...] = ("first_answer", "forward", "follow_up", "completion", "silence")
"""The first answer to the citizen; verified and handed to the agency that must act; that agency's first step;
the complaint settled; closed, since the citizen has said no more after our answer."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time, from a moment up to but without another."""

    began: datetime
    ended: datetime

    def __post_init__(self) -> None:
        if self.began.tzinfo is None or self.ended.tzinfo is None or self.ended < self.began:
            raise ValueError("no span of time")


@dataclass(frozen=True, slots=True)
class Limit:
    """When a clock that began runs out, and why then.

    `warn_at` is when the holder should hear. `undecreed` are the years on the way whose joint leave nobody has
    decreed yet: the moment may still change.
    """

    clock: Clock
    name: str
    amount: int
    unit: Unit
    source: str
    due_at: datetime
    warn_at: datetime
    pauses: bool = True
    undecreed: tuple[int, ...] = ()


class Limits(Protocol):
    """One government's limits."""

    def limit(
        self,
        clock: Clock,
        started_at: datetime,
        codes: Sequence[str],
        kind: str = "",
        paused: Iterable[Span] = (),
    ) -> Limit | None:
        """The limit of a clock that began then at an agency, None where the government has set none.

        `codes`: the agency's own first, then those above it. For the first answer there is always one.
        """

    def last_moment(self, codes: Sequence[str], day: date) -> datetime:
        """When a day is over for an agency: as its office closes; where it rests on that day, at midnight."""

    def closing(self, began_at: datetime, days: int, codes: Sequence[str]) -> datetime:
        """When the office of that agency closes on the last of so many working days; may say CannotCount."""
