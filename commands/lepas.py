"""/lepas 17: let go of a report one has taken; whoever is responsible for the agency may free anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling import holding
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Free(View):
    """Anybody may take it now. `whose`: who had it."""

    number: int
    whose: str

    def presses(self) -> Mapping[str, Press]:
        return {"take": Say(f"/ambil {self.number}")}


@command("lepas", may=Right.DRAFT)
async def lepas(context: Context, nomor: Case) -> Free:
    whose = await context.services.store.write(
        holding.let_go, hand(context), nomor.number,
        anybodys=context.allows(Right.PUBLISH, nomor.agency.id),
    )  # fmt: skip
    await context.services.refresh(f"report:{nomor.number}")
    return Free(nomor.number, whose)
