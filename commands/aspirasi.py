"""/aspirasi: what citizens propose, by kecamatan and theme, and as files for the planning meetings."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import find_case
from plugin.desk.lists.queue import span_of
from plugin.desk.masking import presentable
from plugin.desk.sorting import aspirations
from plugin.desk.sorting.aspirations import Group, Row
from plugin.drawing.table import Table
from plugin.drawing.xlsx import write_xlsx
from plugin.media import Media
from plugin.wording import Paper, Press, Say, UserError, View

SINCE = timedelta(days=365)
TOP = 12
NOT = "bukan"
ASKED = 3
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\x00-\x20]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n]")
"""Wide signs count as well as those behind what cannot be seen: some programs read them alike."""
COLUMNS = ("number", "day", "kecamatan", "desa", "theme", "text", "agency", "confirmed")


@dataclass(frozen=True)
class Gathered(View):
    """The aspirations of a node since a day; `asked` are some that nobody has confirmed yet."""

    under: str
    since: date
    total: int
    confirmed: int
    groups: tuple[Group, ...]
    more: int
    asked: tuple[int, ...]

    def presses(self) -> Mapping[str, Press]:
        named: dict[str, Press] = {f"open{number}": Say(f"/laporan {number}") for number in self.asked}
        named |= {f"yes{number}": Say(f"/aspirasi {number}") for number in self.asked}
        named |= {f"no{number}": Say(f"/aspirasi {number} {NOT}") for number in self.asked}
        return named | {"files": Say("/aspirasi unduh")}


@dataclass(frozen=True)
class Marked(View):
    """An official has said whether it is one."""

    number: int
    is_one: bool
    kecamatan: str
    theme: str


@dataclass(frozen=True)
class Line:
    """One aspiration as a file has it."""

    row: Row
    agency: str


@dataclass(frozen=True)
class WishList(Paper):
    """The aspirations as a file, in the form that `kind` names: xlsx | csv."""

    kind: str
    name: str
    themes: tuple[str, ...]
    lines: tuple[Line, ...]
    at: datetime

    def made(self, say: Callable[[str], str]) -> Media:
        head = tuple(say(f"column_{name}") for name in COLUMNS)
        words = dict(_said(say("themes")))
        rows = tuple(self._cells(line, words, say) for line in self.lines)
        if self.kind == "xlsx":
            content = write_xlsx([Table(say("heading"), head, rows)], self.at)
            return Media(f"{self.name}.xlsx", XLSX, content)
        out = io.StringIO()
        csv.writer(out).writerows([head, *([_plain(cell) for cell in row] for row in rows)])
        return Media(f"{self.name}.csv", "text/csv", out.getvalue().encode("utf-8-sig"))

    def _cells(
        self, line: Line, words: Mapping[str, str], say: Callable[[str], str]
    ) -> tuple[str | int | date, ...]:
        row = line.row
        sure = say("sure") if row.confirmed else say("unsure")
        theme = words.get(row.theme, row.theme)
        return row.number, row.day, row.kecamatan, row.desa, theme, row.text, line.agency, sure


@dataclass(frozen=True)
class Files(View):
    """The files of a node's aspirations."""

    under: str
    since: date
    lines: tuple[Line, ...]
    name: str
    at: datetime

    def papers(self) -> Sequence[Paper]:
        themes = tuple(sorted({line.row.theme for line in self.lines}))
        return [WishList(kind, self.name, themes, self.lines, self.at) for kind in ("xlsx", "csv")]


@command("aspirasi", may=Right.LOOK)
async def aspirasi(context: Context, *, nomor_atau_unduh: str = "") -> Gathered | Marked | Files:
    word, _, rest = nomor_atau_unduh.strip().partition(" ")
    number, rest = word.lstrip("#"), rest.strip().casefold()
    if number.isascii() and number.isdigit() and len(number) < 10 and rest in ("", NOT):
        return await _mark(context, int(number), is_one=not rest)
    if word.casefold() == "unduh" and not rest:
        return await _files(context)
    if word:
        raise UserError(BadArgument("aspirasi", "nomor", nomor_atau_unduh[:60], "<nomor>"))
    return await _gathered(context)


async def _gathered(context: Context) -> Gathered:
    span, since, store = span_of(context.registry, context.here), _since(context), context.services.store
    found = await store.survey(aspirations.groups, span, since)
    asked = await store.survey(aspirations.newest, span, since, ASKED)
    confirmed = sum(group.confirmed for group in found)
    total = confirmed + sum(group.proposed for group in found)
    shown, more = tuple(found[:TOP]), len(found[TOP:])
    return Gathered(context.here.label, since, total, confirmed, shown, more, tuple(asked))


async def _mark(context: Context, number: int, *, is_one: bool) -> Marked:
    await find_case(context, number, Right.DRAFT)
    services = context.services
    row = await services.store.write(aspirations.mark, hand(context), number, services.zone, is_one=is_one)
    return Marked(number, is_one, row.kecamatan, row.theme)


async def _files(context: Context) -> Files:
    span, since = span_of(context.registry, context.here), _since(context)
    rows = await context.services.store.survey(aspirations.rows, span, since)
    lines = tuple(_line(context, row) for row in rows)
    today = context.today
    return Files(context.here.label, since, lines, f"usulan-{today.isoformat()}", context.now)


def _line(context: Context, row: Row) -> Line:
    return Line(replace(row, text=presentable(row.text)), context.registry.by_id(row.agency_id).label)


def _since(context: Context) -> date:
    return (context.now - SINCE).astimezone(context.services.zone).date()


def _said(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return [(theme.strip(), words.strip()) for theme, _, words in pairs]


def _plain(cell: object) -> str:
    """What a spreadsheet program must not take for a formula begins with a quote."""
    text = str(cell)
    return f"'{text}" if FORMULA.match(text) else text
