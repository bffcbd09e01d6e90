"""/klaim KODE: the first administrator takes the app with the code from the operator's terminal."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.accounts import claiming
from plugin.desk.audit import hand
from plugin.wording import View


@dataclass(frozen=True)
class Claimed(View):
    whisper = True
    agency: str


@command("klaim", may=Right.ANY)
async def klaim(context: Context, kode: str) -> Claimed:
    root = context.registry.root
    await context.services.store.write(claiming.claim, hand(context), context.sender, kode, root.id)
    return Claimed(root.name)
