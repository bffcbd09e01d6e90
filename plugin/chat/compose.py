"""From a view to a message: its words, and what its buttons mean."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape

from markupsafe import Markup
from sqlmodel import Session

from plugin.chat.markup import Buttons, parse
from plugin.chat.values import Action, Field, Form, MessageRef, Outgoing, Person, Room, Style
from plugin.chat.whole import TOKEN, Whole, rest, whole
from plugin.drawing.paint import Painter
from plugin.media import Media
from plugin.store.store import Store
from plugin.store.tables import ActionToken
from plugin.wording import Decide, Drawing, Paper, Press, Say, Unfold, View, Visit, Wording

TOKEN_BYTES = 64


@dataclass(frozen=True)
class Ask(View):
    """A view that asks: a form. Its template has the blocks title, intro, submit, label_NAME, hint_NAME."""

    def then(self) -> Decide:
        """What happens with the answers: they come as further arguments of the decision."""
        raise TypeError(f"{type(self).__name__} does not say what follows")

    def again(self) -> str:
        """The line that opens this form once more."""
        return ""

    def asks(self) -> Sequence[Field]:
        """The questions; labels and hints come from the template."""
        return ()


def filled(answer: str) -> str:
    """What a form's answer says: a dash is how somebody leaves a field blank where a form asks one by one."""
    return "" if answer.strip() == "-" else answer.strip()


class Composer:
    """Turns views into messages and forms."""

    def __init__(self, store: Store, wording: Wording) -> None:
        self._store = store
        self._wording = wording
        self._painter = Painter()

    async def message(
        self,
        view: View,
        *,
        now: datetime,
        answers: MessageRef | None = None,
        asker: Person | None = None,
    ) -> Outgoing:
        """The view as a message, a card where it is about something; stores what its deciding buttons mean."""
        text = self._wording.say(view)
        buttons = [b for b in parse(text) if isinstance(b, Buttons)]
        presses = view.presses()
        rows: list[ActionToken] = []
        actions = tuple(
            self._action(name, label, style, presses[name], view.lasts, now, rows)
            for b in buttons
            for name, label, style in zip(b.names, b.labels, b.styles, strict=True)
        )
        if rows:
            await self._store.write(_save, rows)
        drawn = [await self._drawn(drawing) for drawing in view.drawings()]
        papers = [await self._made(paper) for paper in view.papers()]
        return Outgoing(
            text, actions, (*view.pictures(), *drawn), tuple(papers), answers,
            asker if view.whisper else None, rest=rest(self._wording, actions) if view.about else None,
        )  # fmt: skip

    def whole(self, card: View, *, now: datetime) -> Whole:
        """All the words of a card, which itself may have to be shortened."""
        return whole(self._wording, card, now)

    async def form(self, ask: Ask, *, now: datetime, asker: Person, room: Room) -> Form:
        """The view as a form; stores what sending it means. Only the asker may send it."""
        row = _row(ask.then(), now)
        row.made_for = asker.address
        row.room = room.address
        await self._store.write(_save, [row])
        part = self._wording.part
        return Form(
            token=row.token,
            title=part(ask, "title"),
            intro=part(ask, "intro"),
            submit=part(ask, "submit"),
            fields=tuple(self._worded(ask, f) for f in ask.asks()),
        )

    def _worded(self, ask: Ask, question: Field) -> Field:
        label = self._wording.part(ask, f"label_{question.name}")
        alone = "" if question.required else self._wording.text("forms/optional.txt", label=Markup(label))
        return replace(question, label=label, hint=self._hint(ask, question), alone=alone)

    async def _drawn(self, drawing: Drawing) -> Media:
        return await self._painter.paint(drawing.sheet(self._says(drawing)))

    async def _made(self, paper: Paper) -> Media:
        return await self._painter.work(lambda: paper.made(self._says(paper)))

    def _says(self, view: View) -> Callable[[str], str]:
        return lambda block: unescape(self._wording.part(view, block))

    def _hint(self, ask: Ask, question: Field) -> str:
        block = f"hint_{question.name}"
        return self._wording.part(ask, block) if self._wording.has_part(ask, block) else ""

    def _action(
        self,
        name: str,
        label: str,
        style: str,
        press: Press,
        lasts: timedelta,
        now: datetime,
        rows: list[ActionToken],
    ) -> Action:
        look = Style(style)
        if isinstance(press, Say):
            token = f"{'a' if press.amend else 'c'}:{press.line.removeprefix('/')}"
            if len(token.encode()) <= TOKEN_BYTES:
                return Action(name, label, token, style=look)
            press = Decide("say", {"line": press.line, "amend": press.amend}, lasts)
        if isinstance(press, Visit):
            return Action(name, label, url=press.url, style=look)
        if isinstance(press, Unfold):
            return Action(name, label, TOKEN, style=look)
        row = _row(press, now)
        rows.append(row)
        return Action(name, label, row.token, style=look)


def _row(press: Decide, now: datetime) -> ActionToken:
    return ActionToken(
        token=f"t:{secrets.token_urlsafe(16)}",
        verb=press.verb,
        args=dict(press.args),
        expires_at=now + press.lasts,
    )


def _save(session: Session, rows: Sequence[ActionToken]) -> None:
    session.add_all(rows)
