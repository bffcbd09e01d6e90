"""What is filed of a month: the picture, a paper to print and a spreadsheet, all of the same figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from plugin.dates import day_words, span_words
from plugin.drawing.paint import paint
from plugin.drawing.pdf import write_pdf
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.drawing.table import Cell, Document, Table
from plugin.drawing.xlsx import write_xlsx
from plugin.media import Media
from plugin.rhythm.figures import Figures, Part
from plugin.wording import Drawing, Paper

TOP = 5
EVERY = 5
FEW_DAYS = 16

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Say = Callable[[str], str]


@dataclass(frozen=True)
class MonthPicture(Drawing):
    """Some days one by one, and where most reports came in. `running`: the last day is not over yet."""

    figures: Figures
    running: bool = False

    def sheet(self, say: Say) -> Sheet:
        f, part = self.figures, int(self.running)
        few = len(f.course) <= FEW_DAYS
        days = tuple(
            str(d.day.day) if few or d.day.day in (1, *range(0, 32, EVERY)) else "" for d in f.course
        )
        parts = [part for part in f.parts if part.incoming][:TOP]
        return Sheet(
            f"statistik-{f.first}",
            say("title"),
            (
                Columns(say("incoming"), days, tuple(d.incoming for d in f.course), part=part),
                Columns(say("answered"), days, tuple(d.answered for d in f.course), Tone.GOOD, part=part),
                Rows(
                    say("where"), tuple(p.name for p in parts), tuple(p.incoming for p in parts),
                    nothing=say("nothing"),
                ),
            ),
            say("alt"),
        )  # fmt: skip


@dataclass(frozen=True)
class MonthPdf(Paper):
    """The month on paper: the figures in words, the picture, and the parts one by one."""

    figures: Figures
    least: int

    def made(self, say: Say) -> Media:
        f = self.figures
        document = Document(
            title=say("title"),
            subtitle=say("subtitle"),
            lines=tuple(line for line in say("lines").splitlines() if line.strip()),
            picture=paint(replace(MonthPicture(f).sheet(say), title="")).content,
            tables=(
                Table(say("parts"), _columns(say, ON_PAPER), tuple(_row(p, ON_PAPER) for p in f.parts)),
                Table(
                    say("days"), (say("day"), say("incoming"), say("answered")),
                    tuple((day_words(d.day), d.incoming, d.answered) for d in f.course),
                ),
            ),
            notes=tuple(note for note in say("notes").splitlines() if note.strip()),
            foot=say("foot"),
        )  # fmt: skip
        return Media(f"{file_name(f)}.pdf", PDF, write_pdf(document))


@dataclass(frozen=True)
class MonthSheet(Paper):
    """The month as a spreadsheet: each part, each agency and each day, times in hours so that one can reckon."""

    figures: Figures
    agencies: tuple[Part, ...]

    def made(self, say: Say) -> Media:
        f = self.figures
        tables = [
            Table(say("parts"), _columns(say, IN_SHEET), tuple(_row(p, IN_SHEET) for p in f.parts)),
            Table(say("agencies"), _columns(say, IN_SHEET), tuple(_row(p, IN_SHEET) for p in self.agencies)),
            Table(
                say("days"), (say("day"), say("incoming"), say("answered")),
                tuple((d.day, d.incoming, d.answered) for d in f.course),
            ),
        ]  # fmt: skip
        return Media(f"{file_name(f)}.xlsx", XLSX, write_xlsx(tables, f.at))


def file_name(figures: Figures) -> str:
    """`laporan-kebumen-2026-07`: what it is of, so that a folder of them stays in order."""
    of = re.sub(r"[^a-z0-9]+", "-", figures.agency.casefold()).strip("-")[:40] or "instansi"
    return f"laporan-{of}-{figures.first:%Y-%m}"


Column = tuple[str, Callable[[Part], Cell]]


def _said(span: timedelta | None) -> Cell:
    return None if span is None else span_words(span)


def _hours(span: timedelta | None) -> Cell:
    return None if span is None else round(span / timedelta(hours=1), 1)


NAMES: tuple[Column, ...] = (("agency", lambda p: p.name),)
JUDGED: tuple[Column, ...] = (
    ("incoming", lambda p: p.incoming),
    ("cases", lambda p: p.tally.cases),
    ("share", lambda p: p.tally.share),
)
WAITS: tuple[Column, ...] = (
    ("never", lambda p: p.tally.never),
    ("left_out", lambda p: p.tally.left_out),
    ("waiting", lambda p: p.waiting),
    ("overdue", lambda p: p.overdue),
)


def _spans(said: Callable[[timedelta | None], Cell]) -> tuple[Column, ...]:
    return ("median", lambda p: said(p.tally.within(0.5))), ("most", lambda p: said(p.tally.within(0.9)))


ON_PAPER = (*NAMES, *JUDGED, *_spans(_said), *WAITS)
IN_SHEET = (*NAMES, ("code", lambda p: p.code), *JUDGED, *_spans(_hours), *WAITS)


def _columns(say: Say, columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(say(f"column_{name}") for name, _ in columns)


def _row(part: Part, columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    return tuple(of(part) for _, of in columns)
