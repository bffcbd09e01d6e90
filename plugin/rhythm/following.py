"""A list of followers is read from a channel, page by page, after a person has agreed to what it costs.

Each page is stored with the cursor behind it, so that nothing is paid for twice, whoever dies when. When the last
one is there the list is judged like one that somebody pasted, and the room that asked is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.desk.accounts.followers import Given, Judged, judged, note_list
from plugin.desk.audit import Hand, record, system
from plugin.errors import Refused, TryLater, Unknown
from plugin.public.port import FollowerSource, PublicChannel
from plugin.public.values import FollowersPage, PublicAccount
from plugin.registry.sighted import API
from plugin.registry.snapshot import RegistryView
from plugin.registry.units import day_of
from plugin.rhythm import notices
from plugin.store.store import Store
from plugin.store.tables import FollowerList, FollowerPage

log = logging.getLogger(__name__)

JOB, KIND = "followers", "followers"
READING, JUDGING, DONE, STOPPED = "reading", "judging", "done", "stopped"
OPEN = (READING, JUDGING)
SOON = 60.0


@dataclass(frozen=True, slots=True)
class Order:
    """What was agreed to: whose followers, for whom, at most how many, where to tell, and on which day here."""

    agency_id: int
    account_id: int
    channel: str
    handle: str
    most: int
    room: Room
    day: date


def order(session: Session, by: Hand, wanted: Order) -> int:
    """Have a list read, once a day: two who press at once, or one who presses twice, pay once.

    A list that was stopped may be begun anew.
    """
    origin = f"{KIND}:{wanted.account_id}:{wanted.day.isoformat()}"
    same = select(FollowerList).where(FollowerList.origin == origin).with_for_update()
    before = session.exec(same).first()
    if before is not None:
        if before.state == STOPPED:
            before.state, before.cursor, before.total = READING, "", 0
        assert before.id is not None
        return before.id
    row = FollowerList(
        agency_id=wanted.agency_id, channel=wanted.channel, handle=wanted.handle, source=API,
        taken_at=by.at, noted_at=by.at, by=by.official_id, state=READING, origin=origin,
        found={"account": wanted.account_id, "most": wanted.most, "room": wanted.room.address},
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, by, "followers_ordered", agency=wanted.agency_id, channel=wanted.channel,
        handle=wanted.handle, most=wanted.most,
    )  # fmt: skip
    assert row.id is not None
    return row.id


def due(session: Session) -> list[int]:
    """The lists that have not met their end."""
    rows = session.exec(select(col(FollowerList.id)).where(col(FollowerList.state).in_(OPEN)))
    return [number for number in rows if number is not None]


class Following:
    """Reads the lists that were ordered; any number of processes may, each page is stored once."""

    def __init__(
        self,
        store: Store,
        registry: RegistryView,
        channels: Mapping[str, PublicChannel],
        account: Callable[[int], Awaitable[PublicAccount | None]],
        *,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._store = store
        self._registry = registry
        self._channels = channels
        self._account = account
        self._clock = clock
        self._zone = zone

    async def read(self, list_id: int) -> float | None:
        """Read one page on; None when nothing is left to do, else the seconds until the next."""
        row = await self._store.read(_open, list_id)
        if row is None:
            return None
        if row.state == READING:
            return await self._page(row, list_id)
        await self._finish(list_id)
        return None

    async def _page(self, row: FollowerList, list_id: int) -> float | None:
        channel = self._channels.get(row.channel)
        try:
            account = await self._account(row.found["account"])
            if account is None or not isinstance(channel, FollowerSource):
                raise Refused("disconnected")
            page = await channel.followers(account, row.cursor)
        except TryLater as busy:
            return busy.after
        except Unknown:
            return SOON
        except Refused as refused:
            log.warning("a list of followers cannot be read: %s", refused.why)
            await self._store.write(_stopped, list_id, refused.why, self._clock())
            return None
        await self._store.write(_keep, list_id, row.cursor, page)
        return 0.0

    async def _finish(self, list_id: int) -> None:
        row, text = await self._store.survey(_whole, list_id)
        registry = await self._registry.current()
        node = registry.by_id(row.agency_id)
        given = Given(node, row.handle, row.channel, API, row.taken_at)
        day = day_of(registry, row.taken_at.astimezone(self._zone).date())
        found = await asyncio.to_thread(judged, registry, day, given, text, self._zone)
        await self._store.write(_done, list_id, found, self._clock())


def _open(session: Session, list_id: int) -> FollowerList | None:
    row = session.get(FollowerList, list_id)
    return row if row is not None and row.state in OPEN else None


def _keep(session: Session, list_id: int, cursor: str, page: FollowersPage) -> None:
    """Store a page with the cursor behind it, if nobody else has read it meanwhile."""
    row = session.get_one(FollowerList, list_id, with_for_update=True)
    if row.state != READING or row.cursor != cursor:
        return
    number = session.exec(
        select(sa.func.count()).select_from(FollowerPage).where(col(FollowerPage.list_id) == list_id)
    ).one()
    session.add(FollowerPage(list_id=list_id, number=number, lines="\n".join(page.lines)))
    row.total += len(page.lines)
    row.cursor = page.cursor
    if not page.cursor or row.total >= row.found["most"]:
        row.state = JUDGING


def _whole(session: Session, list_id: int) -> tuple[FollowerList, str]:
    pages = session.exec(
        select(FollowerPage).where(FollowerPage.list_id == list_id).order_by(col(FollowerPage.number))
    )
    return session.get_one(FollowerList, list_id), "\n".join(page.lines for page in pages)


def _done(session: Session, list_id: int, found: Judged, now: datetime) -> None:
    row = session.get_one(FollowerList, list_id, with_for_update=True)
    if row.state != JUDGING:
        return
    room = str(row.found["room"])
    row.total, row.broken = len(found.followers), len(found.broken)
    note_list(session, system(now), row, found)
    _end(session, row, DONE, room, now)


def _stopped(session: Session, list_id: int, why: str, now: datetime) -> None:
    row = session.get_one(FollowerList, list_id, with_for_update=True)
    if row.state in OPEN:
        row.found = {**row.found, "why": why}
        _end(session, row, STOPPED, str(row.found["room"]), now)


def _end(session: Session, row: FollowerList, state: str, room: str, now: datetime) -> None:
    row.state = state
    session.connection().execute(sa.delete(FollowerPage).where(col(FollowerPage.list_id) == row.id))
    key = f"{KIND}:{row.id}:{state}:{now.isoformat()}"
    notices.put(session, [Room.at(room)], KIND, {"list": row.id}, key, now)
