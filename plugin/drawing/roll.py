"""Writing a long list on paper: thousands of rows in a second or two, where flowing text would take a minute.

Each cell is one line, cut where its column ends; the columns' names stand on every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from plugin.drawing.pdf import BOLD, FONT, HEAD, MARGIN, PALE, letters

SIZE, LINE = 7.0, 10.0
QUICK, QUICK_BOLD = "Helvetica", "Helvetica-Bold"
"""The printer's own letters, much quicker; a cell that they cannot write is written with ours."""
PICTURE = 300  # points wide


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, and its share of the page's width."""

    name: str
    share: int


@dataclass(frozen=True, slots=True)
class Roll:
    """A list with what stands above it: a title, some lines, a picture."""

    title: str
    lines: tuple[str, ...]
    picture: bytes
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    foot: str


def write_roll(roll: Roll) -> bytes:
    """The list as a PDF. Takes a while: not to be called on the loop."""
    # Not at the top, for the start's sake.
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    letters()
    out = BytesIO()
    canvas = Canvas(out, pagesize=landscape(A4), invariant=1, pageCompression=1)
    canvas.setTitle(roll.title)
    _Writer(canvas, landscape(A4), roll).write()
    canvas.save()
    return out.getvalue()


class _Writer:
    def __init__(self, canvas: Any, size: tuple[float, float], roll: Roll) -> None:
        self._canvas = canvas
        self._width, self._height = size
        self._roll = roll
        inner = self._width - 2 * MARGIN
        whole = sum(column.share for column in roll.columns)
        self._starts: list[float] = []
        self._widths: list[float] = []
        at: float = MARGIN
        for column in roll.columns:
            self._starts.append(at)
            self._widths.append(inner * column.share / whole - 4)
            at += inner * column.share / whole
        self._y = self._height - MARGIN

    def write(self) -> None:
        self._top()
        self._heads()
        for row in self._roll.rows:
            if self._y < MARGIN + LINE:
                self._turn()
            self._line(row)
        self._foot()

    def _top(self) -> None:
        canvas, roll = self._canvas, self._roll
        self._put(MARGIN, self._y - 12, roll.title, 14, BOLD)
        self._y -= 30
        for line in roll.lines:
            self._put(MARGIN, self._y, line, 9, FONT)
            self._y -= 13
        if roll.picture:
            from reportlab.lib.utils import ImageReader

            image = ImageReader(BytesIO(roll.picture))
            wide, high = image.getSize()
            scale = min(PICTURE / wide, (self._y - MARGIN - 4 * LINE) / high)
            canvas.drawImage(image, MARGIN, self._y - high * scale, wide * scale, high * scale)
            self._turn(heads=False)

    def _turn(self, *, heads: bool = True) -> None:
        self._foot()
        self._canvas.showPage()
        self._y = self._height - MARGIN
        if heads:
            self._heads()

    def _heads(self) -> None:
        self._canvas.setFillColor(HEAD)
        self._canvas.rect(MARGIN - 2, self._y - 3, self._width - 2 * MARGIN + 4, LINE + 2, stroke=0, fill=1)
        self._canvas.setFillColor("#000000")
        self._cells([column.name for column in self._roll.columns], QUICK_BOLD, BOLD)
        self._y -= LINE + 3

    def _line(self, row: Sequence[str]) -> None:
        self._cells(row, QUICK, FONT)
        self._y -= LINE

    def _cells(self, cells: Sequence[str], quick: str, ours: str) -> None:
        for start, width, cell in zip(self._starts, self._widths, cells, strict=True):
            if cell:
                font = quick if cell.isascii() else ours
                self._put(start, self._y, _cut(self._canvas, cell, font, width), SIZE, font)

    def _put(self, x: float, y: float, words: str, size: float, font: str) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, y, words)

    def _foot(self) -> None:
        self._canvas.setFillColor(PALE)
        self._put(MARGIN, MARGIN / 2, self._roll.foot, 7, FONT)
        self._canvas.drawRightString(self._width - MARGIN, MARGIN / 2, str(self._canvas.getPageNumber()))
        self._canvas.setFillColor("#000000")


def _cut(canvas: Any, cell: str, font: str, width: float) -> str:
    """The cell as far as its column is wide. Most are far shorter, and need not be measured."""
    if len(cell) * SIZE * 0.75 < width:
        return cell
    while cell and canvas.stringWidth(cell, font, SIZE) > width:
        cell = cell[: max(0, len(cell) - 1 - len(cell) // 20)]
    return cell
