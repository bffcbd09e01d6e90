"""All that a card says, for whoever asks where it had to be shortened to stay one message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from plugin.chat.values import Action, Incoming, Outgoing, Pressed
from plugin.wording import View, Wording

TOKEN = "whole"
"""What the button carries: the card on which it was pressed says what is asked for."""
BUTTONS = re.compile(r"<actions>.*?</actions>", re.DOTALL)


@dataclass(frozen=True)
class Whole(View):
    """The words of a card as they are now, perhaps in several messages. Without buttons: those are on the card."""

    words: Markup
    now: datetime


def whole(wording: Wording, card: View, now: datetime) -> Whole:
    """All the words of a card."""
    return Whole(Markup(BUTTONS.sub("\n", wording.say(card))), now)


def rest(wording: Wording) -> Outgoing:
    """What stands on a card in the place of what found no room."""
    text = wording.text("whole/rest.html")
    return Outgoing(text, (Action("whole", "", TOKEN),))


def asks_for_whole(message: Incoming) -> bool:
    """Whether somebody wants to read all of a card."""
    return isinstance(message.body, Pressed) and message.body.token == TOKEN
