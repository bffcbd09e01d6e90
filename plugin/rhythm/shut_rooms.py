"""A group that takes nothing from us any more: it is passed over, and the administrators hear of it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # a notice's arguments, as its row holds them

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.context import Services
from plugin.chat.rooms import SHUT, are_shut
from plugin.rhythm import notices
from plugin.rhythm.connections import administrators
from plugin.store.prepared import Prepared
from plugin.store.tables import Agency, RoomRow
from plugin.wording import View

KIND = "room_shut"
_ANY = Prepared(sa.select(col(RoomRow.id)).where(*SHUT).limit(1))


@dataclass(frozen=True)
class RoomShut(View):
    """An agency's group on a platform, since when it takes nothing, and the platform's own words for it."""

    agency: str
    platform: str
    since: datetime
    why: str


def tell(session: Session, now: datetime) -> None:
    """Tell the administrators, once for each time that a group was shut."""
    if not _ANY.rows(session):  # as in nearly every minute
        return
    rooms = administrators(session)
    for row in are_shut(session):
        assert row.shut_at is not None
        notices.put(session, rooms, KIND, {"room": row.id}, f"{KIND}:{row.id}:{row.shut_at.isoformat()}", now)


async def room_shut(services: Services, args: Mapping[str, Any]) -> RoomShut | None:
    """As it is now; nothing where the group takes messages again."""
    row = await services.store.read(lambda s: s.get(RoomRow, int(args["room"])))
    if row is None or row.shut_at is None or row.agency_id is None:
        return None
    agency = (await services.registry.current()).by_id(row.agency_id).label
    return RoomShut(agency, row.platform, row.shut_at, row.shut_why)


def health(session: Session) -> Mapping[str, str]:
    """For each platform where groups are shut, which agencies' they are."""
    found: dict[str, list[str]] = {}
    for row in are_shut(session):
        found.setdefault(f"{row.platform} groups", []).append(session.get_one(Agency, row.agency_id).code)
    return {name: f"take no message: {', '.join(codes)}" for name, codes in found.items()}
