"""From a delivery to an answer: find the command, read its arguments, decide permission, run, speak."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from rapidfuzz import process as fuzzy
from rapidfuzz.fuzz import ratio
from sqlmodel import Session

from plugin.chat import forms, inbox, refusals
from plugin.chat.apart import AskedApart, NotBegun, apart
from plugin.chat.command import Command, Decision, Reader
from plugin.chat.compose import Ask
from plugin.chat.context import Context, Services
from plugin.chat.courier import Courier, about_of
from plugin.chat.deliveries import as_typed, card_meant, origin, place_to_answer, pressed_on, typing
from plugin.chat.mentions import introduced
from plugin.chat.names import Names, read_line
from plugin.chat.rights import Right, Standing, standing, who_can
from plugin.chat.rooms import move, open_again
from plugin.chat.values import (
    Apart,
    Form,
    Incoming,
    Kind,
    MenuEntry,
    MessageRef,
    Moved,
    Outgoing,
    Typed,
)
from plugin.chat.whole import asks_for_whole
from plugin.errands import Errands
from plugin.errors import DeliveryError, Refused, place_of
from plugin.wording import UserError, View, Wording

log = logging.getLogger(__name__)

MOMENT = 2.0
"""Seconds that a delivery may wait to be understood: platforms want their acknowledgement within three."""
ALIKE = 60
"""Of a hundred, how much a name must resemble a command's to be proposed."""
MOST_BUTTONS = 5


class _Meant(NamedTuple):
    """The command that somebody typed, and what stands behind its name."""

    command: Command
    rest: str


