"""Turning pages: `dishub hal 2` is the second page of what `dishub` lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session

from plugin.wording import Press, Say

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """Page `page` of `pages`: the `room` lines of a list that come after the first `offset`."""

    page: int
    pages: int
    offset: int
    room: int

    @classmethod
    def to(cls, page: int, total: int, size: int, *, spare: int = 1) -> Turn:
        """The page that was asked for; one beyond the last is the last.

        The last page takes so many lines more (`spare`): nobody should turn a page for a single one.
        """
        pages = max(1, -(-(total - spare) // size))
        page = min(max(page, 1), pages)
        return cls(page, pages, (page - 1) * size, size + (spare if page == pages else 0))

    def part(self, lines: Sequence[T]) -> Sequence[T]:
        """The page's lines, of all of them."""
        return lines[self.offset : self.offset + self.room]

    def presses(self, line: str) -> Mapping[str, Press]:
        """The buttons to the pages around it; `line` is what was typed, without a page."""
        head = f"{line.strip()} hal"
        return {
            "back": Say(f"{head} {self.page - 1}", amend=True),
            "on": Say(f"{head} {self.page + 1}", amend=True),
        }


def turned(
    session: Session,
    page: int,
    size: int,
    listed: Callable[..., tuple[int, list[T]]],
    *asked: object,
    spare: int = 1,
) -> tuple[Turn, int, list[T]]:
    """(which page it is, how many there are in all, the page's) of what a query counts and lists in one.

    `listed` is called with `limit` and `offset`; a second time only for a page beyond the last.
    """
    offset = (max(page, 1) - 1) * size
    total, rows = listed(session, *asked, limit=size + spare, offset=offset)
    turn = Turn.to(page, total, size, spare=spare)
    if turn.offset != offset:
        total, rows = listed(session, *asked, limit=turn.room, offset=turn.offset)
    return turn, total, rows[: turn.room]


def split_page(text: str) -> tuple[str, int]:
    """`kec alian hal 2` as (`kec alian`, 2); without a page, the first."""
    match = re.match(r"^(?P<what>.*?)\s*\bhal(?:aman)?\s+(?P<page>\d{1,4})\s*$", text, re.IGNORECASE | re.S)
    return (match["what"], int(match["page"])) if match else (text.strip(), 1)
