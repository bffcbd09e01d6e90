"""What /catat asks and answers: its forms, the choices where nothing is guessed, the number for the citizen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.chat.compose import Ask
from plugin.chat.values import Field, MediaRef, Shape
from plugin.desk.posts import recording
from plugin.public.recorded import OTHER
from plugin.wording import Decide, Press, Refusal, Say, View

LONGEST = 3000
WHO = (
    Field("name", "", Shape.LINE, longest=120, required=False),
    Field("contact", "", Shape.LINE, longest=recording.LONGEST_CONTACT, required=False),
)
"""What may be asked of the citizen."""
ASKED = ("telepon", "whatsapp", "sms", "loket", "surat", "radio", "facebook", "instagram", OTHER)
"""Channels that have a button where none was named."""


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


def _carried(sent: Sequence[MediaRef]) -> dict[str, list[list[str]]]:
    """Photos in what a form means, until it is sent."""
    return {"sent": [[ref.platform, ref.key, ref.mime] for ref in sent]}
