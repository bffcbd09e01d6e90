"""How long everything may take: each limit a row of a table (`rules.csv`) with its name, its source, its validity.

Which row holds is asked for the day on which the clock starts: a new regulation changes no deadline that runs.
An agency's own row outweighs that of the area above it, and that the row for all; among equals the row for the
report's kind outweighs the one for every kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from plugin.limits import CLOCKS, KINDS, Clock, Unit
from plugin.registry.importing.columns import Column
from plugin.rhythm.rows import Row, distances, read_table
from plugin.rhythm.validity import ALWAYS, Validity, read_validity
from plugin.rhythm.validity import COLUMNS as VALIDITY
from plugin.rhythm.workdays import MOST_DAYS

SHIPPED = Path(__file__).with_name("rules.csv")

COLUMNS = (
    Column("clock", ("jam",), 20, required=True),
    Column("name", ("nama",), 120, required=True),
    Column("kind", ("jenis",), 20),
    Column("agency", ("instansi", "region", "wilayah", "perangkat_daerah"), 40),
    Column("amount", ("lama", "jumlah"), 4, required=True),
    Column("unit", ("satuan",), 20, required=True),
    Column("pauses", ("jeda",), 5, required=True),
    *VALIDITY,
    Column("source", ("dasar",), 200, required=True),
)
UNITS = {"hours": "hours", "jam": "hours", "working days": "working_days", "hari kerja": "working_days"}
YES = {"yes": "yes", "ya": "yes", "no": "no", "tidak": "no"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit. `pauses`: whether the clock stands still while we wait for the citizen; `silence` counts
    just that waiting, so it does not."""

    clock: Clock
    name: str
    amount: int
    unit: Unit
    pauses: bool = True
    kind: str = ""
    agency: str = ""
    valid: Validity = ALWAYS
    source: str = ""


class Rules:
    """The table, ready to be asked."""

    def __init__(self, rows: Iterable[Rule]) -> None:
        self._rows = tuple(rows)

    def find(self, clock: Clock, on: date, codes: Sequence[str] = (), kind: str = "") -> Rule | None:
        """The rule for a clock that starts on that day, None where the government has set none.

        `codes`: the agency's own first, then those above it. `kind` is blank while nobody knows it.
        """
        nearness = distances(codes)
        fitting = [
            row
            for row in self._rows
            if row.clock == clock
            and row.agency.casefold() in nearness
            and row.kind in ("", kind)
            and row.valid.holds(on)
        ]
        return min(fitting, key=lambda row: (nearness[row.agency.casefold()], not row.kind), default=None)


def read_rules(path: Path = SHIPPED) -> Rules:
    """The table, or OperatorError `broken_table` with everything that is wrong with it."""
    rows = read_table(
        path,
        COLUMNS,
        _read,
        about=lambda row: (row.clock, row.kind, row.agency.casefold()),
        clash=lambda one, other: one.valid.meets(other.valid),
    )
    return Rules(rows)


def _read(row: Row) -> Rule:
    return Rule(
        clock=cast(Clock, row.one_of("clock", {name.replace("_", " "): name for name in CLOCKS})),
        name=row.text("name"),
        amount=row.number("amount", MOST_DAYS),
        unit=cast(Unit, row.one_of("unit", UNITS)),
        pauses=row.one_of("pauses", YES) == "yes",
        kind=row.one_of("kind", {kind: kind for kind in KINDS}),
        agency=row.text("agency"),
        valid=read_validity(row),
        source=row.text("source"),
    )
