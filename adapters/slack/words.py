"""How Slack writes words: three signs are escaped, <...> names people, rooms and links, :...: an emoji."""

from __future__ import annotations

import re

import regex

from adapters.slack.emoji import SHORT_NAME, as_sign
from plugin.chat.values import Person

CONTROL = re.compile(rf"<([@#!][^<>]+|[a-z][a-z0-9+.-]*:[^<>]+)>|&(amp|lt|gt);|{SHORT_NAME}")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
BROADCASTS = frozenset({"here", "channel", "everyone"})
# Lone halves of a surrogate pair and NUL can be sent in JSON, but no database takes them.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def escape(text: str) -> str:
    """`text` so that Slack shows exactly it, wherever Slack reads its markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def entities(text: str) -> str:
    """The three entities as the signs they stand for."""
    return re.sub("&(amp|lt|gt);", lambda found: ENTITIES[found[1]], text)


def unescape(text: str) -> tuple[str, tuple[Person, ...]]:
    """What the person typed, emoji as signs, and whom they named: `<@U1|ani>` stands in the text as `@1`."""
    people: list[Person] = []

    def typed(found: re.Match[str]) -> str:
        if found["emoji"]:
            return as_sign(found)
        return ENTITIES[found[2]] if found[2] else _typed(found[1], people)

    return clean(CONTROL.sub(typed, text)), tuple(people)


def clean(text: str) -> str:
    """`text` with what cannot be stored replaced."""
    return UNSTORABLE.sub("\ufffd", text)


def units(text: str) -> int:
    """How long Slack finds `text`: in UTF-16 units, the strictest way to count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, most: int) -> str:
    """As much of `text` as fits into `most` units, never part of what a reader sees as one sign."""
    if units(text) <= most:
        return text
    used = end = 0
    for sign in regex.finditer(r"\X", text):
        used += units(sign[0])
        if used > most:
            break
        end = sign.end()
    return text[:end]


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning and a sign that something is missing."""
    return text if units(text) <= most else head(text, most - 1) + "…"


def _typed(inside: str, people: list[Person]) -> str:
    target, _, label = inside.partition("|")
    target, label = entities(target), entities(label)
    if target.startswith("@"):
        people.append(Person("slack", target[1:], label))
        return f"@{len(people)}"
    if target.startswith("#"):
        return "#" + (label or target[1:])
    if target.startswith("!"):
        return _special(target[1:], label)
    # Slack makes links of bare domains and addresses: then the label is what was typed.
    return label if target in (f"http://{label}", f"mailto:{label}", f"tel:{label}") else target


def _special(target: str, label: str) -> str:
    name = target.partition("^")[0]
    if name in BROADCASTS or name == "subteam":
        return "@" + (label or name).removeprefix("@")
    return label
