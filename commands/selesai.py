"""/selesai 17: close a case that was answered in public, with a photo or a document that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import cases, proofs
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, UserError, View


@dataclass(frozen=True)
class Closed(View):
    """Closed, with so many files that show it. `wanted`: some would be welcome; `sampled`: the citizen is asked."""

    number: int
    note: str
    files: int
    wanted: bool
    sampled: bool

    def presses(self) -> Mapping[str, Press]:
        return {"ask": Say(f"/tanya-warga {self.number}")}


@command("selesai", may=Right.DISPOSE)
async def selesai(context: Context, nomor: Case, *, catatan: str = "") -> Closed:
    terms, store = context.services.terms, context.services.store
    before = await store.read(proofs.of_report, nomor.number)
    if terms.proof == "wajib" and not before and not proofs.given(context):
        raise UserError(proofs.ProofNeeded(nomor.number))
    await store.write(cases.close, hand(context), nomor.number, "done", catatan, context.services.zone)
    files = await proofs.keep(context, nomor.number)
    await refresh(context, nomor.number)
    wanted = terms.proof != "tidak" and not before
    return Closed(nomor.number, catatan, files, wanted, terms.samples(nomor.number))
