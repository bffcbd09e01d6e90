"""Carrying messages to rooms, and cards that show the truth wherever they hang."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat import rooms
from plugin.chat.compose import Composer
from plugin.chat.port import ChatAdapter
from plugin.chat.refusals import Lapsed
from plugin.chat.turns import Turns, parts
from plugin.chat.values import MessageRef, Outgoing, Person, Room
from plugin.clock import Clock
from plugin.errors import DeliveryError, Refused, RoomClosed
from plugin.store.gates import FOREVER
from plugin.store.prepared import Prepared
from plugin.store.store import Store, insert
from plugin.store.tables import Card
from plugin.wording import UserError, View

log = logging.getLogger(__name__)

DURABLE_PATIENCE = 200.0
"""Seconds, less than the four minutes after which its sender would take it for perhaps sent."""
MOST_CARDS = 3
MOST_STALE = 200
"""Cards' subjects in one round: the rest is mended in the next."""
_HANGING = Prepared(
    sa.select(
        *(col(c) for c in (Card.platform, Card.room, Card.message, Card.thread, Card.reader, Card.state))
    )
    .where(col(Card.about) == sa.bindparam("about"), col(Card.state).in_(("sent", "stale")))
    .order_by(col(Card.sent_at).desc(), col(Card.key).desc())
)


@dataclass(frozen=True, slots=True)
class Place:
    """Who reads a card: everybody in a group, or in a private chat the one `reader` (the platform's user id)."""

    room: Room
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Hung:
    """A card, where it hangs. `old`: enough newer ones about the same hang there too."""

    ref: MessageRef
    reader: str
    stale: bool
    old: bool

    @property
    def place(self) -> Place:
        return Place(self.ref.room, self.reader)


