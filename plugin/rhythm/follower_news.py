"""What a room is told when a list of followers that it ordered has been read, or cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.chat.context import Services
from plugin.registry.sighted import Found, kept
from plugin.rhythm.following import DONE
from plugin.store.tables import FollowerList
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class ReadByChannel(View):
    """The list is there, and what it brought."""

    number: int
    handle: str
    at: datetime
    total: int
    found: Found

    def presses(self) -> Mapping[str, Press]:
        return {"proposals": Say("/usulan")}


@dataclass(frozen=True)
class NotRead(View):
    """The channel would not tell, and `why` (see `REFUSALS`); what was read so far is gone."""

    handle: str
    why: str


async def follower_news(services: Services, args: Mapping[str, Any]) -> View | None:
    """The end of a list as it is in our tables."""
    row = await services.store.read(lambda session: session.get(FollowerList, args["list"]))
    if row is None or row.id is None:
        return None
    if row.state != DONE:
        return NotRead(row.handle, str(row.found.get("why", "")))
    return ReadByChannel(row.id, row.handle, row.taken_at, row.total, kept(row))
