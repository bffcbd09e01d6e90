"""A table that an operator keeps by hand, read so that every mistake in it is told at once."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar

from plugin.errors import OperatorError
from plugin.registry.importing.columns import Column
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.reading import DATES
from plugin.registry.importing.sheet import Line, Sheet, open_sheet

T = TypeVar("T")
HOURS = ("%H:%M", "%H.%M")


class Row:
    """One row's cells. What is wrong is noted in the sheet and read as blank."""

    def __init__(
        self, line: Line, columns: Sequence[Column], headings: Mapping[str, str], sheet: Sheet
    ) -> None:
        self._line = line
        self._columns = {column.name: column for column in columns}
        self._headings = headings
        self._sheet = sheet

    def text(self, name: str) -> str:
        """A cell's text, blanks within made one."""
        column = self._columns[name]
        raw = self._line.cells.get(self._headings.get(name, name), "")
        value = " ".join(unicodedata.normalize("NFC", raw).split())
        if not value and column.required:
            self.complain(name, Reason.BLANK)
        elif not value.isprintable():
            self.complain(name, Reason.CONTROL, value)
        elif len(value) > column.longest:
            self.complain(name, Reason.TOO_LONG, value, (str(column.longest),))
        else:
            return value
        return ""

    def day(self, name: str) -> date | None:
        """A cell that holds a date: 2016-12-31, 31-12-2016 or 31/12/2016."""
        moment = self._moment(name, DATES)
        if moment is None and (value := self.text(name)):
            self.complain(name, Reason.NOT_A_DATE, value)
        return moment.date() if moment else None

    def hour(self, name: str) -> time | None:
        """A cell that holds a time of day: 16.00 or 16:00."""
        moment = self._moment(name, HOURS)
        if moment is None and (value := self.text(name)):
            self.complain(name, Reason.NOT_ONE_OF, value, ("16.00",))
        return moment.time() if moment else None

    def one_of(self, name: str, words: Mapping[str, str]) -> str:
        """A cell that holds one of a few words, in any case, with an underscore for a blank if wished."""
        value = self.text(name)
        means = words.get(value.casefold().replace("_", " ")) if value else ""
        if means is None:
            self.complain(name, Reason.NOT_ONE_OF, value, tuple(words))
        return means or ""

    def number(self, name: str, most: int) -> int:
        """A cell that holds a whole number from 1 to `most`."""
        value = self.text(name)
        fits = value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= most
        if value and not fits:
            self.complain(name, Reason.NOT_ONE_OF, value, (f"1–{most}",))
        return int(value) if fits else 1

    def complain(self, name: str, reason: Reason, value: str = "", others: tuple[str, ...] = ()) -> None:
        """Note a problem with a cell of this row, once."""
        problem = Problem(self._line.number, self._headings.get(name, name), reason, value, others)
        if problem not in self._sheet.problems:
            self._sheet.problems.append(problem)

    def _moment(self, name: str, forms: Sequence[str]) -> datetime | None:
        value = self.text(name)
        for form in forms if value else ():
            try:
                return datetime.strptime(value, form)  # noqa: DTZ007  # a day or an hour of any zone
            except ValueError:
                continue
        return None


def read_table(
    path: Path,
    columns: Sequence[Column],
    read: Callable[[Row], T],
    about: Callable[[T], Hashable],
    clash: Callable[[T, T], bool] = lambda one, other: True,
) -> tuple[T, ...]:
    """A file's rows as values, or OperatorError `broken_table`, which names all that must be mended.

    Two rows about the same thing are a mistake where they `clash`. A file with nothing but its headings is
    an empty table.
    """
    sheet = open_sheet(path)
    sheet.problems = [problem for problem in sheet.problems if problem.reason is not Reason.NO_ROWS]
    headings = _headings(sheet, columns)
    rows: list[T] = []
    if not sheet.problems:
        rows = [read(Row(line, columns, headings, sheet)) for line in sheet.lines]
    if not sheet.problems:
        _find_clashes(sheet, headings[columns[0].name], [about(row) for row in rows], rows, clash)
    if sheet.problems:
        raise OperatorError("broken_table", file=str(path), problems=sheet.problems)
    return tuple(rows)


def distances(codes: Sequence[str]) -> Mapping[str, int]:
    """How far each of the codes is from an agency; farthest is "", which stands for all agencies.

    `codes`: its own first, then those above it. Codes are the same in any case, as in the registry.
    """
    return {code.casefold(): n for n, code in enumerate((*codes, ""))}


def _find_clashes(
    sheet: Sheet, column: str, subjects: Sequence[Hashable], rows: Sequence[T], clash: Callable[[T, T], bool]
) -> None:
    earlier: dict[Hashable, list[int]] = defaultdict(list)
    for n, subject in enumerate(subjects):
        before = next((m for m in earlier[subject] if clash(rows[m], rows[n])), None)
        if before is not None:
            value, line = sheet.lines[n].cells[column], sheet.lines[n].number
            sheet.problems.append(
                Problem(line, column, Reason.REPEATED, value, (str(sheet.lines[before].number),))
            )
        earlier[subject].append(n)


def _headings(sheet: Sheet, columns: Sequence[Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    for given in dict.fromkeys(sheet.columns):
        name = given.casefold().replace(" ", "_")
        column = next((c for c in columns if name == c.name or name in c.also), None)
        if column is None:
            known = tuple(c.name for c in columns)
            sheet.problems.append(Problem(1, given, Reason.UNKNOWN_COLUMN, given, known))
        elif column.name in found:
            sheet.complain(1, Reason.REPEATED_COLUMN, given, given)
        else:
            found[column.name] = given
    for column in columns if sheet.columns else ():
        if column.required and column.name not in found:
            sheet.complain(1, Reason.MISSING_COLUMN, column.name, column.name)
    return found
