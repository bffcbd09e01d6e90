"""What stands below a message: buttons, or the field that asks for a reply."""

from __future__ import annotations

from collections.abc import Iterable

import regex
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from plugin.chat.markup import Block, Buttons
from plugin.chat.values import Action, Outgoing, Style

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
WIDEST_ROW = 48
"""Letters that a telephone shows side by side: all buttons of a row are as wide as the widest one needs."""
AROUND = 2
"""Letters' room that a button takes beside its label."""
MOST_DATA = 64  # bytes
LONGEST_PLACEHOLDER = 64

STYLES = {Style.PLAIN: None, Style.PRIMARY: "primary", Style.DANGER: "danger"}


def below(message: Outgoing, blocks: Iterable[Block]) -> InlineKeyboardMarkup | ForceReply | None:
    """The buttons; or, for a question without any, the reply that Telegram opens for whom we answer."""
    keys = keyboard(message.actions, blocks)
    if keys is None and message.asks:
        return ForceReply(selective=True, input_field_placeholder=_placeholder(message.asks))
    return keys


def keyboard(given: Iterable[Action], blocks: Iterable[Block]) -> InlineKeyboardMarkup | None:
    """The buttons, in rows of their own for each place where the text has some, no label cut off on a telephone.

    ValueError for what Telegram never takes.
    """
    actions = {action.name: action for action in given}
    rows = [row for block in blocks if isinstance(block, Buttons) for row in _rows(block, actions)]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise ValueError(f"more than {MOST_BUTTONS} buttons on one message")
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(block: Buttons, actions: dict[str, Action]) -> list[list[InlineKeyboardButton]]:
    rows: list[list[InlineKeyboardButton]] = [[]]
    widest = 0
    for name, label in zip(block.names, block.labels, strict=True):
        width = len(label) + AROUND
        widest, count = max(widest, width), len(rows[-1])
        if count == MOST_IN_A_ROW or (count and widest * (count + 1) > WIDEST_ROW):
            rows.append([])
            widest = width
        rows[-1].append(_button(actions[name], label))
    return [row for row in rows if row]


def _button(action: Action, label: str) -> InlineKeyboardButton:
    style = STYLES[action.style]
    if action.url:
        return InlineKeyboardButton(label, url=action.url, style=style)
    if not 1 <= len(action.token.encode()) <= MOST_DATA:
        raise ValueError(f"the token of button {action.name!r} does not have 1 to {MOST_DATA} bytes")
    return InlineKeyboardButton(label, callback_data=action.token, style=style)


def _placeholder(asks: str) -> str | None:
    """As much of it as Telegram takes, never half a letter."""
    kept = ""
    for letter in regex.findall(r"\X", " ".join(asks.split())):
        if len((kept + letter).encode("utf-16-le")) // 2 > LONGEST_PLACEHOLDER:
            break
        kept += letter
    return kept or None
