"""/terima 17: the agency says that it has received the order; who and when is seen by everybody above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import receipts
from plugin.desk.handling.cases import Case
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class Received(View):
    """`new` is False when there was nothing to confirm."""

    number: int
    new: bool

    def presses(self) -> Mapping[str, Press]:
        return {"take": Say(f"/ambil {self.number}"), "answer": Say(f"/tanggapi {self.number}")}


@command("terima", may=Right.DRAFT)
async def terima(context: Context, nomor: Case) -> Received:
    orders = await context.services.store.write(receipts.confirm, hand(context), nomor.number)
    await refresh(context, nomor.number)
    return Received(nomor.number, bool(orders))
