"""/tanggapi 17: answer the citizen in public, through the agency's own account: preview, confirm, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from sqlmodel import Session

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, MediaRef, Shape
from plugin.chat.waiting_words import carried, refs
from plugin.desk.audit import Hand, hand
from plugin.desk.cards.reply_card import ReplyCard, reply_card
from plugin.desk.cards.telling import show_called_off
from plugin.desk.handling.cases import Case, case_of_reply, find_case, find_reply, permit_reply
from plugin.desk.masking import presentable
from plugin.desk.outgoing import in_person
from plugin.desk.replying import approvals, companions, drafting, enclosures, guard, ready, replies
from plugin.errors import DeliveryError
from plugin.public.recorded import is_recorded
from plugin.rhythm import handing
from plugin.rhythm.handing import Told
from plugin.store.tables import Account, Reply
from plugin.terms import Terms
from plugin.wording import CardHere, Decide, Press, Refusal, UserError, View

LONGEST = 2000


@dataclass(frozen=True)
class WriteReply(Ask):
    """The form for an answer. `before` is the draft that this one takes the place of, `corrects` the public answer; 0
    where there is none. `sent` are photos that came before the form did; `room` is for so many more. No `account`: a
    person tells it the citizen."""

    number: int
    citizen: str
    text: str
    account: str
    initial: str
    before: int
    corrects: int = 0
    sent: tuple[MediaRef, ...] = ()
    room: int = 0

    def then(self) -> Decide:
        what = {"number": self.number, "before": self.before, "corrects": self.corrects}
        return Decide("konsep", what | {"sent": carried(self.sent)})

    def again(self) -> str:
        return f"/tanggapi {self.number}"

    def asks(self) -> Sequence[Field]:
        text = Field("text", "", Shape.TEXT, self.initial, longest=LONGEST)
        photos = Field("photos", "", Shape.PHOTOS, longest=self.room, required=False)
        return (text, photos) if self.room > 0 else (text,)


@dataclass(frozen=True)
class PasteAddress(Ask):
    """The form for the address of a post that a person made."""

    number: int
    reply_id: int
    account: str

    def then(self) -> Decide:
        return Decide("lampirkan", {"reply": self.reply_id})

    def asks(self) -> Sequence[Field]:
        return (Field("address", "", Shape.LINE, longest=300),)


@dataclass(frozen=True)
class NotFoundYet(View):
    """We looked on the account's timeline and the answer is not there (yet)."""

    whisper = True
    number: int
    account: str


@dataclass(frozen=True)
class TypeAccount(Ask):
    """The form that asks for the account's name, where it is not the assigned agency's."""

    number: int
    reply_id: int
    shown: str
    agency: str
    account: str
    account_agency: str
    text: str

    def then(self) -> Decide:
        return Decide("kirim-dari", {"reply": self.reply_id, "shown": self.shown})

    def asks(self) -> Sequence[Field]:
        return (Field("handle", "", Shape.LINE, longest=80),)


@dataclass(frozen=True)
class WrongAccount(Refusal):
    """What was typed is not the account's name."""

    number: int
    given: str


@dataclass(frozen=True)
class StillSend(View):
    """Something was found in the text: whoever pressed Kirim is told once more, and asked. `typed`: they have
    typed the account's name. No `account`: a person tells it the citizen; `asks`: not before a second one agrees."""

    whisper = True
    number: int
    reply_id: int
    shown: str
    account: str
    text: str
    examined: guard.Examined
    typed: bool
    asks: bool

    def presses(self) -> Mapping[str, Press]:
        what = {"reply": self.reply_id, "shown": self.shown, "typed": self.typed}
        return {
            "anyway": Decide("tetap-kirim", what),
            "edit": Decide("ubah", {"reply": self.reply_id}),
        }


@command("tanggapi", may=Right.DRAFT)
async def tanggapi(
    context: Context, nomor: Case, *, teks: str = ""
) -> CardHere | WriteReply | ready.ReadyAnswers | ready.FillIn:
    wanted = ready.meant(nomor.number, teks)
    if wanted is not None:
        return await ready.answer(context, nomor, wanted)
    if not teks:
        form = _form(context, nomor, await drafting.speaker(context, nomor), "", 0)
        sent = context.media[: form.room]
        return replace(form, sent=sent, room=form.room - len(sent))
    return await _draft(context, nomor, teks, 0)


