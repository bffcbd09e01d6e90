"""From a file to rows that make sense, or to everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from plugin.registry.handles import CHANNELS, channel_named, read_handle
from plugin.registry.importing.columns import COLUMNS, column_named
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.importing.rows import AccountRow, AgencyRow, OfficialRow, Parsed, Row
from plugin.registry.importing.sheet import Line, Sheet, open_sheet
from plugin.registry.kinds import KINDS
from plugin.roles import ROLES

CODE = re.compile(r"\w[\w.:/-]*")
DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
PLATFORMS = ("slack", "telegram", "web")
MODES = ("off", "read_only", "manual", "api")
VERDICTS: Mapping[str, str] = {
    "official": "official", "resmi": "official",
    "claimed": "claimed", "diajukan": "claimed",
    "rejected": "rejected", "ditolak": "rejected",
    "personal": "personal", "pribadi": "personal",
    "impostor": "impostor", "palsu": "impostor",
}  # fmt: skip


def read(path: Path, kind: str) -> Parsed | list[Problem]:
    """Read a file of `agencies`, `officials` or `accounts`. All problems are told, not only the first."""
    sheet = open_sheet(path)
    headings = _headings(kind, sheet)
    if not sheet.lines or any(p.reason in HEADLESS for p in sheet.problems):
        return sheet.problems
    rows = [READERS[kind](Cells(kind, line, headings, sheet)) for line in sheet.lines]
    _find_repeated(kind, rows, headings, sheet)
    if sheet.problems:
        return sorted(sheet.problems, key=lambda p: p.line)
    return Parsed(kind, tuple(rows), headings)


HEADLESS = frozenset({Reason.MISSING_COLUMN, Reason.UNKNOWN_COLUMN, Reason.REPEATED_COLUMN})
"""Without its columns a file's rows say nothing; what else is wrong in them would only be noise."""


