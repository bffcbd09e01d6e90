"""Each minute: who must hear that an account lost its connection, or that the month's money comes to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.clock import Clock
from plugin.desk.accounts.spending import WARN_AT, Spendings
from plugin.public.money import Month
from plugin.registry.ledger import IN_USE
from plugin.rhythm import budget_news, consents, notices
from plugin.rhythm.superiors import Superiors
from plugin.store.store import Store
from plugin.store.tables import Account, Agency, Connection, Role

KIND = "connection"


class Connections:
    """Makes the notices; any process may, as often as it likes."""

    def __init__(
        self,
        store: Store,
        spendings: Spendings,
        clock: Clock,
        put: Callable[[str, int], Awaitable[None]],
    ) -> None:
        self._store = store
        self._spendings = spendings
        self._clock = clock
        self._put = put

    async def tick(self) -> None:
        """Whatever is to be told now, and what nobody will come back to any more."""
        now = self._clock()
        await self._spendings.give_back()
        if not await self._store.survey(self._anything, now):
            return
        for number in await self._store.write(self._tell, now):
            await self._put("notice", number)

    def _anything(self, session: Session, now: datetime) -> bool:
        """Whether there may be something to tell, asked without the writer's lock."""
        return bool(
            lost(session)
            or consents.waits(session, now)
            or any(_told_of(m) for m in self._spendings.months(session, now))
        )

    def _tell(self, session: Session, now: datetime) -> list[int]:
        told = consents.broken_off(session, now)
        consents.forget(session, now)
        for account, connection in lost(session):
            told += _reconnect(session, account, connection, now)
        for month in self._spendings.months(session, now):
            for reached in _told_of(month):
                told += _money(session, month, reached, now)
        return told


def lost(session: Session) -> list[tuple[Account, Connection]]:
    """Accounts that somebody has to connect again."""
    query = select(Account, Connection).join(Connection, col(Connection.account_id) == col(Account.id))
    still = (col(Connection.lost_at).is_not(None), *IN_USE)
    return list(session.exec(query.where(*still, col(Account.tokens).is_not(None)).order_by(col(Account.id))))


def _told_of(month: Month) -> list[bool]:
    """What is to be told of a month: False at 80 percent, True when the limit is reached."""
    if month.full:
        return [True]
    return [False] if month.percent >= WARN_AT else []


def _reconnect(session: Session, account: Account, connection: Connection, now: datetime) -> list[int]:
    assert connection.lost_at is not None
    who = Superiors(session)
    level = who.holders(account.agency_id)
    rooms = level.rooms or who.level(account.agency_id, "admin").rooms
    key = f"lost:{account.id}:{connection.lost_at:%Y%m%d%H%M%S}"
    return notices.put(session, rooms, KIND, {"account": account.id}, key, now)


def _money(session: Session, month: Month, reached: bool, now: datetime) -> list[int]:
    args = {"channel": month.channel, "month": month.month, "cap": month.cap, "reached": reached}
    key = f"budget:{month.channel}:{month.month}:{month.cap}:{100 if reached else WARN_AT}"
    return notices.put(session, administrators(session), budget_news.KIND, args, key, now)


def administrators(session: Session) -> tuple[Room, ...]:
    """Where the administrators are told; where there are none, the highest rooms."""
    held = select(Role.agency_id).where(Role.role == "admin", col(Role.ended_at).is_(None)).distinct()
    roots = select(Agency.id).where(col(Agency.parent_id).is_(None))
    who, rooms = Superiors(session), list[Room]()
    for agency in session.exec(held).all():
        rooms += who.level(agency, "admin").rooms
    for root in [] if rooms else session.exec(roots).all():
        rooms += who.last_resort(root or 0).rooms
    return tuple(dict.fromkeys(rooms))
