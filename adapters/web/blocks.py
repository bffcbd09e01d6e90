"""From our tiny HTML to what the page draws: plain data whose words are only ever set as text.

No HTML is built here or in the browser. What is not one of these kinds does not exist for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from plugin.chat.markup import Block, Bullets, Buttons, MarkupError, Quote, Span, Text
from plugin.chat.values import Action

Drawn = dict[str, Any]
"""One block as JSON: `kind` and what belongs to it."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def drawn(blocks: Iterable[Block], actions: Sequence[Action] = ()) -> list[Drawn]:
    """The blocks as the page draws them, buttons in their places."""
    named = {action.name: action for action in actions}
    return [_drawn(block, named) for block in blocks]


def _drawn(block: Block, actions: Mapping[str, Action]) -> Drawn:
    match block:
        case Text(spans):
            return {"kind": "text", "spans": [_span(s) for s in spans]}
        case Quote(spans):
            return {"kind": "quote", "spans": [_span(s) for s in spans]}
        case Bullets(items):
            return {"kind": "list", "items": [[_span(s) for s in item] for item in items]}
        case Buttons(names, labels):
            pairs = zip(names, labels, strict=True)
            buttons = [_button(name, label, actions) | _heard(block, label) for name, label in pairs]
            return {"kind": "buttons", "buttons": buttons}


def _span(span: Span) -> Drawn:
    made: Drawn = {"text": span.text}
    made |= {style: True for style in ("bold", "italic", "code") if getattr(span, style)}
    return made | ({"href": span.href} if safe(span.href) else {})


def _button(name: str, label: str, actions: Mapping[str, Action]) -> Drawn:
    if name not in actions:
        raise MarkupError(f"no action is named {name}")
    action = actions[name]
    made = {"label": label or action.label, "style": action.style.value}
    if action.url:
        return made | ({"url": action.url} if safe(action.url) else {})
    return made | {"token": action.token}


def _heard(buttons: Buttons, label: str) -> Drawn:
    return {"heard": buttons.heard(label)} if buttons.of else {}


def safe(url: str) -> bool:
    """Whether a link may be followed: a page, an address or a telephone number, never a script."""
    try:
        return urlsplit(url).scheme.lower() in SCHEMES
    except ValueError:
        return False
