"""What we say to somebody whose command we cannot follow, and how they can go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.wording import Press, Refusal, Say


@dataclass(frozen=True)
class UnknownCommand(Refusal):
    """No command has that name; `near` are those that may be meant, and `rest` is what stood behind it."""

    name: str
    near: tuple[str, ...]
    rest: str = ""

    def presses(self) -> Mapping[str, Press]:
        return {f"near{n}": Say(f"/{name} {self.rest}".rstrip()) for n, name in enumerate(self.near)}


@dataclass(frozen=True)
class OnlyCommands(Refusal):
    """An official wrote to us alone what is no command, and answers no question of ours."""

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say("/laporan-baru"), "help": Say("/bantuan")}


@dataclass(frozen=True)
class NobodyReads(Refusal):
    """Somebody who is no official wrote to us alone: a citizen, perhaps, with a complaint that nobody would see."""


@dataclass(frozen=True)
class OneByOne(Refusal):
    """Several commands in one message: none is done, since the second would have become words of the first."""

    lines: tuple[str, ...]
    number: int

    def presses(self) -> Mapping[str, Press]:
        return {f"line{n}": Say(line) for n, line in enumerate(self.lines)}


@dataclass(frozen=True)
class MissingArgument(Refusal):
    command: str
    parameter: str
    usage: str

    def presses(self) -> Mapping[str, Press]:
        return {"list": Say("/laporan-baru")}


@dataclass(frozen=True)
class BadArgument(Refusal):
    command: str
    parameter: str
    given: str
    usage: str


@dataclass(frozen=True)
class TooMuch(Refusal):
    command: str
    given: str
    usage: str


@dataclass(frozen=True)
class NotAllowed(Refusal):
    """The right is missing; `helpers` are people who have it."""

    right: str
    helpers: tuple[str, ...]


@dataclass(frozen=True)
class NotAPerson(Refusal):
    """An anonymous administrator or a channel: nobody in particular, so nobody with rights."""


@dataclass(frozen=True)
class OnlyPassedOn(Refusal):
    """What is forwarded, or composed by another bot, is not said by whoever sends it on."""


@dataclass(frozen=True)
class RoomNotBound(Refusal):
    """This group belongs to no agency yet."""

    private: bool
    helpers: tuple[str, ...]


@dataclass(frozen=True)
class Lapsed(Refusal):
    """The button or form is too old."""


@dataclass(frozen=True)
class NotYours(Refusal):
    """The form was opened for somebody else."""


@dataclass(frozen=True)
class Broken(Refusal):
    """We failed; it has been logged."""


@dataclass(frozen=True)
class WhichAgency(Refusal):
    """Several agencies fit what was typed: a choice, never a guess. `lines` are the commands to choose."""

    given: str
    choices: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {f"pick{n}": Say(line) for n, line in enumerate(self.lines)}


@dataclass(frozen=True)
class SeveralFit(Refusal):
    """The same where no single line could be typed instead: whoever wrote the name down takes the code."""

    given: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoSuchAgency(Refusal):
    given: str


@dataclass(frozen=True)
class NoSuchReport(Refusal):
    """No report has that number, or it belongs to an agency that this room does not see."""

    number: int


@dataclass(frozen=True)
class LostNumber(Refusal):
    """Whatever had that number is lost since then: a backup was put back, and nothing gets the number again."""

    number: int
    since: datetime


@dataclass(frozen=True)
class WhoIsMeant(Refusal):
    """Nobody was named, or the name has no platform id behind it."""

    given: str
