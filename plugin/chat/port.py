"""What every chat platform must do for us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from plugin.chat.values import (
    Apart,
    Capabilities,
    Form,
    Incoming,
    Media,
    MediaRef,
    MenuEntry,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Room,
)

Receive = Callable[[Incoming], Awaitable[Outgoing | None]]
"""Takes what happened. When it returns, the delivery may be acknowledged: it is answered or stored.

It returns an answer that is ready now (a command that only reads), which the adapter puts into the
acknowledgement or sends to the room at once; or None, and whatever there is to say comes through `send`.
It raises when the delivery could not be stored: then the adapter must let the platform deliver it again,
or, where the platform does not repeat, tell the sender to try again.
"""


class ChatAdapter(Protocol):
    """A chat platform that we listen to and speak on. Only a translator: no rule of the desk lives here.

    Errors raised by `send`, `amend`, `open_form` and `fetch` are only `TryLater`, `Refused` and `Unknown`.
    """

    @property
    def name(self) -> str: ...

    @property
    def can(self) -> Capabilities: ...

    @property
    def health(self) -> str:
        """`ok`, or one short English phrase for what is wrong now. Never a token, never a text."""

    async def listen(self, receive: Receive) -> None:
        """Pass on every delivery, in order within a room, until cancelled."""

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        """Deliver `message`. `key` is our own name for it; platforms that can, keep it for `sent_before`.

        A text longer than `can.longest` becomes several messages; the reference is the last one's,
        which carries the buttons. A card (`message.rest`) stays one, shortened where it must be.
        """

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        """Replace a message we sent earlier, its buttons included; a card by one message, like `send`.

        Nothing to change is not an error.
        """

    async def open_form(self, opener: Opener, form: Form) -> None:
        """Show `form` to the person of `opener`. Raises Refused when the opener has lapsed.

        Only called where `can.forms`; elsewhere the core asks the questions one by one.
        """

    async def offer_menu(self, entries: Sequence[MenuEntry]) -> None:
        """Show our commands where the platform has a menu for them; elsewhere do nothing."""

    def apart(self, person: Person) -> Apart | None:
        """Where not `can.whispers`: the private chat with somebody, which may not have begun. Else None."""

    async def sent_before(self, room: Room, key: str) -> MessageRef | None:
        """Where `can.history`: the message that was sent under `key`, if it arrived."""

    async def fetch(self, media: MediaRef, *, most_bytes: int) -> Media:
        """Fetch a file; Refused when it is larger than `most_bytes` or gone."""

    async def aclose(self) -> None:
        """Let go of connections. Safe to call twice."""
