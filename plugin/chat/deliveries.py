"""What a delivery means apart from any rule: which line it stands for, which message it is about."""

from __future__ import annotations

from dataclasses import replace

from plugin.chat.values import Incoming, MessageRef, Pressed, Typed


def origin(message: Incoming) -> str:
    """Our name for what this delivery leads to: the same if it is delivered again."""
    return f"{message.room.platform}:{message.key}"


def as_typed(message: Incoming) -> Incoming:
    """A button that stands for a line is as good as the line typed by whoever pressed it."""
    match message.body:
        case Pressed(token) if token[:2] in ("c:", "a:"):
            return typing(message, f"/{token[2:]}", amends=token[0] == "a")
    return message


def typing(message: Incoming, line: str, *, amends: bool) -> Incoming:
    """The press of a button as the line that it stands for."""
    assert isinstance(message.body, Pressed)
    return replace(message, body=Typed(line, pressed=message.body.on, amends=amends))


def pressed_on(message: Incoming) -> MessageRef | None:
    """The message of ours whose button was pressed, if one was."""
    match message.body:
        case Pressed(_, on) | Typed(pressed=on):
            return on
    return None


def place_to_answer(message: Incoming) -> MessageRef | None:
    """Below what was typed; after a pressed button only in the same thread or topic, not as a reply."""
    on = pressed_on(message)
    if on is None:
        return message.ref
    return on if on.thread else None


def card_meant(message: Incoming) -> MessageRef | None:
    """The message of ours that this is about: replied to, or pressed."""
    if isinstance(message.body, Typed) and message.body.answers is not None:
        return message.body.answers
    return pressed_on(message)
