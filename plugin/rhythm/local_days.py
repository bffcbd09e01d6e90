"""What a government knows about its days and the national list does not.

The day of a local election, a joint leave that was changed or decreed late, a working day made up for: a table
in the operator's hands (`local_days.csv`). An entry outweighs the national list; one for an agency outweighs
one for all. `joint` is joint leave: it also says that the decree on its year is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from plugin.registry.importing.columns import Column
from plugin.rhythm.rows import Row, distances, read_table

LocalKind = Literal["holiday", "workday", "joint"]

SHIPPED = Path(__file__).with_name("local_days.csv")

KINDS = {
    "holiday": "holiday", "libur": "holiday",
    "workday": "workday", "kerja": "workday", "masuk": "workday",
    "joint": "joint", "cuti bersama": "joint", "joint leave": "joint",
}  # fmt: skip
COLUMNS = (
    Column("date", ("tanggal",), 20, required=True),
    Column("kind", ("jenis",), 20, required=True),
    Column("name", ("nama", "alasan"), 200, required=True),
    Column("agency", ("instansi", "region", "wilayah", "perangkat_daerah"), 40),
)


@dataclass(frozen=True, slots=True)
class LocalDay:
    """One decision about one day. `agency` is a code of the registry, an agency's or an area's: it holds for
    that node and everything beneath it; blank holds for all."""

    day: date
    kind: LocalKind
    name: str
    agency: str = ""


def read_local_days(path: Path = SHIPPED) -> tuple[LocalDay, ...]:
    """The table's rows, or OperatorError `broken_table` with everything that is wrong with it."""
    return read_table(path, COLUMNS, _read, about=lambda row: (row.day, row.agency.casefold()))


def that_hold(days: Iterable[LocalDay], codes: Sequence[str]) -> tuple[LocalDay, ...]:
    """For each day the decision that holds at an agency. `codes`: its own first, then those above it."""
    nearness = distances(codes)
    holding: dict[date, LocalDay] = {}
    for decision in sorted(
        (d for d in days if d.agency.casefold() in nearness),
        key=lambda d: nearness[d.agency.casefold()],
        reverse=True,
    ):
        holding[decision.day] = decision
    return tuple(sorted(holding.values(), key=lambda d: d.day))


def _read(row: Row) -> LocalDay:
    return LocalDay(
        day=row.day("date") or date.min,
        kind=cast(LocalKind, row.one_of("kind", KINDS)),
        name=row.text("name"),
        agency=row.text("agency"),
    )
