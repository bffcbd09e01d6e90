"""What travels between a group chat and the desk: rooms, people, messages, buttons, forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from plugin.media import Media, MediaRef

__all__ = [
    "Action", "Apart", "Capabilities", "Field", "Form", "Incoming", "Kind", "Media", "MediaRef", "MenuEntry",
    "MessageRef", "Moved", "Opener", "Outgoing", "Person", "Pressed", "Room", "Shape", "Style", "Submitted",
    "Typed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A group chat (or a private one), named as its platform names it."""

    platform: str
    key: str
    private: bool = field(default=False, compare=False)

    @property
    def address(self) -> str:
        """The room as one word, for keys and for the record: `slack:C9`."""
        return f"{self.platform}:{self.key}"

    @classmethod
    def at(cls, address: str) -> Room:
        """The room whose address this is."""
        platform, _, key = address.partition(":")
        return cls(platform, key)


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody's private chat with us, and the address that opens it ("" where we know none)."""

    room: Room
    link: str


class Kind(Enum):
    """Who may stand behind a sender. Only a person can hold rights."""

    PERSON = "person"
    ANONYMOUS = "anonymous"  # Telegram's anonymous administrators: nobody in particular
    CHANNEL = "channel"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who wrote to us. `key` is the platform's user id and stays; `name` is only for display."""

    platform: str
    key: str
    name: str = field(default="", compare=False)
    kind: Kind = field(default=Kind.PERSON, compare=False)

    @property
    def address(self) -> str:
        """The person as one word, for the record: `slack:U123`."""
        return f"{self.platform}:{self.key}"

    @property
    def shown(self) -> str:
        """What people call this person: the name, or the key where the platform tells no name."""
        return self.name or self.key


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message lives, to answer or amend it. `thread` is its topic or thread, if any."""

    room: Room
    key: str
    thread: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Opener:
    """What lets us open a form for somebody, while it lasts (Slack: a trigger_id, three seconds)."""

    room: Room
    person: Person
    key: str = ""
    answers: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody wrote `text`, word for word, perhaps in answer to (or in the thread of) a message of ours.

    `mentions` are the people named in the text, in its order: platforms write them each in their own way,
    so an adapter leaves them in the text as `@1`, `@2` … only where the platform itself hides the name
    behind an id (Slack's <@U123>); everywhere else it leaves the text alone. `mentions.spelled_out` reads it.

    `relayed`: these are words of somebody else, passed on (a forward, what an inline bot composed). They command
    nothing and answer no question.

    `pressed` and `amends` are the core's own: a button on that message stood for the line, and its answer
    takes the message's place.
    """

    text: str
    answers: MessageRef | None = None
    mentions: tuple[Person, ...] = ()
    media: tuple[MediaRef, ...] = ()
    relayed: bool = False
    pressed: MessageRef | None = None
    amends: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed the button that carries `token`, on the message `on`."""

    token: str
    on: MessageRef


@dataclass(frozen=True, slots=True)
class Submitted:
    """Somebody sent the form that carries `token`; `media` is what they attached to it."""

    token: str
    values: Mapping[str, str]
    media: tuple[MediaRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The platform gave the room a new key (Telegram: a group became a supergroup)."""

    to: Room


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that happened in a room.

    `key` is the platform's own key of this delivery: a repeated delivery carries the same one.
    """

    key: str
    room: Room
    sender: Person
    at: datetime
    body: Typed | Pressed | Submitted | Moved
    ref: MessageRef | None = None
    opener: Opener | None = None


class Style(Enum):
    """How much a button should stand out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Action(NamedTuple):
    """A button: `token` comes back in `Pressed`, or `url` opens a page (then there is no token).

    A token is at most 64 bytes of ASCII (Telegram's callback_data is the narrowest carrier).
    """

    name: str
    label: str
    token: str = ""
    url: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message we send. `text` is our tiny HTML (see `plugin.chat.markup`), never a platform's markup.

    The text's `<actions>` blocks name the buttons that stand there; `actions` holds them. When `asks` is set
    the message is a question to `whisper_to`, to be answered by replying to it; its value is the placeholder.

    `pictures` are seen in the message; they only show what the words say. `files` are papers to keep (a PDF, a
    spreadsheet) under their own names: where one cannot go, the message is refused.

    `rest` makes it a card, which is amended as long as it hangs: whatever happens it stays one message, and where
    something finds no room `rest` is said instead (see `plugin.chat.shortening`).
    """

    text: str
    actions: tuple[Action, ...] = ()
    pictures: tuple[Media, ...] = ()
    files: tuple[Media, ...] = ()
    answers: MessageRef | None = None
    whisper_to: Person | None = None
    asks: str = ""
    rest: Outgoing | None = None


class Shape(Enum):
    """What a form's field looks like."""

    LINE = "line"
    TEXT = "text"
    PHOTOS = "photos"  # what is attached is no value: it comes beside them


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `longest` counts characters, of photos how many there may be.

    `alone` is its label where it is asked by itself and nothing cannot be sent; else "". `apart`: a group must not
    read the answer, so it is not asked where it would.
    """

    name: str
    label: str
    shape: Shape = Shape.LINE
    initial: str = ""
    hint: str = ""
    longest: int = 3000
    required: bool = True
    alone: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A few questions; `token` comes back in `Submitted` with the answers. `intro` is tiny HTML."""

    token: str
    title: str
    intro: str
    submit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One command as a platform's menu or manifest shows it: canonical name, one line, arguments.

    `rare`: a menu that has no room for everything leaves it out first.
    """

    name: str
    summary: str
    usage: str = ""
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a chat platform can do: data for the core to act on, so that nobody asks for a platform by name.

    `longest` counts characters of one message's visible text. `answers_at_once`: an answer may ride on the
    acknowledgement of the delivery. `history`: `sent_before` can tell whether a message went out. `per_second`:
    how many messages of ours one room takes in the long run, `together`: all rooms; 0 is as many as we like.
    """

    longest: int
    threads: bool = True
    forms: bool = True
    buttons: bool = True
    whispers: bool = True
    amends: bool = True
    pictures: bool = True
    files: bool = True
    answers_at_once: bool = False
    history: bool = False
    per_second: float = 0.0
    together: float = 0.0
