"""What must be told to a room, once: a row made together with its cause, claimed, sent and marked.

Where a process died between sending and marking, the platform is asked whether the message arrived; where it
cannot tell, the message is not sent again, but one line that says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.rooms import nearest, row_of
from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.errors import DeliveryError, Refused, RoomClosed, TryLater
from plugin.registry.paths import way_to
from plugin.store.prepared import Prepared
from plugin.store.store import Store, insert
from plugin.store.tables import Notice
from plugin.store.tables.alarms import NOTICE_OPEN
from plugin.wording import View

log = logging.getLogger(__name__)

Compose = Callable[[Mapping[str, Any]], Awaitable[View | None]]
"""Makes what a notice shows, as of now; None when there is nothing left to tell."""

Deliver = Callable[[Room, View, str], Awaitable[None]]
SentBefore = Callable[[Room, str], Awaitable[bool | None]]

LEASE = timedelta(minutes=5)
PATIENCE = 240.0  # seconds for one sending, less than the lease
SOON = timedelta(minutes=1)


def _due() -> Prepared:
    """Asked every minute, and mostly answered with none."""
    times = (col(Notice.not_before), col(Notice.lease_until))
    free = [sa.or_(c.is_(None), c <= sa.bindparam("now")) for c in times]
    query = sa.select(col(Notice.id)).where(sa.text(NOTICE_OPEN), *free)
    return Prepared(query.order_by(col(Notice.id)).limit(200))


_DUE = _due()


@dataclass(frozen=True)
class PerhapsTold(View):
    """One line instead of telling it a second time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A notice that is ours to send, for a while. `again`: somebody began before, and never said how it ended."""

    id: int
    key: str
    room: Room
    kind: str
    args: Mapping[str, Any]
    made_at: datetime
    tries: int
    again: bool


def put(
    session: Session, rooms: Iterable[Room], kind: str, args: Mapping[str, Any], key: str, now: datetime
) -> list[int]:
    """Have rooms told; the notices that are new. The same key again tells a room nothing more."""
    new = list[int]()
    for room in rooms:
        row = {
            "key": f"{key}:{room.address}", "platform": room.platform, "room": room.key,
            "kind": kind, "args": dict(args), "made_at": now, "state": "waiting", "owner": "", "tries": 0,
        }  # fmt: skip
        made = insert(session, Notice).values(**row).on_conflict_do_nothing().returning(col(Notice.id))
        new += session.connection().execute(made).scalars()
    return new


def drop(session: Session, room: Room) -> None:
    """A room is not to be told anything more: what has not begun to leave stays."""
    waits = (
        col(Notice.platform) == room.platform,
        col(Notice.room) == room.key,
        col(Notice.state) == "waiting",
    )
    session.connection().execute(sa.update(Notice).where(*waits).values(state="dropped"))


def made(session: Session, rooms: Sequence[Room], key: str) -> list[int]:
    """The notices that were put for these rooms under a key."""
    keys = [f"{key}:{room.address}" for room in rooms]
    query = sa.select(col(Notice.id)).where(col(Notice.key).in_(keys)).order_by(col(Notice.id))
    return [number for (number,) in session.connection().execute(query) if number is not None]


def due(session: Session, now: datetime) -> list[int]:
    """Notices that should be on their way and whose time has come, the oldest first."""
    return [number for [number] in _DUE.rows(session, {"now": now})]


class Notices:
    """Sends notices; `owner` names this process. `composers` has one for each kind."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        owner: str,
        composers: Mapping[str, Compose],
        deliver: Deliver,
        sent_before: SentBefore,
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._composers = composers
        self._deliver = deliver
        self._sent_before = sent_before

    async def send(self, notice_id: int) -> float | None:
        """Bring one notice a step on; None when nothing is left to do, else the seconds until the next look.

        Safe to call at any time, any number of times, from any process.
        """
        claim = await self._store.write(_claim, notice_id, self._owner, self._clock())
        if claim is None:
            return None
        if claim.again and not await self._must_go_out(claim):
            return None
        try:
            view = await self._composers[claim.kind](claim.args)
        except Exception as error:  # nothing was sent yet, and nobody may believe that it was
            log.error("a notice (%s) could not be made: %s", claim.kind, type(error).__name__)
            return await self._later(claim)
        if view is None:
            await self._mark(claim, state="dropped")
            return None
        return await self._carry(claim, view)

    async def _later(self, claim: Claim) -> float:
        until = self._clock() + SOON
        if claim.again:
            await self._mark(claim, lease_until=until)
        else:
            await self._mark(claim, state="waiting", not_before=until, lease_until=None)
        return SOON.total_seconds()

    async def _carry(self, claim: Claim, view: View) -> float | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._deliver(claim.room, view, claim.key)
        except TryLater as busy:
            later = self._clock() + timedelta(seconds=busy.after)
            await self._mark(claim, state="waiting", not_before=later, lease_until=None)
            return busy.after
        except Refused as refused:
            log.warning("a room of %s does not take a notice: %s", claim.room.platform, refused.why)
            if await self._mark(claim, state="refused") and isinstance(refused, RoomClosed):
                await self._store.write(_elsewhere, claim, self._clock())
        except (DeliveryError, TimeoutError):
            await self._mark(claim, lease_until=self._clock() + SOON)  # found again, it is looked up first
            return SOON.total_seconds()
        else:
            await self._mark(claim, state="sent", sent_at=self._clock())
        return None

    async def _must_go_out(self, claim: Claim) -> bool:
        """Somebody began to send this and never said how it ended. Whether it is to be sent (again)."""
        try:
            arrived = await self._sent_before(claim.room, claim.key)
        except Refused:
            arrived = None
        except DeliveryError:
            await self._mark(claim, lease_until=self._clock() + SOON)
            return False
        if arrived:
            await self._mark(claim, state="sent", sent_at=self._clock())
        elif arrived is None and await self._mark(claim, state="unknown"):
            try:
                await self._deliver(claim.room, PerhapsTold(claim.made_at), f"{claim.key}:perhaps")
            except DeliveryError as error:
                log.warning("a notice may have been sent, and nobody could be told: %s", type(error).__name__)
        return arrived is False

    async def _mark(self, claim: Claim, **how: Any) -> bool:
        return await self._store.write(_marked, claim, self._owner, how)


