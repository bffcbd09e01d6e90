"""Words for one person's eyes where a group cannot be whispered in: they go to the person's private chat with us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.courier import Courier
from plugin.chat.values import Incoming
from plugin.errors import Refused
from plugin.wording import Press, View, Visit


@dataclass(frozen=True)
class ToldApart(View):
    """What the group reads instead: it was said to that person alone."""

    name: str
    link: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Visit(self.link)}


@dataclass(frozen=True)
class NotBegun(View):
    """What the group reads where that person has never begun a private chat with us: how to, and nothing else."""

    name: str
    link: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Visit(self.link)}


@dataclass(frozen=True)
class AskedApart(View):
    """What the group reads where that person is asked for something that it must not read."""

    name: str
    link: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Visit(self.link)}


async def apart(courier: Courier, view: View, message: Incoming, *, key: str) -> View:
    """What the room may read of it: all, unless it is confidential and the room would hear a whisper."""
    adapter = courier.adapter(message.room.platform)
    if not view.confidential or message.room.private or adapter.can.whispers:
        return view
    there = adapter.apart(message.sender)
    if there is None:
        return NotBegun(message.sender.shown, "")
    try:
        await courier.send(there.room, view, key=f"{key}:apart", asker=message.sender)
    except Refused:  # nobody may write first to who has not written to us
        return NotBegun(message.sender.shown, there.link)
    return ToldApart(message.sender.shown, there.link)
