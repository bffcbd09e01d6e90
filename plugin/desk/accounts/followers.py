"""From a list of followers, however it came, to proposals for people: read, judged off the loop, noted once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session

from plugin.chat.context import Context
from plugin.desk.audit import Hand, hand, record
from plugin.errors import DeliveryError
from plugin.registry import sighted
from plugin.registry.matching.lines import match_followers
from plugin.registry.matching.listing import read_list
from plugin.registry.matching.reading import Broken
from plugin.registry.matching.values import Follower
from plugin.registry.sighted import Found, Sighting
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import Day, day_of
from plugin.store.tables import FollowerList
from plugin.wording import Refusal, UserError

MOST_BYTES = 8_000_000
MOST = 50_000
SHOWN_BROKEN = 8


@dataclass(frozen=True)
class NoFollowers(Refusal):
    """There was nothing to read: how a list can be given."""


@dataclass(frozen=True)
class TooManyFollowers(Refusal):
    most: int


@dataclass(frozen=True)
class FileNotRead(Refusal):
    """The file that came with the words is too large, gone, or no text."""


@dataclass(frozen=True, slots=True)
class Given:
    """A list as somebody gave it: whose followers, as of when, on which channel."""

    of: Node
    handle: str
    channel: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list. `broken`: (line, reason) of the first lines that could not be read."""

    number: int
    total: int
    broken: tuple[tuple[int, str], ...]
    broken_count: int
    found: Found


@dataclass(frozen=True, slots=True)
class Judged:
    """A list that was read, and what the rules make of it."""

    followers: tuple[Follower, ...]
    broken: tuple[Broken, ...]
    sightings: tuple[Sighting, ...]


async def text_given(context: Context, typed: str) -> tuple[str, str]:
    """(the list's text, where it came from): what was typed, or else the file it came with."""
    if not context.media:
        return typed, "paste"
    try:
        file = await context.services.fetch(context.media[0], MOST_BYTES)
        return file.content.decode("utf-8-sig"), "file"
    except (DeliveryError, UnicodeDecodeError):
        raise UserError(FileNotRead()) from None


async def take(context: Context, given: Given, text: str) -> Taken:
    """Read and judge a list, and note what it shows. Raises UserError where there is nothing in it."""
    registry, zone = context.registry, context.services.zone
    day = day_of(registry, given.at.astimezone(zone).date())
    judgement = await asyncio.to_thread(judged, registry, day, given, text, zone)
    if not judgement.followers:
        raise UserError(NoFollowers())
    if len(judgement.followers) > MOST:
        raise UserError(TooManyFollowers(MOST))
    row = FollowerList(
        agency_id=given.of.id, channel=given.channel, handle=given.handle, source=given.source,
        taken_at=given.at, noted_at=context.now, by=context.standing.official_id,
        total=len(judgement.followers), broken=len(judgement.broken), origin=context.origin[:160],
    )  # fmt: skip
    number, found = await context.services.store.write(note_list, hand(context), row, judgement)
    shown = tuple((b.line, b.reason) for b in judgement.broken[:SHOWN_BROKEN])
    return Taken(number, len(judgement.followers), shown, len(judgement.broken), found)


def judged(registry: Registry, day: Day, given: Given, text: str, zone: tzinfo) -> Judged:
    """Read a list and judge it by the offices of that day. It takes a while: not to be called on the loop."""
    read = list(read_list(text))
    broken = tuple(r for r in read if isinstance(r, Broken))
    followers = tuple({r.username.casefold(): r for r in read if isinstance(r, Follower)}.values())
    if not followers or len(followers) > MOST:
        return Judged(followers, broken, ())
    at = given.at.astimezone(zone).date()
    government = registry.government(given.of)
    judgements = match_followers(followers, registry, at, government.code, given.channel)
    return Judged(followers, broken, tuple(sighted.sightings(registry, day, followers, judgements)))


def note_list(session: Session, by: Hand, row: FollowerList, judgement: Judged) -> tuple[int, Found]:
    """Note what a list shows, with an entry in the record."""
    found = sighted.take_in(session, row, judgement.followers, judgement.sightings)
    assert row.id is not None
    record(
        session, by, "followers_read", agency=row.agency_id, list=row.id, channel=row.channel,
        source=row.source, total=row.total, proposed=found.proposed,
    )  # fmt: skip
    return row.id, found
