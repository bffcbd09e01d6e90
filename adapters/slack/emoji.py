"""Emoji as Slack passes them on: it turns each into its short name, `:pray:`, whatever the person typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import regex

TABLE = Path(__file__).with_name("emoji.txt")
# Behind a word or a number, what is short or a number itself is rather a list or a time ("pukul 08:100:").
SHORT_NAME = (
    r":(?P<emoji>(?:(?<!\w:)|(?=[\w'+-]{3}))(?=[0-9_'+-]{0,9}[a-z])[a-z0-9_'+-]{1,80}|[+-]1|(?<!\w:)(?:100|1234)):"
    r"(?::skin-tone-(?P<tone>[2-6]):)?"
)
FLAG = re.compile(r"flag-([a-z]{2})")
LETTERS = ord("🇦") - ord("a")
TONES = ord("🏻") - 2
VARIATION = "\ufe0f"


def signs(text: str) -> str:
    """`text` with its emoji as the signs that they are; what is no emoji of all workspaces stays a name."""
    return re.sub(SHORT_NAME, as_sign, text)


def as_sign(found: re.Match[str]) -> str:
    """The sign that a match of `SHORT_NAME` stands for; its own text where there is none."""
    made = _sign(found["emoji"])
    if made is None:
        return found[0]
    return made if found["tone"] is None else _toned(made, chr(TONES + int(found["tone"])))


def _sign(name: str) -> str | None:
    flag = FLAG.fullmatch(name)
    return (
        "".join(chr(LETTERS + ord(c)) for c in flag[1]) if flag else _table().get(name) or _by_unicode(name)
    )


def _by_unicode(name: str) -> str | None:
    try:
        made = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None
    return made if regex.fullmatch(r"\p{Emoji}", made) else None


def _toned(made: str, tone: str) -> str:
    return made[0] + tone + made[1:].removeprefix(VARIATION)


@cache
def _table() -> dict[str, str]:
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return {name: made for name, _, made in (row.partition(" ") for row in rows)}
