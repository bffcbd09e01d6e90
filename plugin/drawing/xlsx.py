"""Writing a spreadsheet: one sheet for each table, words as words and figures as figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from plugin.drawing.table import Cell, Table

WIDEST = 48
LONGEST_NAME = 31  # of a sheet, for the programs that open it
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write_xlsx(tables: Sequence[Table], made_at: datetime) -> bytes:
    """The tables as a spreadsheet. Takes a while: not to be called on the loop."""
    # Not at the top, for the start's sake.
    from xlsxwriter import Workbook

    out = BytesIO()
    # What a name begins with never makes it a formula or a link.
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, plain) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = book.add_worksheet(FORBIDDEN.sub(" ", table.heading)[:LONGEST_NAME])
            sheet.freeze_panes(1, 1)
            for n, name in enumerate(table.columns):
                sheet.write_string(0, n, name, head)
                sheet.set_column(n, n, _width(table, n))
            for at, row in enumerate(table.rows, 1):
                for n, cell in enumerate(row):
                    _write(sheet, at, n, cell, day)
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    match cell:
        case str():
            sheet.write_string(row, column, cell[:32_000])
        case date():
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
        case int() | float():
            sheet.write_number(row, column, cell)


def _width(table: Table, n: int) -> int:
    longest = max((len(str(row[n])) for row in table.rows if row[n] is not None), default=0)
    return min(WIDEST, max(10, longest + 2))
