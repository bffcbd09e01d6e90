"""/prioritas 17 tinggi: what must go before the others stands on top of the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling import steps
from plugin.desk.handling.cases import Case
from plugin.desk.handling.steps import PRIORITIES
from plugin.wording import Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class Prioritised(View):
    """`changed` is False when it had this priority already."""

    number: int
    priority: str
    changed: bool


@dataclass(frozen=True)
class WhichPriority(Refusal):
    """None of the words we know."""

    number: int
    given: str
    words: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {word: Say(f"/prioritas {self.number} {word}") for word in self.words}


@command("prioritas", may=Right.DISPOSE)
async def prioritas(context: Context, nomor: Case, tingkat: str = "") -> Prioritised:
    word = tingkat.casefold()
    if word not in PRIORITIES:
        raise UserError(WhichPriority(nomor.number, tingkat[:40], PRIORITIES))
    store = context.services.store
    changed = await store.write(steps.put_first, hand(context), nomor.number, PRIORITIES.index(word))
    await context.services.refresh(f"report:{nomor.number}")
    return Prioritised(nomor.number, word, changed)
