"""From when until when something holds: both days belong to it, and a blank one leaves that end open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.registry.importing.columns import Column
from plugin.registry.importing.problems import Reason
from plugin.rhythm.rows import Row

COLUMNS = (
    Column("valid_from", ("berlaku_dari", "berlaku_mulai", "berlaku_sejak"), 20),
    Column("valid_to", ("berlaku_sampai", "berlaku_hingga"), 20),
)


@dataclass(frozen=True, slots=True)
class Validity:
    """A span of days, perhaps open."""

    start: date | None = None
    end: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day belongs to it."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def meets(self, other: Validity) -> bool:
        """Whether some day belongs to both."""
        return (self.start is None or other.end is None or self.start <= other.end) and (
            other.start is None or self.end is None or other.start <= self.end
        )


ALWAYS = Validity()


def read_validity(row: Row) -> Validity:
    """The row's two dates, in the order of time."""
    start, end = row.day("valid_from"), row.day("valid_to")
    if start and end and end < start:
        row.complain("valid_to", Reason.ENDS_BEFORE_IT_BEGINS, end.isoformat())
    return Validity(start, end)
