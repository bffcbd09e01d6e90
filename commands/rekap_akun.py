"""/rekap-akun: the ledger as a page to hand over: a picture, a spreadsheet and a paper to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts.recap import Recap, recap
from plugin.desk.accounts.recap_papers import RecapPdf, RecapPicture, RecapTable
from plugin.desk.handling.cases import looked_at
from plugin.registry.duties import find_circular, touching
from plugin.registry.snapshot import Circular, Node
from plugin.wording import Drawing, Paper, Press, Say, View


@dataclass(frozen=True)
class Summed(View):
    """The page in a few lines, with its picture and papers."""

    recap: Recap

    def presses(self) -> Mapping[str, Press]:
        return {"missing": Say(f"/belum-punya-akun {self.recap.code}")}

    def drawings(self) -> Sequence[Drawing]:
        return (RecapPicture(self.recap),)

    def papers(self) -> Sequence[Paper]:
        return (RecapTable(self.recap), RecapPdf(self.recap))


@command("rekap-akun", may=Right.LOOK)
async def rekap_akun(context: Context, *, edaran_atau_instansi: str = "") -> Summed:
    node, circular = await _meant(context, edaran_atau_instansi.strip())
    made = await context.services.store.survey(
        recap, context.registry, node, circular, context.now, context.services.zone
    )
    return Summed(made)


async def _meant(context: Context, typed: str) -> tuple[Node, Circular | None]:
    """A circular by its number, or an agency; without either the newest circular in force here, if there is one."""
    digits = typed.lstrip("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 7:
        return context.here, find_circular(context.registry, int(digits), context.here)
    node = await looked_at(context, typed, "/rekap-akun {}")
    inside = list(touching(context.registry, node))
    return node, max(inside, key=lambda c: c.due_at, default=None)