def _headings(kind: str, sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for given in dict.fromkeys(sheet.columns):
        column = column_named(kind, given)
        if column is None:
            known = tuple(c.name for c in COLUMNS[kind])
            sheet.problems.append(Problem(1, given, Reason.UNKNOWN_COLUMN, given, known))
        elif column.name in found:
            sheet.complain(1, Reason.REPEATED_COLUMN, given, given)
        else:
            found[column.name] = given
    for column in COLUMNS[kind] if sheet.lines else ():
        if column.required and column.name not in found:
            sheet.complain(1, Reason.MISSING_COLUMN, column.name, "/".join((column.name, *column.also)))
    return found


class Cells:
    """One row's cells, read one by one; what is wrong is noted and read as blank."""

    def __init__(self, kind: str, line: Line, headings: Mapping[str, str], sheet: Sheet) -> None:
        self.line = line.number
        self._cells = line.cells
        self._headings = headings
        self._sheet = sheet
        self._columns = {column.name: column for column in COLUMNS[kind]}

    def text(self, name: str) -> str:
        """A cell's text, blanks within made one."""
        column = self._columns[name]
        heading = self._headings.get(name, name)
        value = " ".join(unicodedata.normalize("NFC", self._cells.get(heading, "")).split())
        if not value and column.required:
            self.complain(name, Reason.BLANK)
        elif not value.isprintable():
            self.complain(name, Reason.CONTROL, value)
        elif any(len(part) > column.longest for part in (value.split("|") if column.parts else [value])):
            self.complain(name, Reason.TOO_LONG, value, (str(column.longest),))
        else:
            return value
        return ""

    def code(self, name: str) -> str:
        """A cell that holds an agency's code."""
        value = self.text(name)
        if value and not CODE.fullmatch(value):
            self.complain(name, Reason.BAD_CODE, value)
        return value

    def day(self, name: str) -> date | None:
        """A cell that holds a date: 2016-12-31, 31-12-2016 or 31/12/2016."""
        value = self.text(name)
        for form in DATES if value else ():
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
        if value:
            self.complain(name, Reason.NOT_A_DATE, value)
        return None

    def one_of(self, name: str, words: Mapping[str, str]) -> str:
        """A cell that holds one of a few words, in any case, with blanks or hyphens as they come."""
        value = self.text(name)
        means = {_loose(word): meaning for word, meaning in words.items()}.get(_loose(value))
        if value and means is None:
            self.complain(name, Reason.NOT_ONE_OF, value, tuple(words))
        return means or ""

    def complain(self, name: str, reason: Reason, value: str = "", others: tuple[str, ...] = ()) -> None:
        """Note a problem with a cell of this row."""
        self._sheet.problems.append(Problem(self.line, self._headings.get(name, name), reason, value, others))


def _loose(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word.casefold())


def _agency(cells: Cells) -> AgencyRow:
    aliases = dict.fromkeys(part.strip() for part in cells.text("aliases").split("|"))
    row = AgencyRow(
        line=cells.line,
        code=cells.code("code"),
        parent=cells.code("parent"),
        kind=cells.one_of("kind", {kind: kind for kind in KINDS}),
        name=cells.text("name"),
        short=cells.text("short"),
        contact=cells.text("contact"),
        valid_from=cells.day("valid_from"),
        valid_to=cells.day("valid_to"),
        former_code=cells.code("former_code"),
        former_name=cells.text("former_name"),
        former_short=cells.text("former_short"),
        former_until=cells.day("former_until"),
        aliases=tuple(alias for alias in aliases if alias),
    )
    _check_days(row, cells)
    return row


def _check_days(row: AgencyRow, cells: Cells) -> None:
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        cells.complain("valid_to", Reason.ENDS_BEFORE_IT_BEGINS, row.valid_to.isoformat())
    former = row.former_code or row.former_name or row.former_short
    if former and not cells.text("former_until"):
        cells.complain("former_until", Reason.FORMER_WITHOUT_END, former)
    if row.former_until and not former:
        cells.complain("former_until", Reason.FORMER_WITHOUT_NAME, row.former_until.isoformat())


def _official(cells: Cells) -> OfficialRow:
    return OfficialRow(
        line=cells.line,
        platform=cells.one_of("platform", {name: name for name in PLATFORMS}),
        user_id=cells.text("user_id"),
        name=cells.text("name"),
        role=cells.one_of("role", {role: role for role in ROLES}),
        agency=cells.text("agency"),
    )


def _account(cells: Cells) -> AccountRow:
    channel = channel_named(given) if (given := cells.text("channel")) else ""
    if channel is None:
        cells.complain("channel", Reason.NOT_ONE_OF, given, CHANNELS)
    return AccountRow(
        line=cells.line,
        agency=cells.text("agency"),
        channel=channel or "",
        handle=_handle(cells, channel),
        platform_id=cells.text("platform_id"),
        verdict=cells.one_of("verdict", VERDICTS) or "official",
        since=cells.day("since"),
        mode=cells.one_of("mode", {mode: mode for mode in MODES}),
        evidence=cells.text("evidence"),
    )


def _handle(cells: Cells, channel: str | None) -> str:
    given = cells.text("handle")
    handle = read_handle(channel, given) if channel and given else ""
    if handle is None:
        cells.complain("handle", Reason.BAD_HANDLE, given, (channel or "",))
    return handle or ""


READERS: Mapping[str, Callable[[Cells], Row]] = {
    "agencies": _agency,
    "officials": _official,
    "accounts": _account,
}
ONCE: Mapping[str, tuple[str, ...]] = {
    "agencies": ("code",),
    "officials": ("user_id", "platform", "role", "agency"),
    "accounts": ("handle", "channel"),
}
"""What may stand in a file only once; the first column is where to look."""


def _find_repeated(kind: str, rows: list[Row], headings: Mapping[str, str], sheet: Sheet) -> None:
    column, *_ = names = ONCE[kind]
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        found = tuple(str(getattr(row, name)) for name in names)
        line = first.setdefault(tuple(part.casefold() for part in found), row.line)
        if line != row.line and all(found):
            heading = headings.get(column, column)
            sheet.problems.append(Problem(row.line, heading, Reason.REPEATED, found[0], (str(line),)))
