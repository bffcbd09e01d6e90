"""All there is about a card's subject, for whoever asks: a card says what matters, and stays one message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from plugin.chat.values import Action, Incoming, Outgoing, Pressed
from plugin.wording import View, Wording

TOKEN = "whole"
"""What the button carries: the card on which it was pressed says what is asked for."""
BUTTONS = re.compile(r"\s*(?:<actions[^>]*>.*?</actions>\s*)+", re.DOTALL)


@dataclass(frozen=True)
class Whole(View):
    """The words of a card as they are now, perhaps in several messages. Without buttons: those are on the card."""

    words: Markup
    now: datetime


def whole(wording: Wording, card: View, now: datetime) -> Whole:
    """All the words of a card, also those it leaves out."""
    return Whole(Markup(BUTTONS.sub("\n", wording.say(card.unfolded))), now)


def rest(wording: Wording, actions: Iterable[Action]) -> Outgoing:
    """What stands on a card with these buttons in the place of what found no room."""
    asks = any(action.token == TOKEN for action in actions)
    text = wording.text("whole/rest.html", asks=asks)
    return Outgoing(text, () if asks else (Action("whole", "", TOKEN),))


def asks_for_whole(message: Incoming) -> bool:
    """Whether somebody wants to read all of a card."""
    return isinstance(message.body, Pressed) and message.body.token == TOKEN
