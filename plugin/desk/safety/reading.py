"""A text made ready to be searched: plain letters, words and sentences, each knowing where it stands.

The plain letters are exactly as many as the text's code points, so that a place in the one is a place in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

UNSEEN = "\u200b"
LOOKALIKES = dict(zip("аеорсухіјѕԁɡοαιƖ’‘`´", "aeopcyxijsdgoail''''", strict=True))
PLAIN = {"Cf": UNSEEN, "Mn": UNSEEN, "Me": UNSEEN, "Zs": " ", "Zl": " ", "Zp": " ", "Pd": "-"}
WORD = re.compile(r"[a-z0-9](?:[a-z0-9@$*!\u200b]*[a-z0-9@$*])?(?:'[a-z]+)?%?|[@$][a-z0-9@$*]{3,}")
LETTERS = re.compile(r"(?<![a-z0-9])[a-z0-9@](?:[ .\-_*][a-z0-9@]){3,}(?![a-z0-9])")
STOP = re.compile(r"[.!?;\n…]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was meant, and where it stands."""

    form: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """Words between two full stops. `row` is what patterns look at: the words with one blank between them."""

    start: int
    end: int
    words: tuple[Word, ...]

    @cached_property
    def row(self) -> str:
        return " ".join(word.form for word in self.words)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Every beginning of every word of the row, of one letter and more, to its end."""
        return frozenset(word[:end] for word in self.row.split() for end in range(1, len(word) + 1))

    @cached_property
    def _offsets(self) -> list[int]:
        found, at = [], 0
        for word in self.words:
            found.append(at)
            at += len(word.form) + 1
        return found

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """Where a stretch of `row` stands in the text."""
        inside = [w for w, at in zip(self.words, self._offsets, strict=True) if begin <= at < end]
        return (inside[0].start, inside[-1].end) if inside else (self.start, self.start)


@dataclass(frozen=True)
class Reading:
    """A text read once. `plain` is the text in plain small letters, place for place."""

    text: str
    plain: str
    sentences: tuple[Sentence, ...]

    def trimmed(self, sentence: Sentence) -> tuple[int, int]:
        """Where a sentence stands without the blanks around it."""
        said = self.text[sentence.start : sentence.end]
        start = sentence.start + len(said) - len(said.lstrip())
        return start, max(start, sentence.start + len(said.rstrip()))


class Reader:
    """Reads texts. `meant` says what a written word means; after `shortened` words a point ends no sentence."""

    def __init__(self, meant: Callable[[str], str] = str, shortened: Collection[str] = ()) -> None:
        self._meant = meant
        self._shortened = frozenset(shortened)

    def read(self, text: str) -> Reading:
        """A text's plain letters and sentences."""
        plain = plain_letters(text)
        return Reading(text, plain, tuple(_sentences(plain, self._meant, self._shortened)))


def plain_letters(text: str) -> str:
    """The text in plain small letters, place for place."""
    return text.lower() if text.isascii() else "".join(map(_letter, text))


def _sentences(plain: str, meant: Callable[[str], str], shortened: Collection[str]) -> Iterator[Sentence]:
    start = 0
    for stop in STOP.finditer(plain):
        if not _ends(plain, stop, shortened):
            continue
        asked = [Word(sign, stop.start(), stop.end()) for sign in "?!" if sign in stop[0]]
        words = (*_words(plain, start, stop.start(), meant), *asked)
        if words:
            yield Sentence(start, stop.end(), words)
        start = stop.end()
    words = tuple(_words(plain, start, len(plain), meant))
    if words:
        yield Sentence(start, len(plain), words)


def _ends(plain: str, stop: re.Match[str], shortened: Collection[str]) -> bool:
    """Whether a sign ends a sentence: not the point in 08.00, Jl. or a.n."""
    if stop[0] != ".":
        return not ("!" in stop[0] and plain[stop.end() : stop.end() + 1].isalnum())
    after = plain[stop.end() : stop.end() + 1]
    if after and not after.isspace() and after not in "\"')]}":
        return False
    before = re.search(r"[a-z0-9]+$", plain[max(0, stop.start() - 12) : stop.start()])
    return not (before and (before[0] in shortened or (len(before[0]) == 1 and before[0].isalpha())))


def _words(plain: str, start: int, end: int, meant: Callable[[str], str]) -> Iterator[Word]:
    apart = [m.span() for m in LETTERS.finditer(plain, start, end) if not m[0].replace(" ", "").isdigit()]
    for begin, finish in _pieces(plain, start, end, apart):
        written = plain[begin:finish].replace(UNSEEN, "")
        if (begin, finish) in apart:
            written = re.sub(r"[ .\-_*]", "", written)
        yield Word(meant(written), begin, finish)


def _pieces(plain: str, start: int, end: int, apart: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = start
    for stretch in [*apart, (end, end)]:
        yield from (m.span() for m in WORD.finditer(plain, at, stretch[0]))
        if stretch[1] > stretch[0]:
            yield stretch
        at = stretch[1]


def _letter(sign: str) -> str:
    """One plain sign for each: small, without accents, straight; what cannot be seen is UNSEEN."""
    if sign.isascii():
        return sign.lower()
    if sign in LOOKALIKES:
        return LOOKALIKES[sign]
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    if kind in PLAIN:
        return PLAIN[kind]
    bare = unicodedata.normalize("NFKD", sign).lower()[:1]
    return LOOKALIKES.get(bare, bare) or sign
