"""Lists of words as parts of an expression: `nomor meter*` is the phrase with whatever ends it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

Lists = Mapping[str, Collection[str]]


def either(phrases: Collection[str]) -> str:
    """Any of the phrases, the longest first; blanks in them may be any blanks."""
    return "(?:" + "|".join(map(_phrase, sorted(phrases, key=len, reverse=True))) + ")"


def _phrase(phrase: str) -> str:
    written = re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s+")
    return written + (r"\w*" if phrase.endswith("*") else "")
