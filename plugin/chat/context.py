"""What a command knows of the moment it was called, and what it may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from plugin.chat.deliveries import origin
from plugin.chat.refusals import RoomNotBound
from plugin.chat.rights import Right, Standing
from plugin.chat.values import Incoming, MessageRef, Person, Room, Submitted, Typed
from plugin.clock import Clock
from plugin.findings import Check
from plugin.limits import Limits
from plugin.media import Media, MediaRef
from plugin.public.approvals import Approvals
from plugin.public.port import Budget, PublicChannel
from plugin.public.values import PublicAccount
from plugin.registry.snapshot import Node, Registry, RegistryView
from plugin.registry.vault import Vault
from plugin.store.store import Store
from plugin.terms import Terms
from plugin.wording import UserError, View


class Silence(Protocol):
    """A time in which an account was not heard."""

    @property
    def began_at(self) -> datetime: ...


class Hearing(Protocol):
    """How well an account is heard."""

    @property
    def channel(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def last_ok_at(self) -> datetime | None: ...
    @property
    def trouble(self) -> str: ...
    @property
    def overdue(self) -> bool: ...
    @property
    def open_gaps(self) -> Sequence[Silence]: ...


@dataclass(frozen=True, slots=True)
class Offered:
    """A command as help tells of it: what it is about, whom it is for, its grammar, whether it is rarely used."""

    topic: str
    name: str
    may: Right
    usage: str
    rare: bool


Condition = Callable[[], Awaitable[tuple[Mapping[str, str], Sequence[Hearing]]]]
"""Every adapter and channel with its health, and how each account is heard."""


@dataclass(frozen=True)
class Services:
    """What the whole desk shares, built once by `plugin/house.py` and handed down."""

    store: Store
    registry: RegistryView
    clock: Clock
    zone: ZoneInfo
    channels: Mapping[str, PublicChannel]
    vault: Vault
    media: Path
    limits: Limits
    terms: Terms
    check: Check
    approvals: Approvals
    publish: Callable[[int], Awaitable[None]]
    look: Callable[[int], Awaitable[bool]]
    attach: Callable[[Context, int, str], Awaitable[None]]
    notify: Callable[[int], Awaitable[None]]
    withdraw: Callable[[int], Awaitable[None]]
    look_gone: Callable[[int], Awaitable[bool]]
    offered: Sequence[Offered]
    refresh: Callable[[str], Awaitable[None]]
    came_in: Callable[[], None]
    condition: Condition
    send: Callable[[Room, View, str], Awaitable[None]]
    fetch: Callable[[MediaRef, int], Awaitable[Media]]
    account: Callable[[int], Awaitable[PublicAccount | None]]
    claim: timedelta
    words: Callable[..., str]
    originals: Callable[[], Mapping[str, str]]
    budget: Budget
    public_url: str

    @property
    def today(self) -> date:
        """The day of the government's calendar, as of now."""
        return self.clock().astimezone(self.zone).date()


@dataclass(frozen=True)
class Context:
    """One moment: who spoke, where, about what. `origin` names the delivery, the same if it is repeated."""

    services: Services
    registry: Registry
    standing: Standing
    message: Incoming
    now: datetime
    about: int | None = None

    @property
    def sender(self) -> Person:
        return self.message.sender

    @property
    def room(self) -> Room:
        return self.message.room

    @property
    def origin(self) -> str:
        return origin(self.message)

    @property
    def mentions(self) -> tuple[Person, ...]:
        return self.message.body.mentions if isinstance(self.message.body, Typed) else ()

    @property
    def answers(self) -> MessageRef | None:
        return self.message.body.answers if isinstance(self.message.body, Typed) else None

    @property
    def media(self) -> tuple[MediaRef, ...]:
        """What came with the words, or with the form."""
        return self.message.body.media if isinstance(self.message.body, Typed | Submitted) else ()

    @property
    def today(self) -> date:
        """The day that it is where the desk stands."""
        return self.now.astimezone(self.services.zone).date()

    @property
    def node(self) -> Node | None:
        """What this room sees: the agency it is bound to; in a private chat, where the official serves."""
        if self.standing.room_agency is not None:
            return self.registry.by_id(self.standing.room_agency)
        if not self.room.private or not self.standing.held:
            return None
        nodes = [self.registry.by_id(h.agency_id) for h in self.standing.held]
        return min(nodes, key=lambda n: n.depth)

    @property
    def here(self) -> Node:
        """What this room sees. Raises UserError where it belongs to no agency."""
        if self.node is None:
            raise UserError(RoomNotBound(self.room.private, ()))
        return self.node

    def allows(self, right: Right, agency_id: int) -> bool:
        """Whether the sender may do `right` here to what belongs to `agency_id`."""
        return self.standing.allows(right, agency_id, self.registry)
