"""/catat telepon …: write down what a citizen said by telephone, at the counter, in a letter: a report like any."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.chat.command import command, decision
from plugin.chat.compose import Ask, filled
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field, MediaRef, Shape, Submitted, Typed
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import find_case, permit
from plugin.desk.masking import excerpt
from plugin.desk.posts import album, recording
from plugin.desk.posts.cleaning import fit
from plugin.desk.posts.pictures import NotAPicture
from plugin.desk.posts.recording import Citizen, Rules, Said
from plugin.errors import DeliveryError
from plugin.public.recorded import OTHER, channel_named, split
from plugin.wording import Decide, Press, Refusal, Say, UserError, View

LONGEST = 3000
MOST_PHOTOS = 4
EXCERPT = 120
WHO = (
    Field("name", "", Shape.LINE, longest=120, required=False),
    Field("contact", "", Shape.LINE, longest=recording.LONGEST_CONTACT, required=False),
)
"""What may be asked of the citizen."""
ASKED = ("telepon", "whatsapp", "sms", "loket", "surat", "radio", "facebook", "instagram", OTHER)
"""Channels that have a button where none was named."""
AGAIN = re.compile(
    r"""\s*(?:lagi|tambahan)\s+(?P<called>laporan\s+|(?=\#))?\#?(?P<number>\d{1,9})\b(?P<mark>\s*:)?[\s,]*""",
    re.IGNORECASE | re.VERBOSE,
)
"""`lagi 17 …`: more of a citizen whose report was written down."""
MEASURE = re.compile(
    r"(?:hari|jam|menit|minggu|bulan|tahun|malam|kali|orang|warga|kk|keluarga|rumah|toko|tiang|titik|lampu|pohon|meter|km"
    r"|unit|buah|ekor|truk|mobil|motor|rt|rw|desa|dusun)\b",
    re.IGNORECASE,
)
"""Behind a number these make it one of the citizen's words: `lagi 3 hari listrik mati`."""


@dataclass(frozen=True)
class WriteDown(Ask):
    """The form for what was said and by whom, and by which channel where that is not told yet. `sent` are photos that
    came before the form did."""

    channel: str
    sent: tuple[MediaRef, ...] = ()

    def then(self) -> Decide:
        return Decide("catat", ({"channel": self.channel} if self.channel else {}) | _carried(self.sent))

    def again(self) -> str:
        return f"/catat {self.channel}".strip()

    def asks(self) -> Sequence[Field]:
        channel = Field("channel", "", Shape.LINE, longest=30)
        return (
            *(() if self.channel else (channel,)),
            Field("text", "", Shape.TEXT, longest=LONGEST),
            *(replace(one, apart=True) for one in WHO),
        )


@dataclass(frozen=True)
class WhoSaidIt(Ask):
    """The form for who said it and how they are reached."""

    confidential = True
    number: int

    def then(self) -> Decide:
        return Decide("pelapor", {"number": self.number})

    def again(self) -> str:
        return f"/laporan {self.number}"

    def asks(self) -> Sequence[Field]:
        return WHO


@dataclass(frozen=True)
class WriteMore(Ask):
    """The form for what the citizen said later; `sent` as above."""

    number: int
    sent: tuple[MediaRef, ...] = ()

    def then(self) -> Decide:
        return Decide("catat-lagi", {"number": self.number} | _carried(self.sent))

    def again(self) -> str:
        return f"/catat lagi {self.number}"

    def asks(self) -> Sequence[Field]:
        return (Field("text", "", Shape.TEXT, longest=LONGEST),)


@dataclass(frozen=True)
class Recorded(View):
    """It has a number now, to tell the citizen. `known`: somebody said who it was; `lost`: so many of the photos
    could not be read."""

    number: int
    channel: str
    agency: str
    text: str
    due_at: datetime
    known: bool
    lost: int

    def presses(self) -> Mapping[str, Press]:
        return {
            "open": Say(f"/laporan {self.number}"),
            "answer": Say(f"/tanggapi {self.number}"),
            "dispose": Say(f"/disposisi {self.number}"),
            "reporter": Decide("isi-pelapor", {"number": self.number}),
        }


@dataclass(frozen=True)
class Added(View):
    """What the citizen said later stands with the report."""

    number: int
    text: str
    lost: int

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}"), "answer": Say(f"/tanggapi {self.number}")}


@dataclass(frozen=True)
class Named(View):
    """The report knows who said it, or no longer."""

    number: int
    known: bool

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class Reached(View):
    """Who said it, how they are reached, and all that they said: for the eyes of whoever asked."""

    whisper = True
    confidential = True
    number: int
    name: str
    contact: str
    said: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"change": Decide("isi-pelapor", {"number": self.number})}


@dataclass(frozen=True)
class WhichChannel(Refusal):
    """It was not said how it came. A button carries no photos: those that came along have to be sent again."""

    text: str
    channels: tuple[str, ...]
    photos: bool

    def presses(self) -> Mapping[str, Press]:
        return {channel: Say(f"/catat {channel}: {self.text}") for channel in self.channels}


@dataclass(frozen=True)
class WhoseWords(Refusal):
    """A number that may be a report's or one of the words: `words` are what is left for the report, `anew` all that a
    report of its own would say. A button carries no photos."""

    number: int
    words: str
    anew: str
    photos: bool

    def presses(self) -> Mapping[str, Press]:
        return {
            "add": Say(f"/catat lagi laporan {self.number}: {self.words}"),
            "anew": Say(f"/catat {self.anew}"),
        }


