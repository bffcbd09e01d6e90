"""/laporan 17: the whole case, with photos, what is known of the author, and the way to the public post."""

from __future__ import annotations

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.handling.cases import Case
from plugin.wording import CardOf


@command("laporan", may=Right.LOOK)
async def laporan(context: Context, nomor: Case) -> CardOf:
    return CardOf(f"report:{nomor.number}")
