"""In which language somebody writes to us: Javanese of any level and Banyumasan, told from Indonesian.

Only how we answer hangs on it. Words that both languages have are in no list, so a few of the others are enough.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from plugin.desk.triage.spelling import raw_words

WORDS = Path(__file__).parent / "data" / "javanese.txt"
FEWEST = 2
SHARE = 5
"""One word in so many is Javanese where a message is; a name or two in an Indonesian one are not."""


def in_javanese(text: str) -> bool:
    """Whether a message is in Javanese, of whatever level, or mostly so."""
    said = raw_words(text)
    found = sum(word in _words() for word in said)
    return found >= FEWEST and found * SHARE >= len(said)


@cache
def _words() -> frozenset[str]:
    return frozenset(WORDS.read_text("utf-8").split())