def _elsewhere(session: Session, claim: Claim, now: datetime) -> None:
    """The room takes nothing any more: the next one that stands for its agency is told in its place."""
    row = row_of(session, claim.room)
    if row is None or row.agency_id is None:
        return
    rooms = nearest(session, way_to(session, row.agency_id))
    put(session, rooms, claim.kind, claim.args, claim.key.removesuffix(f":{claim.room.address}"), now)


def _claim(session: Session, notice_id: int, owner: str, now: datetime) -> Claim | None:
    row = session.exec(select(Notice).where(Notice.id == notice_id).with_for_update()).first()
    if row is None or row.state not in ("waiting", "sending"):
        return None
    if any(moment is not None and moment > now for moment in (row.not_before, row.lease_until)):
        return None
    again = row.state == "sending"
    row.state, row.owner, row.lease_until, row.tries = "sending", owner, now + LEASE, row.tries + 1
    room = Room(row.platform, row.room)
    return Claim(notice_id, row.key, room, row.kind, row.args, row.made_at, row.tries, again)


def _marked(session: Session, claim: Claim, owner: str, how: Mapping[str, Any]) -> bool:
    """Note how it ended, or when to go on. False when it is not ours any more: then nothing changes."""
    mine = (
        col(Notice.id) == claim.id, col(Notice.owner) == owner, col(Notice.tries) == claim.tries,
        col(Notice.state) == "sending",
    )  # fmt: skip
    return session.connection().execute(sa.update(Notice).where(*mine).values(**how)).rowcount == 1