class Dispatcher:
    """The door: everything that happens in any room comes through `receive`."""

    def __init__(
        self,
        services: Services,
        courier: Courier,
        wording: Wording,
        commands: Sequence[Command],
        decisions: Sequence[Decision],
        readers: Mapping[Any, Reader],
        *,
        node: str,
        other_words: Mapping[str, str],
    ) -> None:
        self._services = services
        self._store = services.store
        self._courier = courier
        self._composer = courier.composer
        self._wording = wording
        self._commands = {c.name: c for c in commands}
        self._names = Names(self._commands)
        self._other_words = other_words
        self._decisions = {d.verb: d for d in decisions}
        self._readers = readers
        self._node = node
        self._lanes: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._working = Errands()
        self._in_hand: set[int] = set()  # the rows of what is being worked off, or stands in its room's lane
        self._again: set[str] = set()  # what a former life may have answered already

    # -- the door ---------------------------------------------------------------------------------------

    async def receive(self, message: Incoming) -> Outgoing | None:
        """Answer at once what only reads; store the rest, and work on it after this returns."""
        try:
            message = as_typed(message)
            if message.sender.kind in (Kind.BOT, Kind.CHANNEL) and not isinstance(message.body, Moved):
                return None
            meant = self._meant(message)
            if meant is not None and meant.command.at_once:
                return await self._at_once(meant, message)
            if meant is None and not await self._expected(message):
                return await self._overheard(message)
        except UserError as error:
            return await self._refusal(error, message)
        row_id = await self._store.write(inbox.store, message, self._node, self._services.clock())
        if row_id is not None:
            self._start(row_id, message)
        return None

    async def recover(self) -> None:
        """Take up what a crash has left, here or in another process."""
        now = self._services.clock()
        taken = await self._store.write(inbox.take_over, self._node, now, tuple(self._in_hand))
        for row_id, message in taken.messages:
            self._again.add(origin(message))
            self._start(row_id, message)
        for message in taken.given_up:
            await self._say_broken(message)

    async def start(self) -> None:
        """At the start: what our own former life left is taken up at once."""
        await self._store.write(inbox.release, self._node, self._services.clock())
        await self.recover()

    async def settle(self) -> None:
        """Wait until everything received so far is worked off."""
        await self._working.settle()

    def menu(self) -> list[MenuEntry]:
        """The commands as platforms' menus show them."""
        return menu(self._commands.values(), self._wording)

    # -- what is meant ----------------------------------------------------------------------------------

    def _meant(self, message: Incoming) -> _Meant | None:
        if not isinstance(message.body, Typed):
            return None
        line = read_line(message.body.text)
        if line is None:
            return None
        if message.sender.kind is Kind.ANONYMOUS:
            raise UserError(refusals.NotAPerson())
        if message.body.relayed:
            raise UserError(refusals.OnlyPassedOn())
        name, rest = self._names.meant(line[0], line[2])
        command = self._commands.get(name)
        if command is None:
            raise UserError(self._unknown(name, rest, message.body))
        several = self._names.several(message.body.text)
        if len(several) > 1:
            raise UserError(refusals.OneByOne(several[:MOST_BUTTONS], len(several)))
        return _Meant(command, rest)

    def _unknown(self, name: str, rest: str, body: Typed) -> refusals.UnknownCommand:
        """What may have been meant; its button says the whole line, unless it names people: a button names nobody."""
        close = fuzzy.extract(name, list(self._commands), scorer=ratio, limit=2, score_cutoff=ALIKE)
        meant = self._other_words.get(name.partition("-")[0])
        near = dict.fromkeys([meant] if meant else [str(n[0]) for n in close])
        return refusals.UnknownCommand(name[:40], tuple(near), "" if body.mentions else rest)

    async def _expected(self, message: Incoming) -> bool:
        """Whether we wait for this: a button, a form, a room that moved, the answer to a question of ours."""
        if not isinstance(message.body, Typed):
            return True
        answers = message.body.answers
        if answers is None:
            return False
        await self._room_is_done(message)  # the question stands in the room before it stands in our tables
        expected = await self._store.read(forms.asked_by, answers) is not None
        if expected and message.body.relayed:
            raise UserError(refusals.OnlyPassedOn())
        return expected

    async def _overheard(self, message: Incoming) -> Outgoing | None:
        """Officials talk among themselves; but who writes to us alone must not believe that somebody reads it."""
        body = message.body
        if not (message.room.private and isinstance(body, Typed) and body.text.strip()):
            return None
        who = await self._store.read(standing, message.room, message.sender)
        raise UserError(refusals.OnlyCommands() if who.held else refusals.NobodyReads())

    async def _room_is_done(self, message: Incoming) -> None:
        """Until what was said before in this room is worked off, but no longer than a platform would wait."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT), self._lane(message):
                pass

    def _lane(self, message: Incoming) -> asyncio.Lock:
        return self._lanes.setdefault((message.room.platform, message.room.key), asyncio.Lock())

    async def _at_once(self, meant: _Meant, message: Incoming) -> Outgoing | None:
        try:
            context, view = await self._run(meant, message)
            view = await apart(self._courier, view, message, key=origin(message))
        except UserError as error:
            return await self._refusal(error, message)
        except Exception as error:
            # The door of commands that answer at once: logged once, the sender hears that we failed.
            log.error("/%s in %s failed: %s", meant.command.name, message.room.platform, place_of(error))
            return await self._refusal(UserError(refusals.Broken()), message)
        outgoing = await self._composer.message(
            view, now=context.now, answers=place_to_answer(message), asker=message.sender
        )
        body = message.body
        if isinstance(body, Typed) and body.amends and body.pressed is not None:
            await self._courier.adapter(message.room.platform).amend(body.pressed, outgoing)
            return None
        return outgoing

    async def _refusal(self, error: UserError, message: Incoming) -> Outgoing:
        return await self._composer.message(
            error.view,
            now=self._services.clock(),
            answers=place_to_answer(message),
            asker=message.sender,
        )

    # -- working off ------------------------------------------------------------------------------------

    def _start(self, row_id: int, message: Incoming) -> None:
        self._in_hand.add(row_id)
        self._working.start(self._work(row_id, message))

    async def _work(self, row_id: int, message: Incoming) -> None:
        try:
            async with self._lane(message):
                await self._work_off(row_id, message)
        finally:
            self._in_hand.discard(row_id)

    async def _work_off(self, row_id: int, message: Incoming) -> None:
        if not await self._store.read(inbox.is_ours, row_id, self._node):
            return  # we slept, and somebody has taken it over
        try:
            await self._answer(message)
        except DeliveryError as error:
            log.warning("an answer to %s was not delivered: %s", message.room.platform, error)
        except Exception as error:
            # The door of all work in the background: logged once, the sender hears that we failed.
            log.error("delivery %s of %s failed: %s", message.key, message.room.platform, place_of(error))
            await self._say_broken(message)
        self._again.discard(origin(message))
        await self._store.write(_done, row_id, message, self._services.clock())

    async def _answer(self, message: Incoming) -> None:
        if isinstance(message.body, Moved):
            await self._store.write(move, message.room, message.body.to)
            return
        view: View | None
        try:
            message, view = await self._view(message)
        except UserError as error:
            view = error.view
        pressed = pressed_on(message)
        if isinstance(view, Ask):
            await self._ask(view, message)
        elif view is not None and pressed is not None and await self._takes_its_place(view, pressed, message):
            await self._courier.replace(pressed, view, key=origin(message), asker=message.sender)
        elif view is not None:
            await self._send(message, view)

    async def _takes_its_place(self, view: View, pressed: MessageRef, message: Incoming) -> bool:
        """Whether the answer stands where the button stood. One that stands for a line may hang on anything: on a
        refusal that only its reader sees, or beside other buttons that are still to be pressed."""
        if not view.replaces or not isinstance(message.body, Typed):
            return view.replaces
        return await self._store.read(about_of, pressed) == view.about

    async def _view(self, message: Incoming) -> tuple[Incoming, View | None]:
        """What is answered, and to what: a button may have stood for a line."""
        meant = self._meant(message)
        if meant is not None:
            return message, (await self._run(meant, message))[1]
        pressed = pressed_on(message)
        if pressed is not None and asks_for_whole(message):
            return message, await self._courier.whole(pressed, message.sender)
        step = await forms.next_step(self._store, message, self._services.clock())
        if isinstance(step, forms.Line):
            return await self._view(typing(message, step.line, amends=step.amends))
        if isinstance(step, forms.NextQuestion):
            await forms.ask_next(self._store, self._courier.question, step.token, message)
            return message, None
        return message, await self._decide(step, message)

    async def _run(self, meant: _Meant, message: Incoming) -> tuple[Context, View]:
        context, command = await self._context(message), meant.command
        await self._permit(context, command.may)
        arguments = await command.read(context, meant.rest, self._readers)
        return context, await command.handler(context, **arguments)

    async def _decide(self, step: forms.Chosen, message: Incoming) -> View:
        chosen = self._decisions[step.verb]
        context = await self._context(message)
        await self._permit(context, chosen.may)
        return await chosen.handler(context, **step.args)

    async def _context(self, message: Incoming) -> Context:
        who, about, message = await self._store.read(_found, message)
        if who.room_shut:
            await self._store.write(open_again, message.room)
        registry = await self._services.registry.current(who.registry)
        return Context(self._services, registry, who, message, self._services.clock(), about)

    async def _permit(self, context: Context, right: Right) -> None:
        """Whether this may be asked here at all; the command's own target is checked by its reader."""
        if right is Right.ANY:
            return
        if context.node is None and not (right is Right.SETTINGS and context.standing.somewhere(right)):
            raise UserError(
                refusals.RoomNotBound(context.room.private, await self._helpers(context, Right.SETTINGS))
            )
        if not context.standing.somewhere(right):
            raise UserError(refusals.NotAllowed(right.value, await self._helpers(context, right)))

    async def _helpers(self, context: Context, right: Right) -> tuple[str, ...]:
        nodes = context.registry.ancestors(context.node) if context.node else context.registry.roots
        ids = [n.id for n in nodes] + ([context.node.id] if context.node else [])
        return tuple(await self._store.read(who_can, right, ids[::-1]))

    # -- asking and apologising ----------------------------------------------------------------------

    async def _ask(self, ask: Ask, message: Incoming) -> None:
        form = await self._composer.form(
            ask, now=self._services.clock(), asker=message.sender, room=message.room
        )
        adapter = self._courier.adapter(message.room.platform)
        if not adapter.can.forms:
            there = adapter.apart(message.sender) if ask.confidential and not message.room.private else None
            if there is None:
                await forms.ask(self._store, self._courier.question, form, message)
            else:
                await self._ask_apart(form, message, there)
            return
        try:
            if message.opener is None:
                raise Refused("nothing to open it with")
            await adapter.open_form(message.opener, form)
        except Refused:
            await self._send(message, forms.FormLapsed(ask.again()))

    async def _ask_apart(self, form: Form, message: Incoming, there: Apart) -> None:
        """The answers would stand in the group for all to read: they are given in the private chat."""
        try:
            await forms.ask(
                self._store, self._courier.question, form, replace(message, room=there.room, ref=None)
            )
        except Refused:  # nobody may write first to who has not written to us
            await self._send(message, NotBegun(message.sender.shown, there.link))
        else:
            await self._send(message, AskedApart(message.sender.shown, there.link))

    async def _say_broken(self, message: Incoming) -> None:
        try:
            await self._send(message, refusals.Broken())
        except DeliveryError as error:
            log.warning("%s did not take our apology: %s", message.room.platform, error)

    async def _send(self, message: Incoming, view: View) -> None:
        key = origin(message)
        view = await apart(self._courier, view, message, key=key)
        await self._courier.send(
            message.room, view, key=key, answers=place_to_answer(message), asker=message.sender,
            again=key in self._again,
        )  # fmt: skip


def menu(commands: Iterable[Command], wording: Wording) -> list[MenuEntry]:
    """Commands as menus, manifests and help show them."""
    return [MenuEntry(c.name, wording.text(f"help/{c.name}.summary.txt"), c.usage, c.rare) for c in commands]


def _done(session: Session, row_id: int, message: Incoming, now: datetime) -> None:
    """It is worked off: nothing that was said is kept for it any longer."""
    forms.used(session, message)
    inbox.done(session, row_id, now)


def _found(session: Session, message: Incoming) -> tuple[Standing, int | None, Incoming]:
    """Who speaks, the report they mean and whom they name: in one reading, for each has its price."""
    who = standing(session, message.room, message.sender)
    return who, _report_shown(session, card_meant(message)), introduced(session, message)


def _report_shown(session: Session, ref: MessageRef | None) -> int | None:
    kind, _, number = about_of(session, ref).partition(":") if ref is not None else ("", "", "")
    return int(number) if kind == "report" else None
