"""What follows a pressed button, a sent form, or an answered question: one state machine for all platforms.

Where a platform has no forms, the questions are asked one by one, each to be answered by replying to it; the
row behind the form's token keeps what was said so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import Session, col, select

from plugin.chat.markup import escape
from plugin.chat.mentions import introduced, spelled_out
from plugin.chat.refusals import Lapsed, NotYours
from plugin.chat.values import (
    Form,
    Incoming,
    MessageRef,
    Outgoing,
    Person,
    Pressed,
    Room,
    Shape,
    Submitted,
    Typed,
)
from plugin.store.store import Store
from plugin.store.tables import ActionToken
from plugin.wording import Press, Refusal, Say, UserError

KEPT = timedelta(days=7)
"""How long a lapsed button still says that it lapsed, and not that it never was."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A decision with everything it needs."""

    verb: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A button that stands for a typed line too long for the button itself."""

    line: str
    amends: bool


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """An answer was noted; this comes next."""

    token: str


Step = Chosen | Line | NextQuestion


class SendQuestion(Protocol):
    """Sends a question into a room."""

    async def __call__(self, room: Room, message: Outgoing, *, key: str) -> MessageRef: ...


@dataclass(frozen=True)
class FormLapsed(Refusal):
    """The platform would not open the form any more; `line` opens it again."""

    line: str

    def presses(self) -> Mapping[str, Press]:
        return {"again": Say(self.line)}


def asked_by(session: Session, message: MessageRef) -> str | None:
    """The token of the question that this message of ours asks, if it asks one."""
    return session.exec(select(ActionToken.token).where(ActionToken.asked == _place(message))).first()


async def ask(store: Store, send: SendQuestion, form: Form, message: Incoming) -> None:
    """Begin to ask a form's questions one by one. Nobody is asked for photos that need not be, nor in a group for
    what it must not read."""
    heard = [f for f in form.fields if message.room.private or not f.apart]
    asked = [f for f in heard if f.required or f.shape is not Shape.PHOTOS]
    # Neither the intro nor a field's first value, which may quote a citizen, is kept: only what is asked later.
    questions = [
        {"name": f.name, "label": f.alone or f.label, "hint": f.hint, "shape": f.shape.value} for f in asked
    ]
    await store.write(_begin, form.token, {"questions": questions, "said": {}, "last": ""})
    await ask_next(store, send, form.token, message, intro=form.intro)


async def ask_next(
    store: Store, send: SendQuestion, token: str, message: Incoming, *, intro: str = ""
) -> None:
    """Ask the first question that has no answer yet."""
    state = await store.read(_state, token)
    question = next(q for q in state["questions"] if q["name"] not in state["said"])
    text = f"{intro}\n<b>{escape(question['label'])}</b>".strip()
    outgoing = Outgoing(
        text, answers=message.ref, asks=question["hint"] or question["label"], whisper_to=message.sender
    )
    key = f"{token}:{question['name']}"
    ref = await send(message.room, outgoing, key=key)
    await store.write(_asked, token, _place(ref), question["name"])


async def next_step(store: Store, message: Incoming, now: datetime) -> Step:
    """What the press, the form or the answer means; raises UserError when it lapsed or is somebody else's."""
    return await store.write(_step, message, now)


def used(session: Session, message: Incoming) -> None:
    """The answers that this delivery completed have been worked off: their words go, and that they were given stays.

    Where photos were asked for, further ones may follow as answers of their own.
    """
    answers = message.body.answers if isinstance(message.body, Typed) else None
    row = session.get(ActionToken, asked_by(session, answers) or "") if answers is not None else None
    if row is not None and is_complete(row) and Shape.PHOTOS.value not in _shapes(row.answers).values():
        row.answers = {**row.answers, "said": dict.fromkeys(row.answers["said"], "")}


def is_complete(row: ActionToken) -> bool:
    """Whether every question was answered."""
    return bool(row.answers) and len(row.answers["said"]) == len(row.answers["questions"])


def forget(session: Session, now: datetime) -> None:
    """Let go of the words of what has lapsed, and drop what lapsed long ago; a few thousand at a time."""
    lapsed = select(ActionToken).where(col(ActionToken.expires_at) < now, col(ActionToken.used_at).is_(None))
    for row in session.exec(lapsed.limit(5000)):
        row.args, row.answers, row.used_at = {}, {}, now
    old = select(ActionToken).where(ActionToken.expires_at < now - KEPT).limit(5000)
    for row in session.exec(old):
        session.delete(row)


def _step(session: Session, message: Incoming, now: datetime) -> Step:
    match introduced(session, message).body:
        case Pressed(token):
            row = _row(session, token, now)
            if row.verb == "say":
                return Line(row.args["line"], row.args["amend"])
            return Chosen(row.verb, row.args)
        case Submitted(token, values):
            row = _row(session, token, now)
            _check_maker(row, message.sender)
            return Chosen(row.verb, {**row.args, **values})
        case Typed(text, answers, people) if answers is not None:
            row = _row(session, asked_by(session, answers) or "", now)
            _check_maker(row, message.sender)
            return _answered(row, spelled_out(text, people), message.key)
    raise UserError(Lapsed())


def _answered(row: ActionToken, text: str, key: str) -> Step:
    """Book an answer for the question that stands in the room, whether or not it was answered before.

    So an answer that is given or delivered twice, because the next question never came, is the same once more.
    """
    state = dict(row.answers)
    shapes = _shapes(state)
    asking = state.get("asking") or next(name for name in shapes if name not in state["said"])
    # Of several photos sent at once, some platforms deliver each as an answer of its own.
    if (
        len(state["said"]) == len(shapes)
        and shapes[asking] != Shape.PHOTOS.value
        and key != state.get("last")
    ):
        raise UserError(Lapsed())
    said = {**state["said"], asking: text}
    row.answers = {**state, "said": said, "last": key}
    if len(said) < len(shapes):
        return NextQuestion(row.token)
    words = {name: text for name, text in said.items() if shapes[name] != Shape.PHOTOS.value}
    return Chosen(row.verb, {**row.args, **words})


def _shapes(state: Mapping[str, Any]) -> dict[str, str]:
    return {q["name"]: q["shape"] for q in state["questions"]}


def _row(session: Session, token: str, now: datetime) -> ActionToken:
    row = session.get(ActionToken, token)
    if row is None or row.expires_at < now:
        raise UserError(Lapsed())
    return row


def _check_maker(row: ActionToken, person: Person) -> None:
    if row.made_for not in (None, person.address):
        raise UserError(NotYours())


def _begin(session: Session, token: str, state: dict[str, Any]) -> None:
    row = session.get(ActionToken, token)
    assert row is not None
    row.answers = state


def _state(session: Session, token: str) -> dict[str, Any]:
    row = session.get(ActionToken, token)
    assert row is not None
    return row.answers


def _asked(session: Session, token: str, place: str, name: str) -> None:
    row = session.get(ActionToken, token)
    assert row is not None
    row.asked, row.answers = place, {**row.answers, "asking": name}


def _place(message: MessageRef) -> str:
    return f"{message.room.address}:{message.key}"


__all__ = [
    "Chosen", "FormLapsed", "Line", "NextQuestion", "Step", "ask", "ask_next", "asked_by", "next_step",
]  # fmt: skip
