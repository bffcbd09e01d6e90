"""What a stranger's words may carry into our tables: everything but the signs that would break them."""

from __future__ import annotations

import hashlib
import re

# Ends of lines that would send a terminal's cursor elsewhere.
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85]")
# NUL, which PostgreSQL refuses; escape sequences; halves of surrogate pairs, which no database can encode.
UNFIT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
HALVES = re.compile(r"[\ud800-\udfff]")


def fit(text: str) -> str:
    """The text as it was written, but for control characters; newlines and tabs stay."""
    if text.isprintable():  # nearly all texts
        return text
    return HALVES.sub("\ufffd", UNFIT.sub("", BREAKS.sub("\n", text)))


def line(text: str, longest: int) -> str:
    """A name, a place: on one line, no longer than its column."""
    return " ".join(fit(text).split())[:longest]


def key(text: str, longest: int = 40) -> str:
    """A platform's own key, unchanged; one that no column could hold becomes its digest, still unique."""
    if len(text) <= longest and text.isprintable():
        return text
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:longest]


def address(url: str, longest: int) -> str:
    """A link, or nothing where it would have to be cut."""
    return url if len(url) <= longest and url.isprintable() else ""
