"""/langganan-ringkasan jam 6.30 singkat: the pages that come by themselves, and how this room wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time

from sqlmodel import Session

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.refusals import BadArgument
from plugin.chat.rights import Right
from plugin.chat.values import Room
from plugin.desk.audit import Hand, hand, record
from plugin.desk.handling.cases import permit
from plugin.rhythm.wishes import EARLIEST, LATEST, Wish, keep, read_wish, wish_of
from plugin.store.tables import Subscription
from plugin.wording import Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class Subscribed(View):
    """How the pages come here now. `below`: there are agencies below, so that the week's and month's come anyway."""

    agency: str
    wish: Wish
    below: bool

    def presses(self) -> Mapping[str, Press]:
        line, wish = "/langganan-ringkasan", self.wish
        return {
            "form": Say(f"{line} {'bergambar' if wish.brief else 'singkat'}"),
            "rest": Say(f"{line} libur {'tetap' if wish.rests else 'diam'}"),
            "off": Say(f"{line} {'mulai' if wish.off else 'berhenti'}"),
        }


@dataclass(frozen=True)
class BadHour(Refusal):
    """A morning page comes in the morning."""

    given: str
    earliest: time
    latest: time


@command("langganan-ringkasan", may=Right.LOOK)
async def langganan_ringkasan(context: Context, *, pilihan: str = "") -> Subscribed:
    if pilihan and not context.room.private:
        await permit(context, Right.SETTINGS, context.here)
    before = await context.services.store.read(wish_of, context.room)
    wish, left = read_wish(replace(before, off=False) if context.room.private else before, pilihan)
    if left.startswith(("jam", "pukul")):
        raise UserError(BadHour(left[:60], EARLIEST, LATEST))
    if left:
        raise UserError(BadArgument("langganan-ringkasan", "pilihan", left[:60], "[pilihan…]"))
    if pilihan or context.room.private:
        await context.services.store.write(_keep, hand(context), context.room, wish)
    below = bool(context.registry.children(context.here))
    return Subscribed(context.here.label, wish, below)


def _keep(session: Session, by: Hand, room: Room, wish: Wish) -> None:
    keep(session, room, wish)
    if room.private:
        _subscribe(session, by, room, not wish.off)
    record(session, by, "unsubscribed" if wish.off else "subscribed")


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
