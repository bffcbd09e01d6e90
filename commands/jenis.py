"""/jenis 17 permintaan-informasi: what kind of report it is decides how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk import steps
from plugin.desk.audit import hand
from plugin.desk.cases import Case
from plugin.desk.report_kinds import SAID, say_kind
from plugin.desk.telling import tell
from plugin.wording import Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class KindSaid(View):
    """`same`: it was of this kind already. `longer`: it has more time now, of which the Sekda hears."""

    number: int
    kind: str
    due_at: datetime | None
    same: bool
    longer: bool


@dataclass(frozen=True)
class MoreTime(View):
    """What the Sekda's rooms are told: the kind that somebody chose gives the report more time."""

    number: int
    agency: str
    before: str
    kind: str
    due_at: datetime | None
    by: str

    def presses(self) -> Mapping[str, Press]:
        return {
            "open": Say(f"/laporan {self.number}"),
            "complaint": Say(f"/jenis {self.number} pengaduan"),
        }


@dataclass(frozen=True)
class WhichKind(Refusal):
    """None of the words we know."""

    number: int
    given: str

    def presses(self) -> Mapping[str, Press]:
        return {word: Say(f"/jenis {self.number} {word}") for word in SAID}


@command("jenis", may=Right.DISPOSE, rare=True)
async def jenis(context: Context, nomor: Case, *, jenis_laporan: str = "") -> KindSaid:
    kind = SAID.get("-".join(jenis_laporan.casefold().split()))
    if kind is None:
        raise UserError(WhichKind(nomor.number, jenis_laporan[:40]))
    limits, store = context.services.limits, context.services.store
    done = await store.write(say_kind, hand(context), limits, nomor.number, kind)
    if done.longer and not done.same:
        by = context.sender.name
        notice = MoreTime(nomor.number, nomor.agency.label, done.before, kind, done.due_at, by)
        above = steps.sekda_of(context.registry, nomor.agency)
        if above is not None:
            await tell(context, notice, above.id, "jenis")
    await context.services.refresh(f"report:{nomor.number}")
    return KindSaid(nomor.number, kind, done.due_at, done.same, done.longer)
