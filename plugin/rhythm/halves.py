"""Half an answer stands in public, or nobody knows whether one does: the agency's groups hear it at once, since an
amended card makes no sound, and an answer that went along to another reporter has none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any  # a notice's arguments, as its row holds them

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.chat.context import Services
from plugin.chat.rooms import nearest
from plugin.desk.outgoing import parts
from plugin.registry.paths import way_to
from plugin.rhythm import notices
from plugin.store.prepared import Prepared
from plugin.store.tables import Reply, Report
from plugin.wording import CardOf

KIND = "half"
STATES = ("stopped", "unknown")
MANY = 100
_HALVES = Prepared(
    sa.select(col(Reply.id), col(Reply.state), col(Reply.confirmed_at), col(Report.agency_id))
    .join(Report, col(Report.id) == Reply.report_id)
    .where(col(Reply.state).in_(STATES), (col(Reply.state) == "unknown") | (col(Reply.refusal) != ""))
    .order_by(col(Reply.id).desc())
    .limit(MANY)
)


def tell(session: Session, now: datetime) -> None:
    """Have told what stopped in the middle or has no clear end, once for each place and try; not where a person
    posts part after part."""
    for reply in _HALVES.rows(session):
        mine = parts.of(session, reply.id)
        following = parts.upcoming(mine)
        if following is None or not (reply.state == "unknown" or parts.standing(mine)):
            continue
        rooms = nearest(session, way_to(session, reply.agency_id))
        key = f"{KIND}:{reply.id}:{following.place}:{reply.confirmed_at}"
        notices.put(session, rooms, KIND, {"reply": reply.id}, key, now)


async def half(services: Services, args: Mapping[str, Any]) -> CardOf | None:
    """The card once more; nothing where somebody has seen to it meanwhile."""
    reply = await services.store.read(lambda s: s.get_one(Reply, args["reply"]))
    return CardOf(f"reply:{reply.id}") if reply.state in STATES else None
