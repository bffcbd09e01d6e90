"""An account that lost its connection, as a card: what waits for it, until somebody has connected it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.store.tables import Account, Connection, Reply
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class ConnectionCard(View):
    """How an account is connected now. `here`: it can be connected from the chat; else the operator does it."""

    id: int
    agency: str
    code: str
    account: str
    channel: str
    lost_at: datetime | None
    since: datetime
    waiting: int
    here: bool

    @property
    def about(self) -> str:
        return f"connection:{self.id}"

    def presses(self) -> Mapping[str, Press]:
        return {"connect": Say(f"/hubungkan-akun {self.code} {self.channel}")}


async def connection_card(services: Services, account_id: int) -> ConnectionCard:
    """The connection of that account."""
    account, connection, waits = await services.store.read(_look, account_id)
    registry = await services.registry.current()
    node = registry.by_id(account.agency_id)
    return ConnectionCard(
        id=account_id,
        agency=node.label,
        code=node.code,
        account=account.handle,
        channel=account.channel,
        lost_at=connection.lost_at if account.tokens else None,
        since=connection.since,
        waiting=waits,
        here=connects_here(services, account.channel),
    )


def connects_here(services: Services, channel: str) -> bool:
    """Whether accounts of this channel are connected from the chat."""
    there = services.channels.get(channel)
    return there is not None and there.can.consent and bool(services.public_url) and services.vault.ready


def waiting_for(session: Session, account_id: int) -> list[int]:
    """The confirmed answers that wait for an account, the oldest first."""
    mine = select(Reply.id).where(Reply.account_id == account_id, Reply.state == "waiting")
    return [number for number in session.exec(mine.order_by(col(Reply.id))) if number is not None]


def _look(session: Session, account_id: int) -> tuple[Account, Connection, int]:
    account = session.get_one(Account, account_id)
    connection = session.get(Connection, account_id)
    count = sa.select(sa.func.count()).where(
        col(Reply.account_id) == account_id, col(Reply.state) == "waiting"
    )
    waits = int(session.connection().execute(count).scalar_one())
    return account, connection or Connection(account_id=account_id, since=account.claimed_at), waits
