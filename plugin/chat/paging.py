"""Turning pages: `dishub hal 2` is the second page of what `dishub` lists."""

from __future__ import annotations

import re


def split_page(text: str) -> tuple[str, int]:
    """`kec alian hal 2` as (`kec alian`, 2); without a page, the first."""
    match = re.match(r"^(?P<what>.*?)\s*\bhal(?:aman)?\s+(?P<page>\d{1,4})\s*$", text, re.IGNORECASE | re.S)
    return (match["what"], int(match["page"])) if match else (text.strip(), 1)


def pages_of(total: int, size: int) -> int:
    """How many pages there are, at least one."""
    return max(1, -(-total // size))
