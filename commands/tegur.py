"""/tegur dpupr tolong hari ini: a superior's word to an agency that is late."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.desk.lists.queue import span_of
from plugin.registry.snapshot import Node
from plugin.rhythm.reprimands import reprimand
from plugin.rhythm.waiting import overdue_at
from plugin.wording import View


@dataclass(frozen=True)
class Reprimanded(View):
    """`rooms` were told; `before`: the same word was said today already, and is not said again."""

    agency: str
    rooms: int
    before: bool


@dataclass(frozen=True)
class NothingLate(View):
    """There is nothing to say, unless in one's own words."""

    whisper = True
    agency: str
    code: str


@command("tegur", may=Right.DISPOSE)
async def tegur(context: Context, instansi: Node, *, pesan: str = "") -> Reprimanded | NothingLate:
    await permit(context, Right.DISPOSE, context.registry.parent(instansi) or instansi)
    services, words = context.services, pesan.strip()[:1000]
    late = await services.store.survey(overdue_at, span_of(context.registry, instansi), context.now)
    if not late and not words:
        return NothingLate(instansi.label, instansi.code)
    today = context.today
    said = await services.store.write(reprimand, hand(context), instansi.id, words, today)
    if not said.before:
        for number in said.notices:
            await services.notify(number)
    return Reprimanded(instansi.label, len(said.notices), said.before)
