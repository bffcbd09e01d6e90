"""/janji: what agencies have promised in public, the one due first on top; and what its buttons decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.audit import hand
from plugin.desk.cards.promise_cards import PromiseCard, promise_card
from plugin.desk.handling import promises
from plugin.desk.handling.cases import find_case, looked_at
from plugin.desk.lists.queue import span_of
from plugin.moments import read_day
from plugin.registry.paths import codes_at
from plugin.store.tables import Promise
from plugin.wording import Decide, Press, Refusal, Say, UserError, View

PER_PAGE = 8


@dataclass(frozen=True)
class Line:
    """One promise of the list."""

    number: int
    agency: str
    words: str
    day: date
    state: str


@dataclass(frozen=True)
class Promises(View):
    """One page of what is promised and not kept yet, and what was not kept."""

    under: str
    total: int
    lines: tuple[Line, ...]
    turn: Turn
    query: str

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses(f"/janji {self.query}"))
        return named | {f"open{line.number}": Say(f"/janji {line.number}") for line in self.lines}


@dataclass(frozen=True)
class NothingPromised(Refusal):
    """Nothing was promised about the report."""

    number: int


@dataclass(frozen=True)
class PastDay(Refusal):
    """A promise cannot be for a day that is over."""

    day: date


@dataclass(frozen=True)
class WhichDay(Ask):
    """The form that asks which day was meant."""

    promise: int
    number: int
    words: str

    def then(self) -> Decide:
        return Decide("janji-tanggal-isi", {"promise": self.promise})

    def again(self) -> str:
        return f"/janji {self.number}"

    def asks(self) -> Sequence[Field]:
        return (Field("day", "", Shape.LINE, longest=30),)


@command("janji", may=Right.LOOK)
async def janji(context: Context, *, laporan_atau_instansi: str = "") -> Promises | PromiseCard:
    typed, page = split_page(laporan_atau_instansi)
    number = typed.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        return await _of_report(context, int(number))
    node = await looked_at(context, typed, "/janji {}")
    span, states = span_of(context.registry, node), ("proposed", "open", "broken")
    store = context.services.store
    total = sum([await store.survey(promises.counted, span, state) for state in states])
    turn = Turn.to(page, total, PER_PAGE)
    rows = await store.survey(promises.listed, span, states, limit=turn.room, offset=turn.offset)
    lines = tuple(
        Line(p.report_id, context.registry.by_id(p.agency_id).label, p.words, p.day, p.state) for p in rows
    )
    return Promises(node.label, total, lines, turn, typed)


@decision("janji-benar", may=Right.DRAFT)
async def janji_benar(context: Context, promise: int) -> PromiseCard:
    return await _decide(context, promise, "open")


@decision("janji-bukan", may=Right.DRAFT)
async def janji_bukan(context: Context, promise: int) -> PromiseCard:
    return await _decide(context, promise, "none")


@decision("janji-ditepati", may=Right.DRAFT)
async def janji_ditepati(context: Context, promise: int) -> PromiseCard:
    return await _decide(context, promise, "kept")


@decision("janji-tanggal", may=Right.DRAFT)
async def janji_tanggal(context: Context, promise: int) -> WhichDay:
    row = await _permitted(context, promise)
    return WhichDay(promise, row.report_id, row.words)


@decision("janji-tanggal-isi", may=Right.DRAFT)
async def janji_tanggal_isi(context: Context, promise: int, day: str) -> PromiseCard:
    row = await _permitted(context, promise)
    services = context.services
    meant = read_day(day, services.zone, context.now)
    if meant < context.today:
        raise UserError(PastDay(meant))
    until = services.limits.last_moment(await services.store.read(codes_at, row.agency_id), meant)
    await services.store.write(promises.set_day, hand(context), promise, meant, until)
    return await _shown(context, row)


async def _decide(context: Context, promise: int, state: str) -> PromiseCard:
    row = await _permitted(context, promise)
    await context.services.store.write(promises.decide, hand(context), promise, state)
    return await _shown(context, row)


async def _shown(context: Context, row: Promise) -> PromiseCard:
    assert row.id is not None
    await context.services.refresh(f"report:{row.report_id}")
    return await promise_card(context.services, row.id)


async def _permitted(context: Context, promise: int) -> Promise:
    row = await context.services.store.read(lambda s: s.get_one(Promise, promise))
    await find_case(context, row.report_id, Right.DRAFT)
    return row


async def _of_report(context: Context, number: int) -> PromiseCard:
    await find_case(context, number, Right.LOOK)
    rows = await context.services.store.read(promises.of_report, number)
    if not rows:
        raise UserError(NothingPromised(number))
    unsettled = [row for row in rows if row.state != "kept"] or rows
    first = min(unsettled, key=lambda row: row.due_at)
    assert first.id is not None
    return await promise_card(context.services, first.id)