@decision("konsep", may=Right.DRAFT)
async def konsep(  # what the form was about, and what was filled in
    context: Context,
    number: int,
    before: int,
    text: str,
    corrects: int = 0,
    sent: Sequence[Sequence[str]] = (),
) -> CardHere:
    case = await find_case(context, number, Right.DRAFT)
    return await _draft(context, case, text, before, corrects, refs(sent))


@decision("perbaiki", may=Right.DRAFT)
async def perbaiki(context: Context, reply: int) -> WriteReply:
    """A new answer in the place of a public one: first the new one goes out, then the old one goes."""
    case, row = await case_of_reply(context, reply, Right.DRAFT)
    if row.state != "published":
        raise UserError(replies.NotPublic(case.number))
    if is_recorded(case.report.channel):
        raise UserError(replies.ToldInPerson(case.number))
    form = _form(context, case, await drafting.speaker(context, case), row.text, 0)
    return replace(form, corrects=reply)


@decision("ubah", may=Right.DRAFT)
async def ubah(context: Context, reply: int) -> WriteReply:
    case, row = await case_of_reply(context, reply, Right.DRAFT)
    await context.services.store.read(approvals.check_author, hand(context), reply)
    form = _form(context, case, await drafting.speaker(context, case), row.text, reply)
    held = await context.services.store.read(enclosures.of, row)
    return replace(form, corrects=row.corrects or 0, room=form.room - len(held))


@decision("kirim", may=Right.PUBLISH)
async def kirim(context: Context, reply: int, shown: str) -> CardHere | TypeAccount | StillSend:
    await permit_reply(context, Right.PUBLISH, reply)
    card = await reply_card(context.services, reply)
    return _type_first(card, shown) or await _send(context, card, shown)


@decision("kirim-dari", may=Right.PUBLISH)
async def kirim_dari(context: Context, reply: int, shown: str, handle: str) -> CardHere | StillSend:
    """The account is not the assigned agency's: its name was typed, so it was read."""
    await permit_reply(context, Right.PUBLISH, reply)
    card = await reply_card(context.services, reply)
    if handle.strip().lstrip("@").casefold() != card.account.casefold():
        raise UserError(WrongAccount(card.number, handle.strip()[:80]))
    return await _send(context, card, shown, typed=True)


@decision("tetap-kirim", may=Right.PUBLISH)
async def tetap_kirim(
    context: Context, reply: int, shown: str, typed: bool = False
) -> CardHere | TypeAccount | StillSend:
    """Whoever sends was told what the checks found, and goes ahead. Was the case handed on since, the account has
    become another's, and its name is asked for now."""
    await permit_reply(context, Right.PUBLISH, reply)
    card = await reply_card(context.services, reply)
    form = _type_first(card, shown) if not typed else None
    if form is not None:
        return form
    sent = await _send(context, card, shown, sure=True)
    await context.services.refresh(f"reply:{reply}")
    return sent


@decision("sudah-terkirim", may=Right.PUBLISH)
async def sudah_terkirim(context: Context, reply: int, shown: str) -> CardHere | NotFoundYet:
    """A person posted it in the platform's own composer: find it, and only then stop the clock."""
    await permit_reply(context, Right.PUBLISH, reply)
    services = context.services
    card = await reply_card(services, reply)
    try:
        seen = await services.look(reply)
    except DeliveryError:
        seen = False
    if not seen:
        return NotFoundYet(card.number, card.account)
    await services.store.write(replies.attribute, hand(context), reply)
    return CardHere(f"reply:{reply}")


@decision("alamat", may=Right.PUBLISH)
async def alamat(context: Context, reply: int) -> PasteAddress:
    row = await permit_reply(context, Right.PUBLISH, reply)
    card = await reply_card(context.services, reply)
    return PasteAddress(row.report_id, reply, card.account)


