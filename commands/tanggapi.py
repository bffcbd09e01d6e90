"""/tanggapi 17: answer the citizen in public, through the agency's own account: preview, confirm, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk import replies
from plugin.desk.audit import hand
from plugin.desk.cards import ReplyCard, reply_card
from plugin.desk.cases import Case, find_case, permit
from plugin.desk.leaving import answerable
from plugin.desk.masking import presentable
from plugin.errors import DeliveryError
from plugin.store.tables import Account, Reply
from plugin.wording import Decide, UserError, View

LONGEST = 2000


@dataclass(frozen=True)
class WriteReply(Ask):
    """The form for an answer. `before` is the draft that this one takes the place of, or 0."""

    number: int
    citizen: str
    text: str
    account: str
    initial: str
    before: int

    def then(self) -> Decide:
        return Decide("konsep", {"number": self.number, "before": self.before})

    def again(self) -> str:
        return f"/tanggapi {self.number}"

    def asks(self) -> Sequence[Field]:
        return (Field("text", "", Shape.TEXT, self.initial, longest=LONGEST),)


@dataclass(frozen=True)
class NotFoundYet(View):
    """We looked on the account's timeline and the answer is not there (yet)."""

    whisper = True
    number: int
    account: str


@command("tanggapi", may=Right.DRAFT)
async def tanggapi(context: Context, nomor: Case, *, teks: str = "") -> ReplyCard | WriteReply:
    account = await _account(context, nomor)
    if not teks:
        return _form(nomor, account, "", 0)
    return await _draft(context, nomor, account, teks, 0)


@decision("konsep", may=Right.DRAFT)
async def konsep(context: Context, number: int, before: int, text: str) -> ReplyCard:
    case = await find_case(context, number, Right.DRAFT)
    return await _draft(context, case, await _account(context, case), text, before)


@decision("ubah", may=Right.DRAFT)
async def ubah(context: Context, reply: int) -> WriteReply:
    row = await _reply(context, reply)
    case = await find_case(context, row.report_id, Right.DRAFT)
    return _form(case, await _account(context, case), row.text, reply)


@decision("kirim", may=Right.PUBLISH)
async def kirim(context: Context, reply: int, shown: str) -> ReplyCard:
    await _may_publish(context, reply)
    store, services = context.services.store, context.services
    card = await reply_card(services, reply)
    if card.state == "drafted" and (card.mode != "api" or card.inspection.too_long):
        return card
    await store.write(replies.confirm, hand(context), reply, shown)
    await services.publish(reply)
    return await reply_card(services, reply)


@decision("sudah-terkirim", may=Right.PUBLISH)
async def sudah_terkirim(context: Context, reply: int, shown: str) -> ReplyCard | NotFoundYet:
    """A person posted it in the platform's own composer: find it, and only then stop the clock."""
    await _may_publish(context, reply)
    services = context.services
    card = await reply_card(services, reply)
    try:
        seen = await services.look(reply)
    except DeliveryError:
        seen = False
    if not seen:
        return NotFoundYet(card.number, card.account)
    await services.store.write(replies.attribute, hand(context), reply)
    return await reply_card(services, reply)


@decision("kirim-lagi", may=Right.PUBLISH)
async def kirim_lagi(context: Context, reply: int) -> ReplyCard:
    """A person has looked and decides that it is not out."""
    await _may_publish(context, reply)
    await context.services.store.write(replies.send_again, hand(context), reply)
    await context.services.publish(reply)
    return await reply_card(context.services, reply)


@decision("batal", may=Right.DRAFT)
async def batal(context: Context, reply: int) -> ReplyCard:
    row = await _reply(context, reply)
    await find_case(context, row.report_id, Right.DRAFT)
    await context.services.store.write(replies.cancel, hand(context), reply)
    return await reply_card(context.services, reply)


async def _draft(context: Context, case: Case, account: Account, text: str, before: int) -> ReplyCard:
    assert account.id is not None
    store, by = context.services.store, hand(context)
    number = await store.write(replies.draft, by, case.number, account.id, text, context.origin)
    if before:
        await store.write(replies.cancel, by, before)
        await context.services.refresh(f"reply:{before}")
    return await reply_card(context.services, number)


def _form(case: Case, account: Account, initial: str, before: int) -> WriteReply:
    report = case.report
    return WriteReply(
        case.number, report.author_handle, presentable(report.text), account.handle, initial, before
    )


async def _account(context: Context, case: Case) -> Account:
    if not answerable(case.report):
        raise UserError(replies.NothingToAnswer(case.number))
    account = await context.services.store.read(replies.choose_account, case.report)
    if account is None:
        raise UserError(replies.NoAccount(case.number, case.agency.label, case.report.channel))
    return account


async def _may_publish(context: Context, reply: int) -> None:
    """The presser is checked, not the person the card was made for: for the case, and for the account."""
    row = await _reply(context, reply)
    await find_case(context, row.report_id, Right.PUBLISH)
    account = await context.services.store.read(lambda s: s.get(Account, row.account_id))
    assert account is not None
    await permit(context, Right.PUBLISH, context.registry.by_id(account.agency_id))


async def _reply(context: Context, number: int) -> Reply:
    row = await context.services.store.read(lambda s: s.get(Reply, number))
    assert row is not None
    return row
