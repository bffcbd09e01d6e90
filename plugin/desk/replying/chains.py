"""An answer too long for one post, cut into several: at the ends of sentences, else between words.

Nothing is cut that has no space in it: links, words, numbers, emoji. What a space does
not part stays together too: `0812 3456 7890`, `Rp 500.000`, `Jl. Pahlawan`, `12 September`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MOST_PARTS = 5
"""Whoever needs more posts than that needs another place to say it."""
NUMBERED = "{text} ({place}/{parts})"
"""Each part says which one it is, so that a reader knows whether there is more."""
EARLY = 0.4
"""A sentence that ends before so much of a post is full is no place to cut it."""

Fits = Callable[[str], bool]
"""Whether a post takes this text."""

GAP = re.compile(r"\s+")
ENDS = re.compile(r"[.!?…:][\"'”’)\]]*\Z")
ABBREVIATED = re.compile(
    r"(?:\A|[\s(])(?:jl|jln|gg|no|kec|kab|kel|ds|dk|dsn|prov|dr|drs|dra|ir|hj|bpk|sdr|yth|tn|ny|nn|tgl|pkl|telp|tlp"
    r"|hp|rp|hal|hlm|a\.n|u\.p|s\.d|d\.a|rt|rw|km|\w)\.\Z",
    re.IGNORECASE,
)
LEADING = re.compile(r"(?:\A|[\s(])(?:rp|no|nomor|rt|rw|km|jl|jln|jalan|gg|pukul|tanggal)\Z", re.IGNORECASE)
"""What says what the number or name behind it is."""
MEASURE = re.compile(
    r"\A(?:jan(?:uari)?|feb(?:ruari)?|mar(?:et)?|apr(?:il)?|mei|juni?|juli?|agu(?:stus)?|sep(?:t(?:ember)?)?"
    r"|okt(?:ober)?|nov(?:ember)?|des(?:ember)?|kali|km|m|cm|meter|hari|jam|juta|ribu|miliar|persen|%|WIB|WITA|WIT)\b",
    re.IGNORECASE,
)


def split(text: str, fits: Fits) -> tuple[str, ...]:
    """The text as posts, each of which says which one it is; empty when it cannot be done in `MOST_PARTS`.

    `fits` is asked of whole posts, their number included.
    """
    pieces, rest = list[str](), text.strip()
    while rest and len(pieces) < MOST_PARTS:
        end = _cut(rest, lambda piece: fits(_numbered(piece, MOST_PARTS, MOST_PARTS)))
        if not end:
            return ()
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest or len(pieces) < 2:
        return ()
    return tuple(_numbered(piece, n, len(pieces)) for n, piece in enumerate(pieces, 1))


def _numbered(text: str, place: int, parts: int) -> str:
    return NUMBERED.format(text=text, place=place, parts=parts)


def _cut(text: str, fits: Fits) -> int:
    """Where the first post ends; 0 when not even its first words fit."""
    if fits(text):
        return len(text)
    places = list(_places(text))
    fitting = _last_that_fits([end for end, _ in places], lambda end: fits(text[:end]))
    if not fitting:
        return 0
    good = [end for end, is_end in places if is_end and fitting * EARLY <= end <= fitting]
    return max(good, default=fitting)


def _places(text: str) -> Iterator[tuple[int, bool]]:
    """Where the text may be cut, and whether a sentence or a paragraph ends there."""
    for gap in GAP.finditer(text):
        before, after = text[: gap.start()], text[gap.end() :]
        if "\n" in gap[0]:
            yield gap.start(), True
        elif not _belong_together(before, after):
            yield gap.start(), bool(ENDS.search(before)) and not after[:1].islower()


def _belong_together(before: str, after: str) -> bool:
    if ABBREVIATED.search(before[-8:]) or LEADING.search(before[-10:]):
        return True
    return before[-1:] in ")+0123456789" and (after[:1].isdigit() or bool(MEASURE.match(after)))


def _last_that_fits(ends: list[int], fits: Callable[[int], bool]) -> int:
    """Halving, for a text may be long; what is found fits, and the next place does not."""
    low, high = -1, len(ends)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(ends[middle]) else (low, middle)
    return ends[low] if low >= 0 else 0
