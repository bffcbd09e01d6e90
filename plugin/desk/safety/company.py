"""What a reply is checked against beside its own words: the report's number, and what other accounts said lately."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from plugin.findings import NOTE, WARN, Finding, Swap
from plugin.store.search import folded

NEARLY, ALMOST = 90.0, 97.0
"""How alike, of 100, two replies are before it is noted, and before it is warned of."""
FEWEST_SIGNS = 25
"""Shorter replies ("Terima kasih, Pak.") are alike without anybody copying."""


def find_alike(text: str, others: Sequence[str], number: int | None) -> Iterator[Finding]:
    """Whether another agency's account said nearly the same; with the report's number in it that is only noted."""
    said = _without_figures(text)
    if len(said) < FEWEST_SIGNS or not others:
        return
    best = process.extractOne(
        said, [_without_figures(o) for o in others], scorer=fuzz.ratio, score_cutoff=NEARLY
    )
    if best is not None:
        level = WARN if best[1] >= ALMOST and not names(text, number) else NOTE
        yield Finding("alike", "mirip", level, 0, len(text), text)


def find_number(text: str, number: int | None) -> Iterator[Finding]:
    """Whether the report's number is missing."""
    if not names(text, number):
        end = len(text)
        yield Finding("ticket", "tanpa_nomor", NOTE, end, end, "", Swap(end, end, "nomor", " "))


def names(text: str, number: int | None) -> bool:
    """Whether the text names the report; a text of no report need not."""
    return number is None or re.search(rf"(?<!\d){number}(?!\d)", text) is not None


def _without_figures(text: str) -> str:
    return " ".join(word for word in folded(text).split() if not any(c.isdigit() for c in word))
