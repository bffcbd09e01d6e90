"""/disisihkan: what seems to be no report, to look through in seconds: close it, or bring it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page, turned
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import find_case
from plugin.desk.lists.queue import Waiting, apart, span_of
from plugin.desk.masking import excerpt
from plugin.desk.posts import further
from plugin.desk.posts.further import LastWords
from plugin.desk.sorting import proposals
from plugin.desk.sorting.suggestion import Proposed
from plugin.wording import CardOf, Decide, Press, Say, View

PER_PAGE = 10
EXCERPT = 90


@dataclass(frozen=True)
class Line:
    """A message that stands apart; `kind` says what it seems to be.

    `last` is what the citizen added last, in the further post `newest` (0: nothing was added).
    """

    number: int
    agency: str
    excerpt: str
    kind: str
    written_at: datetime
    last: str
    newest: int


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
        shown = {"numbers": [n.number for n in self.lines], "newest": [n.newest for n in self.lines]}
        named["all"] = Decide("memang-bukan-laporan", shown)
        for line in self.lines:
            named[f"back{line.number}"] = Decide("ini-laporan", {"number": line.number})
        return named


@dataclass(frozen=True)
class Closed(View):
    """These were closed: a person says that they are no reports. To `more` the citizens have added something
    that the person has not read, so they were not."""

    numbers: tuple[int, ...]
    more: tuple[int, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say("/disisihkan")}


@command("disisihkan", may=Right.LOOK)
async def disisihkan(context: Context, *, halaman: str = "") -> SetApart:
    _, page = split_page(halaman)
    store, span = context.services.store, span_of(context.registry, context.here)
    turn, total, rows = await store.read(turned, page, PER_PAGE, apart, span)
    numbers = [row.number for row in rows]
    said, last = await store.read(proposals.of, numbers), await store.read(further.last_words, numbers)
    lines = tuple(_line(context, row, said.get(row.number), last.get(row.number)) for row in rows)
    return SetApart(context.here.label, total, lines, turn, context.now)


@decision("ini-laporan", may=Right.DISPOSE)
async def ini_laporan(context: Context, number: int) -> CardOf:
    """It is a report after all: back among the others. Nothing is lost meanwhile, its clock has gone on."""
    await find_case(context, number, Right.DISPOSE)
    await context.services.store.write(proposals.bring_back, hand(context), number)
    await context.services.refresh(f"report:{number}")
    return CardOf(f"report:{number}")


@decision("memang-bukan-laporan", may=Right.DISPOSE)
async def memang_bukan_laporan(
    context: Context, numbers: Sequence[int], newest: Sequence[int] = ()
) -> Closed:
    """A person has looked: close those that still stand apart, and to which nothing was added since."""
    services, closed, more = context.services, list[int](), list[int]()
    for number, read in zip_longest(numbers, newest, fillvalue=0):
        await find_case(context, number, Right.DISPOSE)
        done = await services.store.write(further.close_apart, hand(context), number, read, services.zone)
        if done == "closed":
            await services.refresh(f"report:{number}")
            closed.append(number)
        elif done == "more":
            more.append(number)
    return Closed(tuple(closed), tuple(more))


def _line(context: Context, row: Waiting, said: Proposed | None, last: LastWords | None) -> Line:
    agency = context.registry.by_id(row.agency_id).label
    kind = said.category if said and not said.is_report else "terima_kasih"
    words = excerpt(last.text, EXCERPT) if last else ""
    newest = last.id if last else 0
    return Line(row.number, agency, excerpt(row.text, EXCERPT), kind, row.written_at, words, newest)
