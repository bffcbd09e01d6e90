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


def find_alike(text: str, others: Sequence[str]) -> Iterator[Finding]:
    """Whether another agency's account said nearly the same; figures do not make a difference."""
    said = _without_figures(text)
    if len(said) < FEWEST_SIGNS or not others:
        return
    best = process.extractOne(
        said, [_without_figures(o) for o in others], scorer=fuzz.ratio, score_cutoff=NEARLY
    )
    if best is not None:
        yield Finding("alike", "mirip", WARN if best[1] >= ALMOST else NOTE, 0, len(text), text)


def find_number(text: str, number: int | None) -> Iterator[Finding]:
    """Whether the report's number is missing."""
    if number is not None and not re.search(rf"(?<!\d){number}(?!\d)", text):
        yield Finding(
            "ticket", "tanpa_nomor", NOTE, len(text), len(text), "", Swap(len(text), len(text), "nomor", " ")
        )


def _without_figures(text: str) -> str:
    return " ".join(word for word in folded(text).split() if not any(c.isdigit() for c in word))
