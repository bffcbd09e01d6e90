"""/langganan-ringkasan: the morning page in one's private chat, every day, until one says `berhenti`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Room
from plugin.desk.audit import Hand, hand, record
from plugin.store.tables import Subscription
from plugin.wording import Refusal, UserError, View


@dataclass(frozen=True)
class Subscribed(View):
    agency: str
    on: bool


@dataclass(frozen=True)
class OnlyPrivate(Refusal):
    """A group gets its page anyway; this is for a person."""


@command("langganan-ringkasan", may=Right.LOOK)
async def langganan_ringkasan(context: Context, *, berhenti: str = "") -> Subscribed:
    if not context.room.private:
        raise UserError(OnlyPrivate())
    assert context.node is not None
    on = berhenti.strip().casefold() not in ("berhenti", "stop", "batal")
    await context.services.store.write(_subscribe, hand(context), context.room, on)
    return Subscribed(context.node.name, on)


def _subscribe(session: Session, by: Hand, room: Room, on: bool) -> None:
    assert by.official_id is not None
    row = session.get(Subscription, by.official_id)
    if row is not None and not on:
        session.delete(row)
    elif on:
        row = row or Subscription(
            official_id=by.official_id, platform=room.platform, room=room.key, since=by.at
        )
        row.platform, row.room = room.platform, room.key
        session.add(row)
    record(session, by, "subscribed" if on else "unsubscribed")
