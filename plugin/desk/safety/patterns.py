"""The small language of the rules' tables: what stands in a cell, as an expression over a sentence's row of words.

`salah sendiri` is two words, each also with an ending (-nya, -mu, -lah ...); `=aja` only as written; `komplain*`
whatever follows; `@kami` any of that class; `a|b` one of them; `~4` up to four other words; `#` a number; `akan?`
perhaps; `^` and `$` the sentence's ends; `!` and `?` the signs. `A & B` are both in one sentence, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

ENDING = r"(?:nya|mu|ku|lah|kah|ne|e|pun|ipun|tuh)?"
GAP = re.compile(r"~(\d*)")
OTHER_WORD = r"(?:[^\s!?]+\s)"
LITERAL = re.compile(r"[a-z0-9]+")


class Classes:
    """Named sets of phrases, themselves in the small language."""

    def __init__(self, members: Mapping[str, Iterable[str]], dictionary: Mapping[str, str]) -> None:
        self._members = {name: tuple(phrases) for name, phrases in members.items()}
        self._dictionary = dictionary
        self._made: dict[str, str] = {}

    def expression(self, name: str) -> str:
        """Any of a class's phrases. Raises KeyError for a class that the table lacks."""
        if name not in self._made:
            phrases = sorted(self._members[name], key=len, reverse=True)
            self._made[name] = "(?:" + "|".join(expression(p, self) for p in phrases) + ")"
        return self._made[name]

    def meant(self, word: str) -> str:
        """A word of the tables as the reading will have it."""
        return " ".join(self._dictionary.get(part, part) for part in word.split("_"))

    def ending(self, end: str) -> str:
        """Any longer word with that end, apart from those of the class `bukan_<end>`."""
        apart = f"(?!{self.expression('bukan_' + end)}(?!\\S))" if f"bukan_{end}" in self._members else ""
        return rf"{apart}[a-z]{{2,}}{end}"


def compiled(pattern: str, classes: Classes) -> re.Pattern[str]:
    """One part of a rule, ready to be searched for in a sentence's row."""
    return re.compile(rf"(?<!\S){expression(pattern, classes)}(?!\S)")


def expression(pattern: str, classes: Classes) -> str:
    """The pattern as a regular expression without its outer word borders."""
    made, glue = "", ""
    items = pattern.split()
    while items and GAP.fullmatch(items[-1]):
        items.pop()
    for item in items:
        gap = GAP.fullmatch(item)
        if gap:
            made += glue + f"{OTHER_WORD}{{0,{gap[1] or 3}}}?"
            glue = ""
        elif item in ("^", "$"):
            made, glue = made + ("^" if item == "^" else r"(?!\s*\S)"), ""
        elif item.endswith("?") and len(item) > 1:
            made += (
                rf"(?:{glue}{_any(item[:-1], classes)})?" if glue else rf"(?:{_any(item[:-1], classes)}\s)?"
            )
        else:
            made, glue = made + glue + _any(item, classes), r"\s"
    return made


def literals(pattern: str) -> Iterable[str]:
    """The words that a cell names, for the spelling to know them."""
    for item in re.split(r"[\s|&;]+", pattern):
        if item and item[0] not in "@~#^$!?":
            yield from LITERAL.findall(item)


def _any(item: str, classes: Classes) -> str:
    found = [_one(word, classes) for word in item.split("|")]
    return found[0] if len(found) == 1 else "(?:" + "|".join(found) + ")"


def _one(word: str, classes: Classes) -> str:
    if word.startswith("@"):
        return classes.expression(word[1:])
    if word == "#":
        return r"(?:rp)?\d[^\s]*"
    if word in "!?":
        return re.escape(word)
    if word.startswith("*"):
        return classes.ending(word[1:])
    exact = word.startswith("=")
    word = word.removeprefix("=")
    if word.endswith("*"):
        return re.escape(classes.meant(word[:-1])) + r"[^\s]*"
    return re.escape(classes.meant(word)) + ("" if exact else ENDING)
