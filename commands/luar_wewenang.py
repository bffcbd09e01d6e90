"""/luar-wewenang: what other bodies must act on, kept and counted; and telling the citizen so in public."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.refusals import NoSuchReport
from plugin.chat.rights import Right
from plugin.desk import drafting, proposals
from plugin.desk.audit import hand
from plugin.desk.cases import find_case
from plugin.desk.queue import span_of
from plugin.desk.reply_card import ReplyCard, reply_card
from plugin.desk.suggestion import Outside, body
from plugin.wording import UserError, View


@dataclass(frozen=True)
class Count:
    """How many confirmed cases a body has, and how many of them the citizen was told of."""

    body: Outside
    total: int
    answered: int


@dataclass(frozen=True)
class Elsewhere(View):
    """What lies outside our authority, by body, the most first."""

    under: str
    counts: tuple[Count, ...]


@command("luar-wewenang", may=Right.LOOK)
async def luar_wewenang(context: Context) -> Elsewhere:
    assert context.node is not None
    span = span_of(context.registry, context.node)
    rows = await context.services.store.survey(proposals.outside_counts, span)
    counts = tuple(Count(b, n, told) for code, n, told in rows if (b := body(code)) is not None)
    return Elsewhere(context.node.label, counts)


@decision("luar-wewenang", may=Right.DRAFT)
async def di_luar_wewenang(context: Context, number: int, body: str) -> ReplyCard:
    """Confirm that this body must act, on record, and prepare the answer that says so. Nothing is sent by it."""
    case = await find_case(context, number, Right.DRAFT)
    meant, services = _body(number, body), context.services
    await drafting.speaker(context, case)  # where nobody can answer, nothing is confirmed either
    text = services.words("triage/outside.txt", body=meant.name, contact=meant.contact)
    await services.store.write(proposals.confirm_outside, hand(context), number, body)
    draft = await drafting.keep(context, case, text)
    await services.refresh(f"report:{number}")
    return await reply_card(services, draft)


def _body(number: int, code: str) -> Outside:
    meant = body(code)
    if meant is None:
        raise UserError(NoSuchReport(number))
    return meant
