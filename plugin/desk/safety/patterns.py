"""The small language of the rules' tables: what stands in a cell, as an expression over a sentence's row of words.

`salah sendiri` is two words, each also with an ending (-nya, -mu, -lah ...); `=aja` only as written; `komplain*`
whatever follows; `@kami` any of that class; `a|b` one of them; `~4` up to four other words; `#` a number; `akan?`
perhaps; `^` and `$` the sentence's ends; `!` and `?` the signs. `A & B` are both in one sentence, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from plugin.desk.safety.reading import Sentence

ENDING = r"(?:nya|mu|ku|lah|kah|ne|e|pun|ipun|tuh)?"
GAP = re.compile(r"~(\d*)")
OTHER_WORD = r"(?:[^\s!?]+\s)"
NUMBERS = frozenset("0123456789") | {"rp"}
LITERAL = re.compile(r"[a-z0-9]+")


class Classes:
    """Named sets of phrases, themselves in the small language."""

    def __init__(self, members: Mapping[str, Iterable[str]], dictionary: Mapping[str, str]) -> None:
        self._members = {name: tuple(phrases) for name, phrases in members.items()}
        self._dictionary = dictionary
        self._made: dict[str, str] = {}
        self._needed: dict[str, frozenset[str] | None] = {}
        self._phrases: dict[str, Phrase] = {}

    def phrase(self, pattern: str) -> Phrase:
        """The pattern, ready to be searched for; the same one for the same pattern."""
        if pattern not in self._phrases:
            self._phrases[pattern] = Phrase(pattern, self)
        return self._phrases[pattern]

    def needed(self, name: str) -> frozenset[str] | None:
        """What `Phrase.needed` says, for any of a class's phrases."""
        if name not in self._needed:
            self._needed[name] = _any_of(needed(p, self) for p in self._members[name])
        return self._needed[name]

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


class Phrase:
    """One part of a rule. Its expression is made when a sentence first holds a word that it needs: most never are."""

    def __init__(self, pattern: str, classes: Classes) -> None:
        self._pattern = pattern
        self._classes = classes

    @cached_property
    def needed(self) -> frozenset[str] | None:
        """Beginnings of words, one of which stands in every sentence where it is found; None: any may do."""
        return needed(self._pattern, self._classes)

    def first(self, sentence: Sentence) -> re.Match[str] | None:
        """Where it first stands in a sentence's row."""
        return self._expression.search(sentence.row) if self._may_be_in(sentence) else None

    def every(self, sentence: Sentence) -> Iterator[re.Match[str]]:
        """Each place where it stands in a sentence's row."""
        return self._expression.finditer(sentence.row) if self._may_be_in(sentence) else iter(())

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\S){expression(self._pattern, self._classes)}(?!\S)")

    def _may_be_in(self, sentence: Sentence) -> bool:
        return self.needed is None or not self.needed.isdisjoint(sentence.beginnings)


def needed(pattern: str, classes: Classes) -> frozenset[str] | None:
    """The fewest beginnings of words, one of which a sentence must hold for the pattern to be found in it."""
    items = [
        i for i in pattern.split() if not GAP.fullmatch(i) and i not in "^$" and (i == "?" or i[-1] != "?")
    ]
    found = [one for item in items if (one := _any_of(_needed(w, classes) for w in item.split("|")))]
    return min(found, key=len) if found else None


def _needed(word: str, classes: Classes) -> frozenset[str] | None:
    if word.startswith("@"):
        return classes.needed(word[1:])
    if word == "#":
        return NUMBERS
    if word.startswith("*"):
        return None
    meant = classes.meant(word.removeprefix("=").removesuffix("*") if word not in "!?" else word)
    return frozenset(meant.split()[:1]) or None


def _any_of(alternatives: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: set[str] = set()
    for one in alternatives:
        if one is None:
            return None
        found |= one
    return frozenset(found)


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