@command("catat", may=Right.DRAFT)
async def catat(context: Context, *, isi: str = "") -> Recorded | WriteDown | Added | WriteMore:
    await permit(context, Right.DRAFT, context.here)
    more = AGAIN.match(isi)
    if more is not None:
        number, rest = int(more["number"]), isi[more.end() :].strip()
        if MEASURE.match(rest) and more["called"] is None and more["mark"] is None:
            raise UserError(
                WhoseWords(number, fit(rest), fit(isi[more.start("number") :].strip()), bool(context.media))
            )
        return await _more(context, number, rest)
    channel, text = split(isi)
    if not text:
        return WriteDown(channel or "", context.media)
    if channel is None:
        raise UserError(WhichChannel(fit(text), ASKED, bool(context.media)))
    return await _write_down(context, channel, text, Citizen())


@decision("catat", may=Right.DRAFT)
async def catat_form(  # what was filled in, and what came before
    context: Context,
    channel: str,
    text: str,
    name: str = "",
    contact: str = "",
    sent: Sequence[Sequence[str]] = (),
) -> Recorded:
    """A channel that we have no name for is some other one: what was said is not lost for it."""
    await permit(context, Right.DRAFT, context.here)
    citizen = Citizen(filled(name), filled(contact))
    return await _write_down(context, channel_named(channel) or OTHER, text, citizen, _refs(sent))


@decision("catat-lagi", may=Right.DRAFT)
async def catat_lagi(
    context: Context, number: int, text: str, sent: Sequence[Sequence[str]] = ()
) -> Added | WriteMore:
    return await _more(context, number, text, _refs(sent))


@decision("isi-pelapor", may=Right.DRAFT)
async def isi_pelapor(context: Context, number: int) -> WhoSaidIt:
    await find_case(context, number, Right.DRAFT)
    return WhoSaidIt(number)


@decision("pelapor", may=Right.DRAFT)
async def pelapor(context: Context, number: int, name: str = "", contact: str = "") -> Named:
    await find_case(context, number, Right.DRAFT)
    citizen = Citizen(filled(name), filled(contact))
    await context.services.store.write(recording.name_citizen, hand(context), number, citizen)
    await refresh(context, number)
    return Named(number, bool(citizen.name or citizen.contact))


@decision("kontak", may=Right.DRAFT)
async def kontak(context: Context, number: int) -> Reached:
    """Seeing it is a right, and using it is on record."""
    await find_case(context, number, Right.DRAFT)
    citizen, said = await context.services.store.write(recording.reached, hand(context), number)
    return Reached(number, citizen.name, citizen.contact, said)


async def _write_down(
    context: Context, channel: str, text: str, citizen: Citizen, sent: Sequence[MediaRef] = ()
) -> Recorded:
    photos = (*sent, *context.media)
    said = Said(text, await _kept(context, photos), _origin(context))
    services, agency = context.services, context.here
    rules = Rules(services.limits, services.zone)
    number = await services.store.write(
        recording.write_down, hand(context), agency.id, channel, said, citizen, rules
    )
    services.came_in()
    case = await find_case(context, number, Right.DRAFT)
    known = bool(citizen.name or citizen.contact)
    shown, lost = excerpt(case.report.text, EXCERPT), len(photos) - len(said.photos)
    return Recorded(number, case.report.channel, case.agency.label, shown, case.report.due_at, known, lost)


async def _more(context: Context, number: int, text: str, sent: Sequence[MediaRef] = ()) -> Added | WriteMore:
    await find_case(context, number, Right.DRAFT)
    if not text:
        return WriteMore(number, context.media)
    photos = (*sent, *context.media)
    said = Said(text, await _kept(context, photos), _origin(context))
    services = context.services
    rules = Rules(services.limits, services.zone)
    await services.store.write(recording.add, hand(context), number, said, rules)
    services.came_in()
    await refresh(context, number)
    return Added(number, excerpt(text, EXCERPT), len(photos) - len(said.photos))


def _carried(sent: Sequence[MediaRef]) -> dict[str, list[list[str]]]:
    """Photos in what a form means, until it is sent."""
    return {"sent": [[ref.platform, ref.key, ref.mime] for ref in sent]}


def _refs(sent: Sequence[Sequence[str]]) -> list[MediaRef]:
    return [MediaRef(*ref) for ref in sent]


def _origin(context: Context) -> str:
    """The delivery; where a button was pressed or a form sent, that one: whoever does it twice means it once."""
    match context.message.body:
        case Submitted(token):
            return token
        case Typed(pressed=on) if on is not None:
            return f"{on.room.address}:{on.key}"
    return context.origin


async def _kept(context: Context, photos: Sequence[MediaRef]) -> list[album.Kept]:
    """The photos that came along, cleaned, in the media folder; what is none, or does not come, is left out."""
    found = [await _photo(context, n, ref) for n, ref in enumerate(photos[:MOST_PHOTOS])]
    return [photo for photo in found if photo is not None]


async def _photo(context: Context, n: int, ref: MediaRef) -> album.Kept | None:
    """The same delivery again writes the same file."""
    try:
        return await album.keep(context.services, ref, album.NOTE, f"{_origin(context)}:{n}:{ref.key}")
    except (NotAPicture, DeliveryError):
        return None
