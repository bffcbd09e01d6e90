"""/keadaan: whether the citizens' channels are heard, for whoever looks after the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.wording import View


@dataclass(frozen=True)
class Ear:
    """How one account is heard. `trouble` is the channel's, in a few English words."""

    handle: str
    channel: str
    last_ok_at: datetime | None
    overdue: bool
    trouble: str
    gap_since: datetime | None


@dataclass(frozen=True)
class Condition(View):
    """Every adapter and channel by name with its health, and every account that is read."""

    whisper = True
    parts: tuple[tuple[str, str], ...]
    ears: tuple[Ear, ...]
    more: int


MOST = 15


@command("keadaan", may=Right.SETTINGS, at_once=True)
async def keadaan(context: Context) -> Condition:
    parts, hearings = await context.services.condition()
    ears = [
        Ear(
            h.handle, h.channel, h.last_ok_at, h.overdue, h.trouble,
            h.open_gaps[0].began_at if h.open_gaps else None,
        )
        for h in hearings
    ]  # fmt: skip
    ears.sort(key=lambda e: (not e.overdue, not e.trouble, e.handle))
    return Condition(tuple(parts.items()), tuple(ears[:MOST]), max(0, len(ears) - MOST))
