"""Drawing a sheet, in a thread of its own: a picture takes a fifth of a second, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from babel.numbers import format_compact_decimal, format_decimal

from plugin.drawing.sheet import WIDTH, Columns, Panel, Rows, Sheet, Tone
from plugin.media import Media

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

T = TypeVar("T")

LOCALE = "id"
SCALE = 2.6  # of our pixels; a telephone's screen has two or three for one of them
KEPT = 32
HEAD, TITLE, FOOT, GAP, SIDE = 34, 22, 18, 12, 14
COLUMNS, ROW = 86, 24
MANY = 16
LARGE, MIDDLE, SMALL = 14.5, 12.5, 10.5
INK, PALE, PAPER = "#1f2933", "#66727f", "#ffffff"
LONGEST_NAME = 22
LONGEST_TITLE = 60


class Painter:
    """Draws one sheet at a time (the library asks for it), and remembers the last ones."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._done: OrderedDict[Sheet, Media] = OrderedDict()

    async def paint(self, sheet: Sheet) -> Media:
        """The sheet as a picture. The same figures are drawn once, for however many rooms."""
        done = self._done.get(sheet)
        if done is None:
            done = await self.work(lambda: self._done.get(sheet) or paint(sheet))
        self._done[sheet] = done
        self._done.move_to_end(sheet)
        while len(self._done) > KEPT:
            self._done.popitem(last=False)
        return done

    async def work(self, make: Callable[[], T]) -> T:
        """Have something made in the thread, when it is its turn: a paper may have a picture in it."""
        async with self._turn:
            return await asyncio.to_thread(make)


def paint(sheet: Sheet) -> Media:
    """Draw it, here and now."""
    # Not at the top: importing the library takes longer than starting the whole house.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [_height(panel) for panel in sheet.panels]
    height = HEAD + sum(TITLE + h + FOOT for h in heights) + GAP * (len(heights) - 1)
    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72 * SCALE, facecolor=PAPER)
    FigureCanvasAgg(figure)
    _title(figure, HEAD / 2, sheet.title, LARGE)
    highest = max((v for p in sheet.panels if isinstance(p, Columns) for v in p.values), default=0)
    top = HEAD
    for panel, tall in zip(sheet.panels, heights, strict=True):
        _title(figure, top + TITLE / 2, panel.title, MIDDLE)
        place = (SIDE / WIDTH, 1 - (top + TITLE + tall) / height, 1 - 2 * SIDE / WIDTH, tall / height)
        axes = figure.add_axes(place)
        axes.set_facecolor(PAPER)
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0)
        _draw(axes, panel, highest)
        top += TITLE + tall + FOOT + GAP
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return Media(f"{sheet.name}.png", "image/png", out.getvalue(), sheet.alt)


def _height(panel: Panel) -> int:
    return COLUMNS if isinstance(panel, Columns) else ROW * max(1, len(panel.values))


def _draw(axes: Axes, panel: Panel, highest: int) -> None:
    if isinstance(panel, Columns):
        _columns(axes, panel, highest)
    elif panel.values:
        _rows(axes, panel)
    else:
        axes.set_axis_off()
        _write(axes, 0, 0.5, panel.nothing, MIDDLE, color=PALE, transform=axes.transAxes)


def _columns(axes: Axes, panel: Columns, highest: int) -> None:
    many = len(panel.values)
    bars = axes.bar(range(many), panel.values, width=0.78, color=panel.tone.value)
    for bar in bars[many - panel.part :]:
        bar.set_alpha(0.45)
    axes.set_xlim(-0.5, max(1, many) - 0.5)
    axes.set_ylim(0, max(1, highest) * 1.22)  # room for the figures
    axes.axhline(0, color=PALE, linewidth=0.8)
    if panel.mark is not None:
        axes.axvline(panel.mark + 0.5, color=Tone.BAD.value, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.set_yticks([])
    axes.set_xticks(range(many), [_known(x) for x in panel.labels], size=SMALL, color=PALE, parse_math=False)
    said = range(many) if many <= MANY else [max(range(many), key=lambda n: (panel.values[n], n), default=0)]
    for n in said:
        value = panel.values[n]
        colour = INK if value else PALE
        _write(axes, n, value + highest * 0.02, _figure(value), SMALL, color=colour, ha="center", va="bottom")


def _rows(axes: Axes, panel: Rows) -> None:
    """Names take half of the width; the bars, and their figures behind them, the other."""
    many, most = len(panel.values), max(1, *panel.values)
    axes.set_xlim(-1.05, 1.28)
    axes.set_ylim(many - 0.5, -0.5)
    axes.set_axis_off()
    axes.barh(range(many), [v / most for v in panel.values], height=0.62, color=panel.tone.value)
    for n, (name, value) in enumerate(zip(panel.labels, panel.values, strict=True)):
        _write(axes, -1.05, n, _short(name), MIDDLE, va="center")
        figure = format_decimal(value, locale=LOCALE)
        _write(axes, value / most + 0.02, n, figure, MIDDLE, va="center")


def _write(on: Axes, x: float, y: float, words: str, size: float, **how: Any) -> None:  # Any: of the library
    how = {"color": INK, "ha": "left", "va": "center"} | how
    on.text(x, y, _known(words), size=size, parse_math=False, **how)


def _title(figure: Figure, below: float, words: str, size: float) -> None:
    """A title at the left, so many pixels below the top; made smaller until it fits, cut when far too long."""
    pixels = figure.get_figheight() * 72
    known = _known(words)
    known = known if len(known) <= LONGEST_TITLE else f"{known[: LONGEST_TITLE - 1].rstrip()}…"
    how: Mapping[str, Any] = {"color": INK, "va": "center", "weight": "bold", "parse_math": False}
    text = figure.text(SIDE / WIDTH, 1 - below / pixels, known, size=size, **how)
    room = (WIDTH - 2 * SIDE) * SCALE
    while text.get_window_extent().width > room:
        size *= 0.95
        text.set_fontsize(size)


def _figure(value: int) -> str:
    """A figure in the room of a bar: `87`, `1,2 rb`."""
    return str(value) if value < 1000 else format_compact_decimal(value, locale=LOCALE, fraction_digits=1)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _known(words: str) -> str:
    """The words without what the font has no sign for."""
    return "".join(c for c in words if ord(c) in _signs())


@cache
def _signs() -> frozenset[int]:
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())
