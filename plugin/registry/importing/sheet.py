"""A table in a file, as spreadsheets and scripts write them: CSV or JSON lines.

Nothing here knows what the columns mean. Files come from anywhere, so that everything in them is doubted: a
picture, a folder, a spreadsheet in an encoding of the nineties end in a sentence, not in a crash.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plugin.registry.importing.problems import Problem, Reason

LARGEST = 20_000_000
MOST_ROWS = 100_000  # more than Indonesia has desa
CSV_MARK = "sep="  # the line that Excel writes to itself


@dataclass(frozen=True, slots=True)
class Line:
    """A row: where it begins in the file, and its cells under the names that the file gives them."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class Sheet:
    """All rows of a file and what was wrong with it. `columns` are in the file's order and spelling."""

    columns: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, reason: Reason, column: str = "", value: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(line, column, reason, value))


def open_sheet(path: Path) -> Sheet:
    """Read a file's rows; what is wrong with it stands in `problems`. Never raises for what a file holds."""
    sheet = Sheet()
    text = _text(path, sheet)
    if text is None:
        return sheet
    if not text.strip():
        sheet.complain(0, Reason.EMPTY)
    elif path.suffix.lower() in {".jsonl", ".ndjson", ".json"} or text.lstrip().startswith("{"):
        _read_json(text, sheet)
    else:
        _read_csv(text, sheet)
    if len(sheet.lines) > MOST_ROWS:
        sheet.complain(0, Reason.TOO_LARGE, value=f"{MOST_ROWS}")
        sheet.lines.clear()
    if not sheet.lines and not sheet.problems:
        sheet.complain(0, Reason.NO_ROWS)
    return sheet


def _text(path: Path, sheet: Sheet) -> str | None:
    content = _content(path, sheet)
    if content is None:
        return None
    if b"\0" in content:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        sheet.complain(_line_of(content, content.index(b"\0")), Reason.ENCODING if utf16 else Reason.NUL)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet.complain(_line_of(content, error.start), Reason.ENCODING)
        return None


def _content(path: Path, sheet: Sheet) -> bytes | None:
    try:
        if not path.exists():
            sheet.complain(0, Reason.NO_FILE, value=str(path))
        elif not path.is_file():  # a folder, a device, a pipe that never ends
            sheet.complain(0, Reason.NOT_A_FILE, value=str(path))
        elif path.stat().st_size > LARGEST:
            sheet.complain(0, Reason.TOO_LARGE, value=f"{LARGEST // 1_000_000} MB")
        else:
            return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be a file's
        sheet.complain(
            0, Reason.UNREADABLE, value=str(path) if isinstance(error, ValueError) else error.strerror or ""
        )
    return None


def _line_of(content: bytes, place: int) -> int:
    before = content[:place]
    return 1 + max(before.count(b"\n"), before.count(b"\r"))


def _read_csv(text: str, sheet: Sheet) -> None:
    header: list[str] | None = None
    rows = _Rows(text)
    try:
        for number, row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if header is None:
                header = [cell.strip() for cell in row]
                sheet.columns = [name for name in header if name]
                _check_header(number, sheet)
            else:
                _add_row(number, header, row, sheet)
    except csv.Error:
        sheet.complain(rows.begins, Reason.BROKEN_CSV)


class _Rows:
    """A loop that knows where the present row began."""

    def __init__(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        marked = first.strip().lower().startswith(CSV_MARK) and len(first.strip()) == len(CSV_MARK) + 1
        delimiter = first.strip()[-1] if marked else _delimiter(first)
        self._skipped = int(marked)
        self._reader = csv.reader(
            io.StringIO(rest if marked else text, newline=""), delimiter=delimiter, strict=True
        )
        self.begins = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            self.begins = self._reader.line_num + 1 + self._skipped
            try:
                row = next(self._reader)
            except StopIteration:
                return
            yield self.begins, row


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _check_header(number: int, sheet: Sheet) -> None:
    for n, name in enumerate(sheet.columns):
        if name in sheet.columns[:n]:
            sheet.complain(number, Reason.REPEATED_COLUMN, name, name)


def _add_row(number: int, header: list[str], row: list[str], sheet: Sheet) -> None:
    if len(row) < len(header):
        sheet.complain(number, Reason.TOO_FEW_CELLS, value=f"{len(row)}/{len(header)}")
        return
    beyond = [cell for n, cell in enumerate(row) if (n >= len(header) or not header[n]) and cell.strip()]
    if beyond:
        sheet.complain(number, Reason.TOO_MANY_CELLS, value=f"{len(row)}/{len(header)}")
        return
    sheet.lines.append(Line(number, {name: cell for name, cell in zip(header, row, strict=False) if name}))


def _read_json(text: str, sheet: Sheet) -> None:
    seen: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        cells = _json_cells(number, line, sheet)
        if cells is not None:
            seen |= dict.fromkeys(cells)
            sheet.lines.append(Line(number, cells))
    sheet.columns = list(seen)


def _json_cells(number: int, line: str, sheet: Sheet) -> dict[str, str] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # ValueError: also a number with thousands of digits
        sheet.complain(number, Reason.BROKEN_JSON)
        return None
    if not isinstance(value, dict):
        sheet.complain(number, Reason.NOT_AN_OBJECT)
        return None
    cells: dict[str, str] = {}
    for name, given in value.items():
        cell = _json_cell(given)
        if cell is None:
            sheet.complain(number, Reason.NOT_TEXT, name)
        cells[name] = cell or ""
    return cells


def _json_cell(given: object) -> str | None:
    """A value as a cell. A number with a point is doubted: 33.10 would become 33.1."""
    if given is None:
        return ""
    if isinstance(given, list) and all(isinstance(part, str) and "|" not in part for part in given):
        return "|".join(given)
    if isinstance(given, str):
        return given
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else None
