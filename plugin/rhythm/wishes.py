"""How a recipient would like the pages: at which hour, with or without pictures, and whether on days of rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time

from sqlmodel import Session, select

from plugin.chat.values import Room
from plugin.store.tables import PageWish

EARLIEST, LATEST = time(4), time(10)
"""A morning page comes in the morning."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a recipient said; None is as usual. `off`: no morning page at all."""

    at: time | None = None
    brief: bool = False
    rests: bool = False
    off: bool = False
    weekly: bool | None = None
    monthly: bool | None = None


USUAL = Wish()


def wish_of(session: Session, room: Room) -> Wish:
    """What that room said."""
    row = session.get(PageWish, room.address)
    return _wish(row) if row is not None else USUAL


def wishes(session: Session) -> dict[Room, Wish]:
    """Everybody who said anything."""
    return {Room.at(row.recipient): _wish(row) for row in session.exec(select(PageWish))}


def keep(session: Session, room: Room, wish: Wish) -> None:
    """Note what a room said."""
    row = session.get(PageWish, room.address) or PageWish(recipient=room.address)
    row.at, row.brief, row.rests, row.off = wish.at, wish.brief, wish.rests, wish.off
    row.weekly, row.monthly = wish.weekly, wish.monthly
    session.add(row)


def _wish(row: PageWish) -> Wish:
    return Wish(row.at, row.brief, row.rests, row.off, row.weekly, row.monthly)


def read_wish(before: Wish, words: str) -> tuple[Wish, str]:
    """(the wish with what is said in `words`, what of them nobody understands)."""
    wish, left = before, f" {words.casefold()} "
    for pattern, change in SAID:
        for match in re.finditer(rf"(?<=\s){pattern}(?=[\s,])", left):
            changed = change(wish, match.groupdict())
            if changed is None:
                return before, match[0].strip()
            wish = changed
        left = re.sub(rf"(?<=\s){pattern}(?=[\s,])", " ", left)
    return wish, " ".join(left.replace(",", " ").split())


def _hour(wish: Wish, said: Mapping[str, str | None]) -> Wish | None:
    hour, minute = int(said["hour"] or 0), int(said["minute"] or 0)
    if hour > 23 or minute > 59 or not EARLIEST <= time(hour, minute) <= LATEST:
        return None
    return replace(wish, at=time(hour, minute))


# The longer ones first: what they take is gone for the others.
SAID: tuple[tuple[str, Callable[[Wish, Mapping[str, str | None]], Wish | None]], ...] = (
    (r"(?:jam|pukul)\s+biasa", lambda w, _: replace(w, at=None)),
    (r"(?:jam|pukul)\s+(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?", _hour),
    (r"tanpa\s+gambar|singkat", lambda w, _: replace(w, brief=True)),
    (r"dengan\s+gambar|bergambar|lengkap", lambda w, _: replace(w, brief=False)),
    (r"libur\s+(?:diam|tidak)|tanpa\s+hari\s+libur", lambda w, _: replace(w, rests=True)),
    (r"libur\s+(?:tetap|juga|ya)", lambda w, _: replace(w, rests=False)),
    (r"tanpa\s+mingguan", lambda w, _: replace(w, weekly=False)),
    (r"tanpa\s+bulanan", lambda w, _: replace(w, monthly=False)),
    (r"mingguan", lambda w, _: replace(w, weekly=True)),
    (r"bulanan", lambda w, _: replace(w, monthly=True)),
    (r"berhenti|stop|batal", lambda w, _: replace(w, off=True)),
    (r"mulai|lagi", lambda w, _: replace(w, off=False)),
)
