"""What stands below a message: buttons, or the field that asks for a reply."""

from __future__ import annotations

from collections.abc import Iterable

import regex
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from plugin.chat.markup import Block, Buttons
from plugin.chat.values import Action, Outgoing, Style

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
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
    """The buttons, a row for each place where the text has some. ValueError for what Telegram never takes."""
    actions = {action.name: action for action in given}
    rows = [_row(block, actions) for block in blocks if isinstance(block, Buttons)]
    rows = [row[n : n + MOST_IN_A_ROW] for row in rows for n in range(0, len(row), MOST_IN_A_ROW)]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise ValueError(f"more than {MOST_BUTTONS} buttons on one message")
    return InlineKeyboardMarkup(rows) if rows else None


def _row(block: Buttons, actions: dict[str, Action]) -> list[InlineKeyboardButton]:
    return [_button(actions[name], label) for name, label in zip(block.names, block.labels, strict=True)]


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
