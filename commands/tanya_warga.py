"""/tanya-warga 17: prepare the question whether it is really settled, to be looked at and sent like any answer."""

from __future__ import annotations

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.handling.cases import Case
from plugin.desk.replying import drafting
from plugin.public.recorded import is_recorded
from plugin.wording import CardHere


@command("tanya-warga", may=Right.DRAFT, rare=True)
async def tanya_warga(context: Context, nomor: Case) -> CardHere:
    report = nomor.report
    question = context.services.words(
        "tanya_warga/question.txt",
        citizen=report.author_handle, number=nomor.number, in_person=is_recorded(report.channel),
    )  # fmt: skip
    return CardHere(f"reply:{await drafting.keep(context, nomor, question)}")
