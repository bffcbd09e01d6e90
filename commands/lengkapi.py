"""What is done to a draft on its preview: a long one becomes several posts, photos are added and described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plugin.chat.command import decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk.audit import hand
from plugin.desk.cards.reply_card import reply_card
from plugin.desk.handling.cases import case_of_reply
from plugin.desk.replying import approvals, drafts, enclosures
from plugin.desk.replying.chains import MOST_PARTS
from plugin.store.tables import Reply
from plugin.wording import CardHere, Decide, Refusal, UserError

LONGEST_ALT = 400
"""Characters: channels take more, but nobody listens for so long."""


@dataclass(frozen=True)
class TooLongToCut(Refusal):
    """It does not become posts: too many would be needed, or a word is longer than a post."""

    number: int
    most: int


@dataclass(frozen=True)
class AddPhotos(Ask):
    """The form for photos, at most so many."""

    number: int
    reply_id: int
    room: int

    def then(self) -> Decide:
        return Decide("foto-isi", {"reply": self.reply_id})

    def asks(self) -> Sequence[Field]:
        return (Field("photos", "", Shape.PHOTOS, longest=self.room),)


@dataclass(frozen=True)
class DescribePhotos(Ask):
    """The form that asks what each photo shows."""

    number: int
    reply_id: int
    alts: tuple[str, ...]

    def then(self) -> Decide:
        return Decide("keterangan-isi", {"reply": self.reply_id})

    def asks(self) -> Sequence[Field]:
        return tuple(
            Field(f"alt{n}", "", Shape.TEXT, alt, longest=LONGEST_ALT, required=False)
            for n, alt in enumerate(self.alts, 1)
        )


@dataclass(frozen=True)
class NoPhotoCame(Refusal):
    """The question was answered without a photo."""

    number: int


@decision("bagi", may=Right.DRAFT)
async def bagi(context: Context, reply: int) -> CardHere:
    """Publish it as several posts, each below the one before."""
    await _mine(context, reply)
    card = await reply_card(context.services, reply)
    if card.inspection.too_long and not card.cuts:
        raise UserError(TooLongToCut(card.number, MOST_PARTS))
    if card.cuts:
        await context.services.store.write(drafts.arrange, hand(context), reply, card.cuts)
    return CardHere(f"reply:{reply}")


@decision("tambah-foto", may=Right.DRAFT)
async def tambah_foto(context: Context, reply: int) -> AddPhotos:
    await _mine(context, reply)
    card = await reply_card(context.services, reply)
    if card.room < 1:
        raise UserError(enclosures.TooManyPictures(card.number, card.channel, len(card.photos)))
    return AddPhotos(card.number, reply, card.room)


@decision("foto-isi", may=Right.DRAFT)
async def foto_isi(context: Context, reply: int) -> CardHere:
    row = await _mine(context, reply)
    photos = context.media
    if not photos:
        raise UserError(NoPhotoCame(row.report_id))
    card = await reply_card(context.services, reply)
    await enclosures.add(context, row, card.channel, photos)
    return await _anew(context, reply)


@decision("keterangan-foto", may=Right.DRAFT)
async def keterangan_foto(context: Context, reply: int) -> DescribePhotos:
    row = await _mine(context, reply)
    held = await context.services.store.read(enclosures.of, row)
    return DescribePhotos(row.report_id, reply, tuple(picture.alt for picture in held))


@decision("keterangan-isi", may=Right.DRAFT)
async def keterangan_isi(
    context: Context, reply: int, alt1: str = "", alt2: str = "", alt3: str = "", alt4: str = ""
) -> CardHere:
    """What each photo shows; a dash says knowingly that nothing is said of it."""
    await _mine(context, reply)
    said = [drafts.clean(alt).removeprefix("-").strip() for alt in (alt1, alt2, alt3, alt4)]
    await context.services.store.write(enclosures.describe, hand(context), reply, said)
    return await _anew(context, reply)


@decision("hapus-foto", may=Right.DRAFT)
async def hapus_foto(context: Context, reply: int) -> CardHere:
    await _mine(context, reply)
    await context.services.store.write(enclosures.remove, hand(context), reply)
    return CardHere(f"reply:{reply}")


async def _mine(context: Context, reply: int) -> Reply:
    """The draft, if it is the sender's own: nobody changes another's."""
    _, row = await case_of_reply(context, reply, Right.DRAFT)
    await context.services.store.read(approvals.check_author, hand(context), reply)
    return row


async def _anew(context: Context, reply: int) -> CardHere:
    """The card once more, with its photos; where it hung before it shows the same."""
    await context.services.refresh(f"reply:{reply}")
    return CardHere(f"reply:{reply}")
