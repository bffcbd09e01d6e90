"""What the channels' calls cost, month by month, and the limit that they never pass.

With a limit, the most that a call can cost is set aside before it is made, in one statement that holds only
where it fits; afterwards what it really cost is counted. So nobody spends past it, however many processes call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.clock import Clock
from plugin.errors import TryLater
from plugin.public.money import MICRO, Bill, Item, Month
from plugin.store.store import Store, insert
from plugin.store.tables import OpenBill, Purse, Spending

PURSE, SPENDING = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (Purse, Spending))

FORGOTTEN = timedelta(minutes=15)
"""Longer than any call: whoever made it has died."""
BUSY = 5.0
"""Seconds until what other calls have set aside is counted, or given back."""
WARN_AT = 80
"""Percent of the limit at which the administrators hear of it."""
CURIOUS = ("follower_read",)
"""A thousand at once, and no citizen waits for them: that they do not fit is not yet the limit reached."""
ACTS = ("post", "post_summoned", "post_link", "delete")
"""What changes something in public: it may have cost what it costs although nobody heard its end."""


class Spendings:
    """The purse of every channel. `caps` are the limits in US dollars a month, by channel."""

    def __init__(self, store: Store, clock: Clock, zone: tzinfo, caps: dict[str, float]) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self.caps = {channel: round(usd * MICRO) for channel, usd in caps.items()}

    async def claim(self, channel: str, account_id: int, items: Sequence[Item]) -> Bill | None:
        now = self._clock()
        bill = Bill(0, channel, self.month(now), account_id)
        if channel not in self.caps:
            return bill
        claimed = await self._store.write(_claim, bill, items, self.caps[channel], now)
        if claimed is Claimed.BUSY:
            raise TryLater(BUSY)
        return claimed if isinstance(claimed, Bill) else None

    async def settle(self, bill: Bill, used: Sequence[Item]) -> None:
        if bill.id or used:
            await self._store.write(_settle, bill, used)

    def month(self, moment: datetime) -> str:
        """The month as the government counts it."""
        return f"{moment.astimezone(self._zone):%Y-%m}"

    def of(self, session: Session, channel: str, moment: datetime) -> Month:
        """How much is spent in the month of that moment."""
        month, cap = self.month(moment), self.caps.get(channel, 0)
        row = session.get(Purse, (channel, month))
        spent, met = (row.micro, row.met_cap) if row else (0, 0)
        return Month(channel, month, spent, cap, full=bool(cap) and (spent >= cap or met >= cap))

    def months(self, session: Session, moment: datetime) -> list[Month]:
        """The month of every channel that has a limit."""
        return [self.of(session, channel, moment) for channel in self.caps]

    def fits(self, session: Session, channel: str, micro: int, moment: datetime) -> bool:
        """Whether so much is still to be had."""
        if channel not in self.caps:
            return True
        row = session.get(Purse, (channel, self.month(moment)))
        return (row.micro if row else 0) + micro <= self.caps[channel]

    async def give_back(self) -> None:
        """What was set aside by a process that died: an act may have cost it, a question has brought nothing."""
        old = self._clock() - FORGOTTEN
        if await self._store.read(_forgotten, old):
            await self._store.write(_give_back, old)


def by_account(session: Session, channel: str, month: str) -> dict[int, int]:
    """What each account's calls have cost in a month, in millionths."""
    cost = sa.func.sum(SPENDING.c.micro)
    mine = (SPENDING.c.channel == channel) & (SPENDING.c.month == month)
    rows = session.connection().execute(
        sa.select(SPENDING.c.account_id, cost).where(mine).group_by(SPENDING.c.account_id)
    )
    return {account_id: int(micro) for account_id, micro in rows}


class Claimed(Enum):
    """Why nothing was set aside: other calls hold what is left for a moment, or it does not reach at all."""

    BUSY = "busy"
    FULL = "full"


def _claim(session: Session, bill: Bill, items: Sequence[Item], cap: int, now: datetime) -> Bill | Claimed:
    wanted, mine = sum(item.cost for item in items), _row(bill)
    connection = session.connection()
    first = insert(session, Purse).values(channel=bill.channel, month=bill.month, micro=0, aside=0, met_cap=0)
    connection.execute(first.on_conflict_do_nothing())
    fits = mine & (PURSE.c.micro + PURSE.c.aside + wanted <= cap)
    taken = connection.execute(sa.update(PURSE).where(fits).values(aside=PURSE.c.aside + wanted))
    if taken.rowcount != 1:
        full = mine & (PURSE.c.micro + wanted > cap)
        curious = any(item.kind in CURIOUS for item in items)
        told = {"met_cap": PURSE.c.met_cap if curious else cap}
        met = connection.execute(sa.update(PURSE).where(full).values(**told))
        return Claimed.FULL if met.rowcount == 1 else Claimed.BUSY
    row = OpenBill(
        channel=bill.channel, month=bill.month, account_id=bill.account_id, made_at=now,
        items=[[item.kind, item.number, item.micro] for item in items],
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    return Bill(row.id, bill.channel, bill.month, bill.account_id)


def _settle(session: Session, bill: Bill, used: Sequence[Item]) -> None:
    """Once: what was given back by somebody else meanwhile is only counted."""
    row = _open(session, bill.id) if bill.id else None
    aside = sum(number * micro for _, number, micro in row.items) if row is not None else 0
    if row is not None:
        session.delete(row)
        session.flush()
    _count(session, bill, used, aside)


def _count(session: Session, bill: Bill, used: Sequence[Item], aside: int) -> None:
    connection, cost = session.connection(), sum(item.cost for item in used)
    made = insert(session, Purse).values(
        channel=bill.channel, month=bill.month, micro=cost, aside=0, met_cap=0
    )
    more = {"micro": PURSE.c.micro + cost, "aside": PURSE.c.aside - aside}
    connection.execute(made.on_conflict_do_update(index_elements=["channel", "month"], set_=more))
    for item in used:
        if not item.number:
            continue
        made = insert(session, Spending).values(
            channel=bill.channel, month=bill.month, account_id=bill.account_id, kind=item.kind,
            calls=item.number, micro=item.cost,
        )  # fmt: skip
        more = {"calls": SPENDING.c.calls + item.number, "micro": SPENDING.c.micro + item.cost}
        connection.execute(made.on_conflict_do_update(index_elements=list(SPENDING.primary_key), set_=more))


def _open(session: Session, number: int) -> OpenBill | None:
    return session.exec(select(OpenBill).where(OpenBill.id == number).with_for_update()).first()


def _forgotten(session: Session, old: datetime) -> bool:
    return session.exec(select(OpenBill.id).where(col(OpenBill.made_at) < old).limit(1)).first() is not None


def _give_back(session: Session, old: datetime) -> None:
    rows = session.exec(select(OpenBill).where(col(OpenBill.made_at) < old).with_for_update(skip_locked=True))
    for row in rows.all():
        items = [Item(kind, number, micro) for kind, number, micro in row.items]
        bill = Bill(row.id or 0, row.channel, row.month, row.account_id)
        _settle(session, bill, [item for item in items if item.kind in ACTS])


def _row(bill: Bill) -> sa.ColumnElement[bool]:
    return (PURSE.c.channel == bill.channel) & (PURSE.c.month == bill.month)
