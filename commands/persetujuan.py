"""/persetujuan dpupr perlu: when an answer needs a second pair of eyes; and what that second person decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.audit import hand
from plugin.desk.cards.reply_card import reply_card
from plugin.desk.handling.cases import permit, permit_reply
from plugin.desk.replying import approvals
from plugin.registry.persons import name_of
from plugin.registry.snapshot import Node
from plugin.wording import CardHere, Decide, Refusal, UserError, View


@dataclass(frozen=True)
class Rule(View):
    """What holds for an agency."""

    agency: str
    short: str
    mode: str
    changed: bool
    newcomer: int
    night_from: str
    night_until: str


@dataclass(frozen=True)
class NoSuchRule(Refusal):
    given: str


@dataclass(frozen=True)
class Note(Ask):
    """The form for the note with which a draft goes back to its author."""

    number: int
    reply_id: int
    author: str
    text: str

    def then(self) -> Decide:
        return Decide("kembalikan-dengan", {"reply": self.reply_id})

    def asks(self) -> Sequence[Field]:
        return (Field("note", "", Shape.TEXT, longest=500),)


@command("persetujuan", may=Right.LOOK, rare=True)
async def persetujuan(context: Context, instansi: Node | None = None, *, aturan: str = "") -> Rule:
    node = instansi or context.here
    store, mode = context.services.store, aturan.strip().casefold()
    if mode:
        if mode not in approvals.MODES:
            raise UserError(NoSuchRule(aturan.strip()[:40]))
        await permit(context, Right.VOUCH, node)
        await store.write(approvals.set_mode, hand(context), node.id, mode)
    terms = context.services.terms
    return Rule(
        node.name,
        node.label,
        await store.read(approvals.mode_of, node.id),
        bool(mode),
        terms.newcomer,
        f"{terms.night_from:%H.%M}",
        f"{terms.night_until:%H.%M}",
    )


@decision("setujui", may=Right.PUBLISH)
async def setujui(context: Context, reply: int, shown: str) -> CardHere:
    row = await permit_reply(context, Right.PUBLISH, reply)
    along = (await reply_card(context.services, reply)).along
    await context.services.store.write(approvals.approve, hand(context), reply, shown, along)
    await context.services.refresh(f"report:{row.report_id}")
    return CardHere(f"reply:{reply}")


@decision("kembalikan-konsep", may=Right.PUBLISH)
async def kembalikan_konsep(context: Context, reply: int) -> Note:
    row = await permit_reply(context, Right.PUBLISH, reply)
    author = await context.services.store.read(name_of, row.drafted_by)
    return Note(row.report_id, reply, author, row.text)


@decision("kembalikan-dengan", may=Right.PUBLISH)
async def kembalikan_dengan(context: Context, reply: int, note: str) -> CardHere:
    row = await permit_reply(context, Right.PUBLISH, reply)
    await context.services.store.write(approvals.give_back, hand(context), reply, note.strip()[:500])
    for about in (f"reply:{reply}", f"report:{row.report_id}"):
        await context.services.refresh(about)
    return CardHere(f"reply:{reply}")
