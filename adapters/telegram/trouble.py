"""How Telegram says no, in our words."""

from __future__ import annotations

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from plugin.errors import DeliveryError, Refused, RoomClosed, TryLater, Unknown

SOON = 5.0
"""Seconds after which it is worth trying again, where Telegram names no figure of its own."""
LONGEST_PAUSE = 30.0


CLOSED = (
    "chat not found", "chat was deleted", "chat was deactivated", "chat_write_forbidden", "chat_restricted",
    "have no rights to send", "not enough rights to send text",
)  # fmt: skip
"""Of a group that is gone or deactivated, or where an administrator forbade us to write."""


class NotConnected(NetworkError):
    """No connection came about, so nothing can have had an effect."""


class Throttled(TelegramError):
    """Telegram asks for a pause. (The library's own `RetryAfter` warns of its deprecation when raised.)"""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class TooLarge(BadRequest):
    """What we sent is larger than Telegram takes."""


def translated(error: TelegramError) -> DeliveryError:
    """The library's error as one of ours, without any of the message's text.

    The order matters: a bad request counts as a network error with the library.
    """
    match error:
        case Throttled():
            return TryLater(error.seconds)
        case ChatMigrated():
            return Refused("chat_migrated")
        case InvalidToken():
            return Refused("invalid_token")
        case Conflict() | NotConnected():
            return TryLater(SOON, phrase(error))
        case BadRequest() | Forbidden():
            return RoomClosed(reason(error)) if room_is_closed(error) else Refused(reason(error))
        case _:
            return Unknown(phrase(error))


def reason(error: TelegramError) -> str:
    """Telegram's own sentence, cut before the places where it quotes what we sent."""
    said = error.message.partition(". Parsing")[0].partition(". The server response")[0]
    if cannot_parse(error):
        said = "can't parse entities"
    return said.splitlines()[0][:200] if said else phrase(error)


def phrase(error: TelegramError) -> str:
    """One short English phrase for `health` and for logs."""
    match error:
        case Throttled():
            return f"Telegram asks us to wait {error.seconds:g} s"
        case InvalidToken():
            return "Telegram does not accept the token"
        case Conflict():
            return "another program reads this bot's updates"
        case NotConnected():
            return "Telegram cannot be reached"
        case BadRequest() | Forbidden():
            return f"Telegram refuses: {reason(error)}"
        case _:
            return f"no clear answer from Telegram ({type(error).__name__})"


def cannot_parse(error: TelegramError) -> bool:
    """Whether Telegram did not understand our markup."""
    return "can't parse" in error.message.lower()


def room_is_closed(error: TelegramError) -> bool:
    """Whether Telegram says that the group takes nothing from us any more."""
    said = error.message.lower()
    return isinstance(error, Forbidden) or any(words in said for words in CLOSED)


def not_modified(error: TelegramError) -> bool:
    """Whether there was nothing to change."""
    return "message is not modified" in error.message.lower()


def has_no_text(error: TelegramError) -> bool:
    """Whether the message to be edited is a picture with a caption."""
    return "no text in the message" in error.message.lower()


def topic_is_gone(error: TelegramError) -> bool:
    """Whether the topic we wanted to write into was closed or deleted."""
    said = error.message.lower()
    return "thread not found" in said or "topic_closed" in said or "topic_deleted" in said


def wait_for(error: TelegramError, pause: float, troubles: int) -> float:
    """Seconds to wait when `troubles` failures went before: Telegram's own figure, or growing."""
    return (
        error.seconds if isinstance(error, Throttled) else min(pause * 2 ** min(troubles, 10), LONGEST_PAUSE)
    )
