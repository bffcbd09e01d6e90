"""What /catat asks and answers: its forms, the choices where nothing is guessed, the number for the citizen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from plugin.chat.compose import Ask
from plugin.chat.values import Field, MediaRef, Shape
from plugin.chat.waiting_words import LASTS, carried
from plugin.desk.posts import recording
from plugin.public.recorded import OTHER
from plugin.wording import Decide, Press, Say, View

WHO = (
    Field("name", "", Shape.LINE, longest=120, required=False),
    Field("contact", "", Shape.LINE, longest=recording.LONGEST_CONTACT, required=False),
)
"""What may be asked of the citizen."""
ASKED = ("telepon", "whatsapp", "sms", "loket", "surat", "radio", "facebook", "instagram", OTHER)
"""Channels that have a button where none was named."""
EXCERPT = 120
"""Signs of what was said: enough to see that it was taken down right."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen so far for the words that wait as `words`: at which agency's desk, by which channel. `further`:
    whether they belong to the report whose number they begin with."""

    words: str
    agency: int = 0
    channel: str = ""
    further: bool | None = None


@dataclass(frozen=True)
class WriteDown(Ask):
    """The form for what was said and by whom, and by which channel where that is not told yet; `agency` says at whose
    desk. `sent` are photos that came before the form did."""

    agency: int
    channel: str
    sent: tuple[MediaRef, ...] = ()

    def then(self) -> Decide:
        told = {"channel": self.channel} if self.channel else {}
        return Decide("catat", told | {"agency": self.agency, "sent": carried(self.sent)})

    def again(self) -> str:
        return f"/catat {self.channel}".strip()

    def asks(self) -> Sequence[Field]:
        channel = Field("channel", "", Shape.LINE, longest=30)
        return (
            *(() if self.channel else (channel,)),
            Field("text", "", Shape.TEXT, longest=recording.LONGEST),
            *(replace(one, apart=True) for one in WHO),
        )


@dataclass(frozen=True)
class WriteMore(Ask):
    """The form for what the citizen said later; `sent` as above."""

    number: int
    sent: tuple[MediaRef, ...] = ()

    def then(self) -> Decide:
        return Decide("catat-lagi", {"number": self.number, "sent": carried(self.sent)})

    def again(self) -> str:
        return f"/catat lagi {self.number}"

    def asks(self) -> Sequence[Field]:
        return (Field("text", "", Shape.TEXT, longest=recording.LONGEST),)


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
            "channel": Say(f"/catat ubah {self.number}"),
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
class WhichDesk(View):
    """Somebody who serves at several agencies has written to us alone. `desks` are some of them, by their ids."""

    whisper = True
    text: str
    desks: tuple[tuple[int, str], ...]
    more: int
    chosen: Chosen

    def presses(self) -> Mapping[str, Press]:
        return {f"desk{number}": _choose(replace(self.chosen, agency=number)) for number, _ in self.desks}


@dataclass(frozen=True)
class WhichChannel(View):
    """It was not said how it came."""

    whisper = True
    text: str
    channels: tuple[str, ...]
    chosen: Chosen

    def presses(self) -> Mapping[str, Press]:
        return {channel: _choose(replace(self.chosen, channel=channel)) for channel in self.channels}


@dataclass(frozen=True)
class WhoseWords(View):
    """A number that may be a report's or one of the words: `anew` is all that a report of its own would say."""

    whisper = True
    number: int
    anew: str
    chosen: Chosen

    def presses(self) -> Mapping[str, Press]:
        return {
            "add": _choose(replace(self.chosen, further=True)),
            "anew": _choose(replace(self.chosen, further=False)),
        }


Answer = Recorded | Added | WriteDown | WriteMore | WhichDesk | WhichChannel | WhoseWords
"""What follows a line that somebody has typed."""


def _choose(chosen: Chosen) -> Decide:
    return Decide("catat-ini", asdict(chosen), LASTS)