@decision("lampirkan", may=Right.PUBLISH)
async def lampirkan(context: Context, reply: int, address: str) -> CardHere | NotFoundYet:
    """A person posted it and names the post: looked at, attached, and the clock stops."""
    row = await permit_reply(context, Right.PUBLISH, reply)
    try:
        await context.services.attach(context, reply, address)
    except DeliveryError:
        card = await reply_card(context.services, reply)
        return NotFoundYet(row.report_id, card.account)
    return CardHere(f"reply:{reply}")


async def _draft(  # a draft, and what it takes the place of
    context: Context, case: Case, text: str, before: int, corrects: int = 0, sent: tuple[MediaRef, ...] = ()
) -> CardHere:
    store = context.services.store
    number = await drafting.keep(context, case, text, corrects=corrects)
    if before or corrects:
        await store.write(enclosures.carry, before or corrects, number)
    if before:
        await store.write(replies.cancel, hand(context), before)
        await show_called_off(context.services, before)
        await context.services.refresh(f"reply:{before}")
    photos = (*sent, *context.media)
    if photos:
        await _enclose(context, number, photos)
    return CardHere(f"reply:{number}")


async def _enclose(context: Context, number: int, photos: Sequence[MediaRef]) -> None:
    """Add the photos that came with the words. What cannot be added is told, and the words are kept."""
    card = await reply_card(context.services, number)
    try:
        await enclosures.add(context, await find_reply(context, number), card.channel, photos)
    except UserError as error:
        await context.services.send(context.room, error.view, f"foto:{context.origin}")


def _form(context: Context, case: Case, account: Account, initial: str, before: int) -> WriteReply:
    report = case.report
    room = enclosures.most_of(context.services.channels.get(account.channel))
    return WriteReply(
        case.number,
        report.author_handle,
        presentable(report.text),
        "" if is_recorded(account.channel) else account.handle,
        initial,
        before,
        room=room,
    )


def _type_first(card: ReplyCard, shown: str) -> TypeAccount | None:
    """The form for the account's name, where the account is not the assigned agency's."""
    if card.state not in replies.SENDABLE or not card.of_another:
        return None
    return TypeAccount(
        card.number, card.reply_id, shown, card.agency, card.account, card.account_agency, card.text
    )


async def _send(
    context: Context, card: ReplyCard, shown: str, *, sure: bool = False, typed: bool = False
) -> CardHere | StillSend:
    services, reply = context.services, card.reply_id
    if card.state in replies.SENDABLE and (
        card.mode not in ("api", "told") or card.inspection.too_long or card.examined.never
    ):
        return CardHere(card.about)
    if card.state in ("drafted", "asking") and card.examined.doubtful and not sure:
        speaks_as = card.account if card.mode == "api" else ""
        asks = card.mode == "told" and bool(card.needs)
        return StillSend(card.number, reply, shown, speaks_as, card.text, card.examined, typed, asks)
    done, told = await services.store.write(
        _confirm, hand(context), card, shown, services.terms, services.zone
    )
    for notice in told.notices:
        await services.notify(notice)
    if done.state == "confirmed":
        await services.publish(reply)
        for along in await services.store.read(companions.of, reply):
            if along.id is not None and along.state == "confirmed":
                await services.publish(along.id)
        if done.corrects is not None:
            await show_called_off(services, done.corrects)
    else:
        for about in (f"report:{card.number}", f"reply:{reply}"):
            await services.refresh(about)
    return CardHere(f"reply:{reply}")


def _confirm(
    session: Session, by: Hand, card: ReplyCard, shown: str, terms: Terms, zone: tzinfo
) -> tuple[Reply, Told]:
    """In one step with showing it to the agency's rooms, where a second person must agree first; what a person has
    told the citizen is out by that. Who presses in its author's place, where a second person must agree to what is
    to be told yet, agrees: nobody has told it by that."""
    found = card.examined.findings
    if card.mode == "told" and card.needs and not approvals.is_author(session, by, card.reply_id):
        return guard.agree(session, by, card.reply_id, shown, found, card.needs, card.along), Told()
    done = guard.confirm(session, by, card.reply_id, shown, terms, found, card.along)
    if card.mode == "told" and done.state == "confirmed":
        in_person.told(session, by, done, zone)
    return done, handing.ask(session, by, done)
