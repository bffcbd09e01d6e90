"""Whether anybody could reach us at all: an empty list means little where no account is listened to."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.registry.ledger import IN_USE
from plugin.store.tables import Account

MOST = 3
"""So many silent accounts are named; who looks after the desk sees all of them in /keadaan."""


async def silent(services: Services) -> tuple[str, ...] | None:
    """The handles of accounts that have not been heard for too long; None where none is listened to at all."""
    if not await services.store.read(_listens, tuple(services.channels)):
        return None
    _, hearings = await services.condition()
    return tuple(h.handle for h in hearings if h.overdue)[:MOST]


def readable(channels: Collection[str]) -> sa.ColumnElement[bool]:
    """Accounts that we are to read: an agency's own, not switched off, on a channel that is there."""
    return sa.and_(*IN_USE, col(Account.channel).in_(list(channels)))


def _listens(session: Session, channels: Collection[str]) -> bool:
    return session.exec(select(Account.id).where(readable(channels)).limit(1)).first() is not None
