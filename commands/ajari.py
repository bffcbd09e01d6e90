"""/ajari dpupr jalan kolam lele: which words point to which agency, on record, and taken back by one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page, turned
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.desk.handling.holding import names
from plugin.desk.sorting import learning
from plugin.registry.snapshot import Node
from plugin.wording import Decide, Press, Refusal, UserError, View

PER_PAGE = 10
NOT = "bukan "


@dataclass(frozen=True)
class Learned(View):
    """A phrase points to the agency now; `off`: it does no longer."""

    lesson: int
    phrase: str
    agency: str
    off: bool

    def presses(self) -> Mapping[str, Press]:
        return {"undo": Decide("batal-ajari", {"lesson": self.lesson})}


@dataclass(frozen=True)
class Unlearned(View):
    """A lesson was taken back; `known` is False when somebody had done so before."""

    phrase: str
    known: bool


@dataclass(frozen=True)
class Line:
    """A lesson in the list."""

    lesson: int
    phrase: str
    agency: str
    off: bool
    who: str
    at: datetime


@dataclass(frozen=True)
class LessonList(View):
    """One page of what was taught, the newest first."""

    under: str
    code: str
    total: int
    lines: tuple[Line, ...]
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses(f"/ajari {self.code}"))
        for line in self.lines:
            named[f"undo{line.lesson}"] = Decide("batal-ajari", {"lesson": line.lesson})
        return named


@dataclass(frozen=True)
class UnfitPhrase(Refusal):
    """Too little or too much to tell anything by."""

    given: str
    most: int


@command("ajari", may=Right.DISPOSE, rare=True)
async def ajari(context: Context, instansi: Node | None = None, *, kata: str = "") -> Learned | LessonList:
    left, page = split_page(kata)
    if instansi is None or not left:
        return await _list(context, instansi, page)
    await permit(context, Right.DISPOSE, instansi)
    off = kata.casefold().startswith(NOT)
    phrase = learning.fit(kata[len(NOT) :] if off else kata)
    if not phrase:
        raise UserError(UnfitPhrase(kata[:80], learning.MOST_WORDS))
    weight = 0.0 if off else learning.WEIGHT
    lesson = await context.services.store.write(
        learning.teach, hand(context), phrase, instansi.code, weight=weight
    )
    return Learned(lesson, phrase, instansi.label, off)


@decision("batal-ajari", may=Right.DISPOSE)
async def batal_ajari(context: Context, lesson: int) -> Unlearned:
    store = context.services.store
    row = await store.read(learning.lesson, lesson)
    node = context.registry.by_code(row.agency) if row else None
    await permit(context, Right.DISPOSE, node or context.registry.root)
    undone = await store.write(learning.undo, hand(context), lesson)
    return Unlearned(row.phrase if row else "", undone is not None)


async def _list(context: Context, node: Node | None, page: int) -> LessonList:
    store, under = context.services.store, node or context.here
    codes = [n.code for n in context.registry.subtree(under)] if under.parent_id is not None else None
    turn, total, rows = await store.read(turned, page, PER_PAGE, learning.listed, codes)
    who = await store.read(names, {r.taught_by for r in rows if r.taught_by is not None})
    lines = tuple(
        Line(r.number, r.phrase, _label(context, r.agency), r.off, who.get(r.taught_by or 0, ""), r.at)
        for r in rows
    )
    return LessonList(under.label, under.code, total, lines, turn)


def _label(context: Context, code: str) -> str:
    node = context.registry.by_code(code)
    return node.label if node is not None else code
