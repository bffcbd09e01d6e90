"""/bukti 17, with a photo or a PDF: put proof to a report; without one: look at what was put to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import proofs
from plugin.desk.handling.cases import Case
from plugin.desk.posts.photos import picture
from plugin.media import Media
from plugin.wording import UserError, View


@dataclass(frozen=True)
class ProofKept(View):
    number: int
    files: int


@dataclass(frozen=True)
class ProofShown(View):
    """What was put to a report; documents are counted, photos are shown."""

    number: int
    documents: int
    photos: tuple[Media, ...]

    def pictures(self) -> Sequence[Media]:
        return self.photos


@command("bukti", may=Right.DRAFT)
async def bukti(context: Context, nomor: Case) -> ProofKept | ProofShown:
    if not proofs.given(context):
        return await _shown(context, nomor.number)
    files = await proofs.keep(context, nomor.number)
    await refresh(context, nomor.number)
    return ProofKept(nomor.number, files)


async def _shown(context: Context, number: int) -> ProofShown:
    services = context.services
    rows = await services.store.read(proofs.of_report, number)
    if not rows:
        raise UserError(proofs.ProofNeeded(number))
    shown = [await picture(services.media, row.file, f"bukti-{number}-{row.id}") for row in rows]
    photos = tuple(photo for photo in shown if photo is not None)
    return ProofShown(number, sum(row.mime == "application/pdf" for row in rows), photos)
