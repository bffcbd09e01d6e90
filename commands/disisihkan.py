"""/disisihkan: what seems to be no report, to look through in seconds: close it, or bring it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page, turned
from plugin.chat.rights import Right
from plugin.desk import cases, proposals
from plugin.desk.audit import hand
from plugin.desk.cases import find_case
from plugin.desk.masking import excerpt
from plugin.desk.queue import Waiting, apart, span_of
from plugin.desk.report_card import ReportCard, report_card
from plugin.desk.suggestion import Proposed
from plugin.wording import Decide, Press, Say, View

PER_PAGE = 10
EXCERPT = 90


@dataclass(frozen=True)
class Line:
    """A message that stands apart; `kind` says what it seems to be."""

    number: int
    agency: str
    excerpt: str
    kind: str
    written_at: datetime


@dataclass(frozen=True)
class SetApart(View):
    """One page of what stands apart."""

    under: str
    total: int
    lines: tuple[Line, ...]
    turn: Turn
    now: datetime

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses("/disisihkan"))
        named["all"] = Decide("memang-bukan-laporan", {"numbers": [line.number for line in self.lines]})
        for line in self.lines:
            named[f"back{line.number}"] = Decide("ini-laporan", {"number": line.number})
        return named


@dataclass(frozen=True)
class Closed(View):
    """These were closed: a person says that they are no reports."""

    numbers: tuple[int, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say("/disisihkan")}


@command("disisihkan", may=Right.LOOK)
async def disisihkan(context: Context, *, halaman: str = "") -> SetApart:
    _, page = split_page(halaman)
    store, span = context.services.store, span_of(context.registry, context.here)
    turn, total, rows = await store.read(turned, page, PER_PAGE, apart, span)
    said = await store.read(proposals.of, [row.number for row in rows])
    lines = tuple(_line(context, row, said.get(row.number)) for row in rows)
    return SetApart(context.here.label, total, lines, turn, context.now)


@decision("ini-laporan", may=Right.DISPOSE)
async def ini_laporan(context: Context, number: int) -> ReportCard:
    """It is a report after all: back among the others. Nothing is lost meanwhile, its clock has gone on."""
    await find_case(context, number, Right.DISPOSE)
    await context.services.store.write(proposals.bring_back, hand(context), number)
    await context.services.refresh(f"report:{number}")
    return await report_card(context.services, number)


@decision("memang-bukan-laporan", may=Right.DISPOSE)
async def memang_bukan_laporan(context: Context, numbers: Sequence[int]) -> Closed:
    """A person has looked: close those that still stand apart."""
    closed = []
    for number in numbers:
        case = await find_case(context, number, Right.DISPOSE)
        if case.report.aside and case.report.waits:
            note = await _kind(context, number)
            await context.services.store.write(
                cases.close, hand(context), number, "not_report", note, context.services.zone
            )
            await context.services.refresh(f"report:{number}")
            closed.append(number)
    return Closed(tuple(closed))


async def _kind(context: Context, number: int) -> str:
    said = await context.services.store.read(proposals.of, [number])
    return said[number].category.replace("_", " ") if number in said else ""


def _line(context: Context, row: Waiting, said: Proposed | None) -> Line:
    agency = context.registry.by_id(row.agency_id).label
    kind = said.category if said and not said.is_report else "terima_kasih"
    return Line(row.number, agency, excerpt(row.text, EXCERPT), kind, row.written_at)
