"""The room's messages in the store: each step is one transaction's work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from plugin.store import revisions
from plugin.store.tables import WebMessage

CHANGES = "web"
"""The counter of what changes in the training room."""
Body = dict[str, Any]
"""A message as the browser draws it: `blocks`, `pictures`, perhaps `files`, `form`, `name`, `title`. Kept as JSON."""


@dataclass(frozen=True)
class NewMessage:
    """A message about to be stored. `author` is a persona's key, or "" when we speak."""

    room: str
    key: str
    body: Body
    at: datetime
    author: str = ""
    whisper_to: str = ""
    answers: str = ""


@dataclass(frozen=True)
class Eye:
    """Who looks, and into which room; `rooms` are all that this person can see."""

    persona: str
    room: str
    rooms: tuple[str, ...]


def next_change(session: Session) -> int:
    """Number this change. The counter's row stays locked until commit: numbers appear in their order."""
    return revisions.bump(session, CHANGES)


def last_change(session: Session) -> int:
    """The number of the newest change."""
    return revisions.read(session, CHANGES)


def put(session: Session, *messages: NewMessage) -> int:
    """Store messages that belong together, once per key; returns the last one's id."""
    number = next_change(session)
    found = sent(session, messages[-1].room, messages[-1].key)
    if found is not None:
        return found
    for offset, new in enumerate(messages):
        row = WebMessage(**vars(new), changed=number if offset == 0 else next_change(session))
        session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def sent(session: Session, room: str, key: str) -> int | None:
    """The id of the message that was stored under that key."""
    return session.exec(select(WebMessage.id).where(WebMessage.room == room, WebMessage.key == key)).first()


def replace(session: Session, room: str, message: int, body: Body) -> bool:
    """Give a message a new body; False when there is no such message of ours."""
    number = next_change(session)
    row = session.get(WebMessage, message)
    if row is None or row.room != room or row.author:
        return False
    if row.body != body:
        row.body, row.changed = body, number
    return True


def show(session: Session, new: NewMessage) -> int:
    """Store a message, or give the one that is under its key this body."""
    found = sent(session, new.room, new.key)
    if found is None:
        return put(session, new)
    replace(session, new.room, found, new.body)
    return found


def close_form(session: Session, room: str, message: int) -> None:
    """Note that a form was sent."""
    row = session.get(WebMessage, message)
    if row is not None and row.room == room and "form" in row.body:
        replace(session, room, message, {**row.body, "form": {**row.body["form"], "done": True}})


def seen(session: Session, eye: Eye, message: int) -> WebMessage | None:
    """That message, if this person can see it in this room."""
    row = session.get(WebMessage, message)
    if row is None or row.room != eye.room or row.whisper_to not in {"", eye.persona}:
        return None
    return row


def author(session: Session, room: str, message: int) -> str:
    """The key of who wrote that message; "" when we did."""
    row = session.get(WebMessage, message)
    return row.author if row is not None and row.room == room else ""


def newest(session: Session, eye: Eye, *, before: int = 0, most: int = 60) -> list[WebMessage]:
    """The room's newest messages (those before a given one), oldest first."""
    query = select(WebMessage).where(
        WebMessage.room == eye.room, col(WebMessage.whisper_to).in_(("", eye.persona))
    )
    if before:
        query = query.where(col(WebMessage.id) < before)
    return list(session.exec(query.order_by(col(WebMessage.id).desc()).limit(most)))[::-1]


def changes(session: Session, eye: Eye, since: int, most: int) -> Sequence[WebMessage]:
    """What changed in any room this person can see, in the order of the changes."""
    return session.exec(
        select(WebMessage)
        .where(
            WebMessage.changed > since,
            col(WebMessage.whisper_to).in_(("", eye.persona)),
            col(WebMessage.room).in_(eye.rooms),
        )
        .order_by(col(WebMessage.changed))
        .limit(most)
    ).all()
