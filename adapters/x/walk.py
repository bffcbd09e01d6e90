"""How the mentions are read: from the newest down to where we were, so that nothing between is lost.

X gives the newest first, a hundred at a time and 800 at most. The cursor holds how far we are: `since` is the
newest post of all that is read completely, `head` the newest of the stretch above it that is being read, and
`floor` the oldest of that stretch we have. Whoever stops in the middle goes on below `floor`; only when the
stretch is complete does `since` become `head`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from adapters.x.read import Sheet, id_at
from adapters.x.shape import identity, mapping
from plugin.errors import Refused
from plugin.public.values import Cursor, Page

PAGE = 100
FEWEST = 5
NEAR_THE_END = 700
"""X reaches back 800 posts and leaves out the deleted ones; so from here on the end is to be doubted."""

MOST_PAGES = 40
MADE_BITS = (1 << 22) - 1


class CursorRefused(Refused):
    """X does not take an id or a page token that we kept: too old, or no longer known."""


class Ask(Protocol):
    async def __call__(self, **bounds: object) -> Sheet: ...


@dataclass(frozen=True, slots=True)
class Position:
    """A cursor in hand."""

    since: str = ""
    head: str = ""
    floor: str = ""

    def text(self) -> Cursor:
        known = {"since": self.since, "head": self.head, "floor": self.floor}
        return json.dumps({name: key for name, key in known.items() if key})

    def below(self, sheet: Sheet) -> Position:
        """Where we are once this sheet is stored."""
        if not sheet.posts:
            return self
        return replace(self, head=self.head or sheet.newest, floor=sheet.oldest)

    def finished(self) -> Position:
        return Position(self.head or self.since)

    def bounds(self) -> dict[str, str]:
        return {"since_id": self.since} | self.bound_above()

    def bound_above(self) -> dict[str, str]:
        return {"until_id": self.floor} if self.floor else {}


def position(cursor: Cursor) -> Position:
    """A stored cursor; a bare id stands for `since`, anything else for the very beginning."""
    if identity(cursor):
        return Position(cursor)
    try:
        kept = mapping(json.loads(cursor or "{}"))
    except (ValueError, RecursionError):
        return Position()
    at = Position(*(identity(kept.get(name)) for name in ("since", "head", "floor")))
    return at if at.since and at.head and at.floor else Position(at.since)


async def walk(ask: Ask, at: Position, *, window: datetime) -> AsyncIterator[Page]:
    """The pages above `at`. The very first reading is one page, not older than `window`."""
    if not at.since:
        sheet = await ask(start_time=window, max_results=PAGE)
        yield Page(sheet.posts, Position(sheet.newest or id_at(window)).text(), complete=True)
        return
    async for page in _Stretch(ask, at).pages():
        yield page


class _Stretch:
    """One walk down from the newest (or from `floor`) to `since`."""

    def __init__(self, ask: Ask, at: Position) -> None:
        self._ask = ask
        self._at = at
        self._resumed = bool(at.floor)
        self._bounds: Mapping[str, str] = at.bounds()
        self._token = ""
        self._blind = False
        self._seen = 0

    async def pages(self) -> AsyncIterator[Page]:
        for _ in range(MOST_PAGES):
            sheet, reached = await self._next()
            self._seen += len(sheet.posts)
            self._at = self._at.below(sheet)
            self._token = sheet.next_token
            if reached or not self._token:
                lost = not reached and await self._out_of_reach()
                yield Page(sheet.posts, self._at.finished().text(), complete=True, lost=lost)
                return
            if sheet.posts:
                yield Page(sheet.posts, self._at.text())

    async def _next(self) -> tuple[Sheet, bool]:
        """The next sheet above `since`, and whether `since` itself came into sight."""
        more = {"pagination_token": self._token} if self._token else {}
        try:
            sheet = await self._ask(**self._bounds, **more, max_results=PAGE)
        except CursorRefused:
            if not self._token and self._blind:
                raise
            self._ask_otherwise()
            return await self._next()
        above = tuple(p for p in sheet.posts if int(p.id) > int(self._at.since))
        return Sheet(above, sheet.next_token), len(above) < len(sheet.posts)

    def _ask_otherwise(self) -> None:
        """X refuses what we kept. A page token can be done without: `floor` says the same.

        Without `since`, go down from where we are until it is passed or X ends.
        """
        self._blind = self._blind or not self._token
        self._bounds = self._at.bound_above() if self._blind else self._at.bounds()
        self._token = ""

    async def _out_of_reach(self) -> bool:
        """Whether X's 800 posts may have ended above `since`.

        It does not say so: the pages just end. Then there is nothing below the last post either, although
        `since` itself should be there.
        """
        if self._blind:
            return True
        known = int(self._at.since) & MADE_BITS != 0  # a `since` that we made ourselves has nothing below it
        doubtful = self._seen >= NEAR_THE_END or (self._resumed and known)
        if not doubtful:
            return False
        return not (await self._ask(**self._at.bound_above(), max_results=FEWEST)).posts