class Courier:
    """Sends views into rooms and keeps cards up to date.

    A card is a message about something that changes ("reply:4"). `truth` gives the view of that thing as it
    is now: every sending and every refreshing shows it, so a late amendment never overwrites a newer one. To a
    place that may not see the thing it gives a view that is no card: that is the last it hears.
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
        self._turns = Turns(store, nap)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.truth: Callable[[str, Place], Awaitable[View]] | None = None

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
            place = Place(room, _reader(room, asker))
            shown = await self.truth(view.about, place) if self.truth is not None else view
            outgoing = await self._compose(shown, answers, asker)
            ref = arrived or await self._deliver(
                room, outgoing, key, asked=asker is not None, patience=patience
            )
            if shown.about:
                await self._store.write(remember, key, ref, view.about, self._clock(), place.reader)
            return ref

    async def carry(self, room: Room, view: View, key: str) -> None:
        """Send what is a row, a notice or a page, and comes back by a timer of its own after TryLater."""
        await self.send(room, view, key=key, patience=DURABLE_PATIENCE)

    async def sent_before(self, room: Room, key: str) -> bool | None:
        """Whether a message arrived under that key; None where the platform cannot tell."""
        adapter = self.adapter(room.platform)
        return (await adapter.sent_before(room, key)) is not None if adapter.can.history else None

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

    async def replace(self, ref: MessageRef, view: View, *, key: str, asker: Person) -> None:
        """Put a view in the place of a message of ours, whose button `asker` pressed."""
        if not view.about:
            await self._amend(ref, await self._compose(view))
            return
        reader = _reader(ref.room, asker)
        await self._store.write(remember, key, ref, view.about, self._clock(), reader)
        await self.refresh(view.about)

    async def refresh(self, about: str) -> None:
        """Show what is true now on the cards about it, in every room; on older ones only what must not stay.

        No room waits for another. What a platform does not take now is mended by `freshen`.
        """
        async with self._lock(about):
            of_rooms = await self._store.read(_cards, about)
            await asyncio.gather(*(self._show(about, cards) for cards in of_rooms))

    async def _show(self, about: str, cards: Sequence[Hung]) -> None:
        """Bring the cards of one room up to date."""
        shown: dict[Place, View] = {}
        for hung in cards:
            assert self.truth is not None
            if not (hung.old and hung.place in shown):
                shown[hung.place] = await self.truth(about, hung.place)
            view = shown[hung.place]
            if view.about and hung.old:
                continue
            try:
                await self._amend(hung.ref, await self._compose(view))
            except Refused as error:
                # Somebody deleted it: its buttons, where there are any, still ask for today's truth.
                log.info("a card in %s stays as it was: %s", hung.ref.room.platform, error)
            except DeliveryError as error:
                log.warning("a card in %s stays as it was for now: %s", hung.ref.room.platform, error)
                if not hung.stale:
                    await self._store.write(_mark, about, hung.ref, "stale")
                continue
            if hung.stale or not view.about:
                await self._store.write(_mark, about, hung.ref, "sent" if view.about else "left")

    async def freshen(self) -> None:
        """Mend the cards that must not go on saying what they say; what no platform takes now, the next time."""
        for about in await self._store.read(_stale):
            await self.refresh(about)

    async def whole(self, ref: MessageRef, asker: Person) -> View:
        """All that the card at `ref` would say to `asker` now, if it did not have to be one message."""
        about = await self._store.read(about_of, ref)
        if not about or self.truth is None:
            raise UserError(Lapsed())
        place = Place(ref.room, _reader(ref.room, asker))
        return self.composer.whole(await self.truth(about, place), now=self._clock())

    async def _compose(
        self, view: View, answers: MessageRef | None = None, asker: Person | None = None
    ) -> Outgoing:
        return await self.composer.message(view, now=self._clock(), answers=answers, asker=asker)

    async def _deliver(
        self, room: Room, message: Outgoing, key: str, *, asked: bool, patience: float = FOREVER
    ) -> MessageRef:
        adapter = self.adapter(room.platform)
        order = contextlib.nullcontext(patience) if asked else self._turns.in_order(room, patience)
        async with order as left:
            count = parts(message, adapter.can.longest)
            await self._turns.take(room, adapter.can, count, asked=asked, patience=left)
            try:
                return await self._turns.patiently(room, lambda: adapter.send(room, message, key=key))
            except RoomClosed as closed:
                await self._store.write(rooms.shut, room, closed.why, self._clock())
                raise

    async def _amend(self, ref: MessageRef, message: Outgoing) -> None:
        adapter = self.adapter(ref.room.platform)
        if adapter.can.amends:
            await self._turns.take(ref.room, adapter.can, 1, asked=True)
            await self._turns.patiently(ref.room, lambda: adapter.amend(ref, message))

    def _lock(self, about: str) -> asyncio.Lock:
        return self._locks.setdefault(about, asyncio.Lock())


def remember(
    session: Session, key: str, ref: MessageRef, about: str, now: datetime, reader: str = ""
) -> None:
    """Note that the message `ref` is a card about something."""
    row = {
        "key": key, "platform": ref.room.platform, "room": ref.room.key, "message": ref.key,
        "thread": ref.thread, "about": about, "reader": reader, "state": "sent", "sent_at": now,
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


def outdate(session: Session, abouts: Collection[str]) -> None:
    """Every card about these, however old, must not go on saying what it says: `freshen` sees to it."""
    mine = sa.update(Card).where(col(Card.about).in_(abouts), col(Card.state) == "sent")
    session.connection().execute(mine.values(state="stale"))


def _reader(room: Room, asker: Person | None) -> str:
    return asker.key if room.private and asker is not None else ""


def _sent_card(session: Session, key: str) -> MessageRef | None:
    row = session.get(Card, key)
    return _ref(row) if row is not None else None


def _cards(session: Session, about: str) -> list[list[Hung]]:
    """The cards about it by room, the newest first. Nobody scrolls back to the twentieth, and platforms count edits,
    so of a room's many the older ones need not be kept true.
    """
    rows = _HANGING.rows(session, {"about": about})
    of_rooms: dict[Room, dict[MessageRef, Hung]] = {}
    for row in rows:
        ref = MessageRef(Room(row.platform, row.room), row.message, row.thread)
        of_room = of_rooms.setdefault(ref.room, {})
        stale = row.state == "stale"
        of_room.setdefault(ref, Hung(ref, row.reader, stale, old=len(of_room) >= MOST_CARDS and not stale))
    return [list(of_room.values()) for of_room in of_rooms.values()]


def _mark(session: Session, about: str, ref: MessageRef, state: str) -> None:
    mine = sa.update(Card).where(
        col(Card.about) == about, col(Card.platform) == ref.room.platform, col(Card.room) == ref.room.key,
        col(Card.message) == ref.key,
    )  # fmt: skip
    session.connection().execute(mine.values(state=state))


def _stale(session: Session) -> list[str]:
    some = select(Card.about).where(sa.text("state = 'stale'")).distinct().limit(MOST_STALE)
    return list(session.exec(some))


def _ref(row: Card) -> MessageRef:
    return MessageRef(Room(row.platform, row.room), row.message, row.thread)
