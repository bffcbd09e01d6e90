"""The training room as a chat platform: what is said in it is kept in our own database."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute

from adapters.web import messages
from adapters.web.blocks import drawn
from adapters.web.messages import Body, NewMessage
from adapters.web.parts import split
from adapters.web.pictures import NotAPicture
from adapters.web.trouble import as_delivery
from adapters.web.values import PLATFORM, Persona, Site
from plugin.chat.markup import parse
from plugin.chat.port import Receive
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
    Pressed,
    Room,
    Submitted,
    Typed,
)
from plugin.errors import Refused, RoomClosed, TryLater


class WebChat:
    """A group chat in the browser, with its pages (`routes`) and its live connections."""

    name = PLATFORM
    health = "ok"
    can = Capabilities(longest=4000, threads=False, history=True, answers_at_once=True)

    def __init__(self, site: Site, on_post: Callable[[], None]) -> None:
        self.site = site
        self.on_post = on_post
        self.menu: tuple[MenuEntry, ...] = ()
        self._receive: Receive | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def routes(self) -> list[BaseRoute]:
        """The pages and endpoints, for the application's one HTTP server."""
        from adapters.web.door import routes  # the door knows the chat; only this line knows the door

        return routes(self)

    # -- hearing ----------------------------------------------------------------------------------------

    async def listen(self, receive: Receive) -> None:
        self._receive = receive
        try:
            await asyncio.Event().wait()
        finally:
            self._receive = None

    async def hear_typed(
        self, room: Room, who: Persona, key: str, text: str, *, tab: str, answers: MessageRef | None
    ) -> MessageRef:
        """Show what a person wrote to everybody in the room, then pass it on."""
        self._listener()
        body: Body = {"blocks": [{"kind": "text", "spans": [{"text": text}]}], "pictures": []}
        body |= {"name": who.name, "title": who.title, "sent_as": key}
        said = NewMessage(
            room.key, f"in:{who.key}:{key}", body, self.site.clock(), who.key,
            answers=answers.key if answers else "",
        )  # fmt: skip
        ref = await self._put(room, said)
        await self._pass_on(room, who, key, Typed(text, answers, await self._writer(answers)), ref, tab)
        return ref

    async def hear_pressed(
        self, room: Room, who: Persona, key: str, token: str, *, tab: str, on: MessageRef
    ) -> None:
        """Pass on that a person pressed a button."""
        await self._pass_on(room, who, key, Pressed(token, on), on, tab)

    async def hear_submitted(
        self, room: Room, who: Persona, key: str, body: Submitted, *, tab: str, form: MessageRef
    ) -> None:
        """Pass on a form that a person sent, then mark it as sent."""
        await self._pass_on(room, who, key, body, None, tab)
        await self.site.store.write(messages.close_form, room.key, int(form.key))
        self.site.bell.ring()

    async def _pass_on(
        self, room: Room, who: Persona, key: str, body: Typed | Pressed | Submitted,
        ref: MessageRef | None, tab: str,
    ) -> None:  # fmt: skip
        person = Person(PLATFORM, who.key, who.name)
        opener = Opener(room, person, tab, ref)
        delivery = f"{who.key}:{key}"
        async with self._turns[room.key]:
            incoming = Incoming(delivery, room, person, self.site.clock(), body, ref, opener)
            answer = await self._listener()(incoming)
            if answer is not None:
                await self.send(room, answer, key=f"answer:{delivery}")

    async def _writer(self, answers: MessageRef | None) -> tuple[Person, ...]:
        """Who wrote what is answered: whoever is replied to is meant, since nobody has a handle here."""
        if answers is None:
            return ()
        key = await self.site.store.read(messages.author, answers.room.key, int(answers.key))
        persona = await self.site.persona(key)
        return (Person(PLATFORM, persona.key, persona.name),) if persona else ()

    def _listener(self) -> Receive:
        if self._receive is None:
            raise TryLater(1, "nobody listens")
        return self._receive

    # -- speaking ---------------------------------------------------------------------------------------

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        if not await self.site.exists(room):
            raise RoomClosed("room_not_found")
        at, last = self.site.clock(), f"out:{key}"
        blocks = parse(message.text)
        # The browser shows any card as one message.
        parts = split(blocks, self.can.longest) if message.rest is None else [blocks]
        bodies: list[Body] = [{"blocks": drawn(part, message.actions), "pictures": []} for part in parts]
        bodies[-1] |= await self._media(message)
        keys = [f"{last}#{n}" for n in range(1, len(parts))] + [last]
        whom = message.whisper_to.key if message.whisper_to else ""
        answers = message.answers.key if message.answers else ""
        return await self._put(
            room,
            *(
                NewMessage(room.key, k, body, at, whisper_to=whom, answers=answers)
                for k, body in zip(keys, bodies, strict=True)
            ),
        )

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        blocks = drawn(parse(message.text), message.actions)
        body = {"blocks": blocks, **await self._media(message)}
        number = int(ref.key) if ref.key.isdecimal() else 0
        with as_delivery():
            there = await self.site.store.write(messages.replace, ref.room.key, number, body)
        if not there:
            raise Refused("message_not_found")
        self.site.bell.ring()

    async def open_form(self, opener: Opener, form: Form) -> None:
        """The form is a whisper to its person: closed by mistake or reloaded, it can be opened again."""
        if not await self.site.exists(opener.room):
            raise Refused("room_not_found")
        body: Body = {"blocks": [], "pictures": [], "form": shaped(form, opener.key)}
        key, at = f"form:{form.token}", self.site.clock()
        whisper = NewMessage(opener.room.key, key, body, at, whisper_to=opener.person.key)
        with as_delivery():
            await self.site.store.write(messages.show, whisper)
        self.site.bell.ring()

    async def offer_menu(self, entries: Sequence[MenuEntry]) -> None:
        self.menu = tuple(entries)

    def apart(self, person: Person) -> Apart | None:
        return None

    async def sent_before(self, room: Room, key: str) -> MessageRef | None:
        with as_delivery():
            found = await self.site.store.read(messages.sent, room.key, f"out:{key}")
        return None if found is None else MessageRef(room, str(found))

    async def fetch(self, media: MediaRef, *, most_bytes: int) -> Media:
        found = await self.site.album.read(media.key, most_bytes=most_bytes)
        if found is None:
            raise Refused("file_not_found")
        return found

    async def aclose(self) -> None:
        """End every live connection, so that the HTTP server can stop at once."""
        self.site.bell.close()

    async def _put(self, room: Room, *new: NewMessage) -> MessageRef:
        with as_delivery():
            number = await self.site.store.write(messages.put, *new)
        self.site.bell.ring()
        return MessageRef(room, str(number))

    async def _media(self, message: Outgoing) -> Body:
        keep = self.site.album.keep
        try:
            pictures = [{"file": await keep(p.content, p.mime), "alt": p.alt} for p in message.pictures]
            files = [{"file": await keep(f.content, f.mime), "name": f.name} for f in message.files]
        except NotAPicture as error:
            raise Refused("not_a_picture") from error
        return {"pictures": pictures} | ({"files": files} if files else {})


def shaped(form: Form, tab: str) -> Body:
    """A form as it is kept: what the browser asks, the token that never leaves us, the tab that opens it."""
    fields = [
        {
            "name": f.name, "label": f.label, "shape": f.shape.value, "initial": f.initial,
            "hint": f.hint, "longest": f.longest, "required": f.required,
        }
        for f in form.fields
    ]  # fmt: skip
    return {
        "title": form.title, "intro": drawn(parse(form.intro)), "submit": form.submit,
        "fields": fields, "token": form.token, "tab": tab, "done": False,
    }  # fmt: skip
