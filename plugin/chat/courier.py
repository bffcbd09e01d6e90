"""Carrying messages to rooms: at the platform's pace, and cards that show the truth wherever they hang."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeVar
from weakref import WeakValueDictionary

from sqlmodel import Session, col, select

from plugin.chat.compose import Composer
from plugin.chat.port import ChatAdapter
from plugin.chat.values import MessageRef, Outgoing, Person, Room
from plugin.clock import Clock
from plugin.errors import DeliveryError, Refused, TryLater
from plugin.store.gates import FOREVER, Gates, Rank
from plugin.store.store import Store, insert
from plugin.store.tables import Card
from plugin.wording import View

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds that an answer waits for a busy platform before it is given up."""
DURABLE_PATIENCE = 200.0
"""Seconds, less than the four minutes after which its sender would take it for perhaps sent."""
BURST = 3
MOST_CARDS = 3


class Courier:
    """Sends views into rooms and keeps cards up to date.

    A card is a message about something that changes ("reply:4"). `truth` gives the view of that thing as it
    is now: every sending and every refreshing shows it, so a late amendment never overwrites a newer one.
    """

    def __init__(
        self,
        store: Store,
        composer: Composer,
        adapters: Mapping[str, ChatAdapter],
        clock: Clock,
        nap: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self.composer = composer
        self._adapters = adapters
        self._clock = clock
        self._nap = nap
        self._gates = Gates(store, nap)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.truth: Callable[[str], Awaitable[View]] | None = None

    def adapter(self, platform: str) -> ChatAdapter:
        """The adapter of a platform; Refused when it is not connected (any more)."""
        if platform not in self._adapters:
            raise Refused(f"{platform} is not connected")
        return self._adapters[platform]

    async def send(
        self,
        room: Room,
        view: View,
        *,
        key: str,
        answers: MessageRef | None = None,
        asker: Person | None = None,
        again: bool = False,
        patience: float = FOREVER,
    ) -> MessageRef:
        """Send a view; a card is remembered under `key`, and sent under the same key it is not sent again.

        `again`: somebody may have sent it before and died; a platform with a history is asked first. `patience`:
        how many seconds what nobody asked for waits for its turn; whoever names it comes back after TryLater.
        """
        arrived = await self._arrived(room, key) if again else None
        if not view.about:
            if arrived is not None:
                return arrived
            outgoing = await self._compose(view, answers, asker)
            return await self._deliver(room, outgoing, key, asked=asker is not None, patience=patience)
        async with self._lock(view.about):
            sent = await self._store.read(_sent_card, key)
            if sent is not None:
                return sent
            outgoing = await self._compose(await self._now(view), answers, asker)
            ref = arrived or await self._deliver(
                room, outgoing, key, asked=asker is not None, patience=patience
            )
            await self._store.write(remember, key, ref, view.about, self._clock())
            return ref

    async def carry(self, room: Room, view: View, key: str) -> None:
        """Send what is a row, a notice or a page, and comes back by a timer of its own after TryLater."""
        await self.send(room, view, key=key, patience=DURABLE_PATIENCE)

    async def _arrived(self, room: Room, key: str) -> MessageRef | None:
        adapter = self.adapter(room.platform)
        try:
            return await adapter.sent_before(room, key) if adapter.can.history else None
        except DeliveryError as error:
            log.warning("%s does not tell what was sent: %s", room.platform, error)
            return None  # rather twice than never

    async def question(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        """Send a question of a form, as it is."""
        return await self._deliver(room, message, key, asked=True)

    async def replace(self, ref: MessageRef, view: View, *, key: str) -> None:
        """Put a view in the place of a message of ours."""
        if not view.about:
            await self._amend(ref, await self._compose(view))
            return
        await self._store.write(remember, key, ref, view.about, self._clock())
        await self.refresh(view.about)

    async def refresh(self, about: str) -> None:
        """Show what is true now on every card about it, in every room."""
        async with self._lock(about):
            refs = await self._store.read(_cards, about)
            for ref in refs:
                assert self.truth is not None
                try:
                    await self._amend(ref, await self._compose(await self.truth(about)))
                except Refused as error:
                    # Somebody deleted it, or it is longer than one message: its buttons still ask for today's truth.
                    log.info("a card in %s stays as it was: %s", ref.room.platform, error)
                except DeliveryError as error:
                    log.warning("a card in %s stays as it was: %s", ref.room.platform, error)

    async def _now(self, view: View) -> View:
        return await self.truth(view.about) if self.truth is not None else view

    async def _compose(
        self, view: View, answers: MessageRef | None = None, asker: Person | None = None
    ) -> Outgoing:
        return await self.composer.message(view, now=self._clock(), answers=answers, asker=asker)

    async def _deliver(
        self, room: Room, message: Outgoing, key: str, *, asked: bool, patience: float = FOREVER
    ) -> MessageRef:
        adapter = self.adapter(room.platform)
        await self._take_turn(room, asked=asked, patience=patience)
        return await self._patiently(room, lambda: adapter.send(room, message, key=key))

    async def _amend(self, ref: MessageRef, message: Outgoing) -> None:
        adapter = self.adapter(ref.room.platform)
        if adapter.can.amends:
            await self._take_turn(ref.room, asked=True)
            await self._patiently(ref.room, lambda: adapter.amend(ref, message))

    async def _take_turn(self, room: Room, *, asked: bool, patience: float = FOREVER) -> None:
        """What nobody waits for keeps the pace of the room and of all rooms together, and lets every answer pass."""
        can = self.adapter(room.platform).can
        for lane, per_second, burst in (
            (room.address, can.per_second, BURST),
            (room.platform, can.together, math.ceil(can.together)),
        ):
            if not per_second:
                continue
            if asked:
                await self._gates.pass_by(lane, per_second=per_second, burst=burst, patience=PATIENCE)
            else:
                await self._gates.turn(
                    lane, per_second=per_second, burst=burst, rank=Rank.ALERT, patience=patience
                )

    async def _patiently(self, room: Room, call: Callable[[], Awaitable[T]]) -> T:
        """Do it, waiting as long as the platform asks; what comes after in that room waits as long."""
        waited = 0.0
        while True:
            try:
                return await call()
            except TryLater as busy:
                waited += busy.after
                await self._gates.close(room.address, busy.after)
                if waited > PATIENCE:
                    raise
                await self._nap(busy.after)

    def _lock(self, about: str) -> asyncio.Lock:
        return self._locks.setdefault(about, asyncio.Lock())


def remember(session: Session, key: str, ref: MessageRef, about: str, now: datetime) -> None:
    """Note that the message `ref` is a card about something."""
    row = {
        "key": key, "platform": ref.room.platform, "room": ref.room.key, "message": ref.key,
        "thread": ref.thread, "about": about, "state": "sent", "sent_at": now,
    }  # fmt: skip
    statement = insert(session, Card).values(**row)
    session.connection().execute(statement.on_conflict_do_update(index_elements=["key"], set_=row))


def about_of(session: Session, ref: MessageRef) -> str:
    """What the card at `ref` shows, or "" when it is none."""
    found = session.exec(
        select(Card.about).where(
            Card.platform == ref.room.platform, Card.room == ref.room.key, Card.message == ref.key
        )
    ).first()
    return found or ""


def _sent_card(session: Session, key: str) -> MessageRef | None:
    row = session.get(Card, key)
    return _ref(row) if row is not None and row.state == "sent" else None


def _cards(session: Session, about: str) -> list[MessageRef]:
    """The newest cards about it of each room: nobody scrolls back to the twentieth, and platforms count edits."""
    rows = session.exec(
        select(Card)
        .where(Card.about == about, Card.state == "sent")
        .order_by(col(Card.sent_at).desc(), col(Card.key).desc())
    )
    newest: dict[Room, dict[MessageRef, None]] = {}
    for ref in map(_ref, rows):
        of_room = newest.setdefault(ref.room, {})
        if len(of_room) < MOST_CARDS:
            of_room.setdefault(ref)
    return [ref for of_room in newest.values() for ref in of_room]


def _ref(row: Card) -> MessageRef:
    return MessageRef(Room(row.platform, row.room), row.message, row.thread)
