"""When offices close: a working day ends for a deadline when the office does.

A table (`hours.csv`): for five-day and six-day offices, for a span of days such as Ramadan, for one agency or
all. A row that names an agency also says how many days a week it works, and so does one for everything beneath
it; its hours may be blank, then those of its kind of week hold. Of several rows that fit a day the agency's own
comes first, then the one that began last: Ramadan's before the ordinary ones. So an agency with hours of its
own needs a row of its own for Ramadan, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Literal, cast

from plugin.registry.importing.columns import Column
from plugin.rhythm.rows import Row, distances, read_table
from plugin.rhythm.validity import ALWAYS, Validity, read_validity
from plugin.rhythm.validity import COLUMNS as VALIDITY

Week = Literal[5, 6]

SHIPPED = Path(__file__).with_name("hours.csv")

FRIDAY, SATURDAY = 4, 5

COLUMNS = (
    Column("week", ("hari_kerja", "minggu"), 1, required=True),
    Column("agency", ("instansi", "region", "wilayah", "perangkat_daerah"), 40),
    Column("name", ("nama",), 120),
    Column("monday_thursday", ("senin_kamis",), 5),
    Column("friday", ("jumat",), 5),
    Column("saturday", ("sabtu",), 5),
    *VALIDITY,
    Column("source", ("dasar",), 200),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """When offices of one kind of week close, by the day of the week; None where the row does not say."""

    week: Week
    monday_thursday: time | None = None
    friday: time | None = None
    saturday: time | None = None
    agency: str = ""
    valid: Validity = ALWAYS
    name: str = ""
    source: str = ""

    def closes(self, day: date) -> time | None:
        """The hour at which offices close on that day, if this row says so."""
        if not self.valid.holds(day):
            return None
        return {FRIDAY: self.friday, SATURDAY: self.saturday}.get(day.weekday(), self.monday_thursday)


USUAL = (Hours(5, time(16), time(14, 30)), Hours(6, time(14), time(11), time(13)))
"""Where no table says anything."""


def read_hours(path: Path = SHIPPED) -> tuple[Hours, ...]:
    """The table's rows, or OperatorError `broken_table` with everything that is wrong with it."""
    return read_table(path, COLUMNS, _read, lambda row: row.agency.casefold() or row.week, _clash)


def week_of(hours: Iterable[Hours], codes: Sequence[str]) -> Week:
    """How many days a week an agency works. `codes`: its own first, then those above it."""
    weeks = {row.agency.casefold(): row.week for row in hours if row.agency}
    return next((weeks[code] for code in distances(codes) if code in weeks), 5)


def that_hold(hours: Iterable[Hours], codes: Sequence[str]) -> tuple[Hours, ...]:
    """The rows that concern an agency, the one that weighs most first."""
    nearness = distances(codes)
    week = week_of(hours := tuple(hours), codes)
    concern = [row for row in hours if row.week == week and row.agency.casefold() in nearness]
    concern.sort(key=lambda row: row.valid.start or date.min, reverse=True)
    return tuple(sorted(concern, key=lambda row: nearness[row.agency.casefold()]))


def _clash(one: Hours, other: Hours) -> bool:
    """An agency has one kind of week, and no two rows begin on the same day."""
    return one.week != other.week or one.valid.start == other.valid.start


def _read(row: Row) -> Hours:
    return Hours(
        week=cast(Week, int(row.one_of("week", {"5": "5", "6": "6"}) or 5)),
        monday_thursday=row.hour("monday_thursday"),
        friday=row.hour("friday"),
        saturday=row.hour("saturday"),
        agency=row.text("agency"),
        valid=read_validity(row),
        name=row.text("name"),
        source=row.text("source"),
    )
