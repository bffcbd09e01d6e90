"""The times in which we did not hear an account, and whether what was said then has been read since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.desk.posts.hearing import readable
from plugin.public.values import Page
from plugin.store.tables import Account, Gap, PollCursor

ACCOUNT, CURSOR, GAP = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (Account, PollCursor, Gap))


def quiet(poll: timedelta) -> timedelta:
    """How long nothing may be heard from a channel before it is worth telling."""
    return max(timedelta(minutes=10), 5 * poll)


def note(
    session: Session, account_id: int, page: Page, since: datetime | None, now: datetime, *, silent: bool
) -> None:
    """Open a gap at the first contact after a silence; close it when all that was missed is read.

    `since` is when we last heard the account before this sweep.
    """
    mine = (GAP.c.account_id == account_id) & GAP.c.closed_at.is_(None)
    if silent and since is not None and _any(session, told := mine & (GAP.c.ended_at > since)):
        session.connection().execute(sa.update(GAP).where(told).values(ended_at=now))
    elif silent or (page.lost and not _any(session, mine)):
        gap = {"account_id": account_id, "began_at": since or now, "ended_at": now, "lost": page.lost}
        session.connection().execute(sa.insert(GAP).values(**gap))
    if page.lost:
        session.connection().execute(sa.update(GAP).where(mine).values(lost=True))
    if page.complete:
        session.connection().execute(sa.update(GAP).where(mine).values(closed_at=now))


def hold_open(session: Session, account_id: int, since: datetime | None, now: datetime) -> None:
    """A silence that we keep ourselves is told while it lasts, not only when it is over."""
    mine = (GAP.c.account_id == account_id) & GAP.c.closed_at.is_(None)
    if _any(session, mine):
        session.connection().execute(sa.update(GAP).where(mine).values(ended_at=now))
        return
    gap = {"account_id": account_id, "began_at": since or now, "ended_at": now, "lost": False}
    session.connection().execute(sa.insert(GAP).values(**gap))


def _any(session: Session, condition: sa.ColumnElement[bool]) -> bool:
    return session.connection().execute(sa.select(GAP.c.id).where(condition).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Silence:
    """A gap as people are told it."""

    began_at: datetime
    ended_at: datetime
    lost: bool


@dataclass(frozen=True, slots=True)
class Hearing:
    """How well we hear an account. `overdue`: no contact for so long that somebody should look."""

    account_id: int
    channel: str
    handle: str
    last_ok_at: datetime | None
    trouble: str
    overdue: bool
    open_gaps: tuple[Silence, ...] = ()


def hearings(session: Session, polls: Mapping[str, timedelta], now: datetime) -> list[Hearing]:
    """How well we hear each account that we read; `polls` says how often each channel is asked."""
    silences: dict[int, list[Silence]] = {}
    for gap in session.connection().execute(
        sa.select(GAP).where(GAP.c.closed_at.is_(None)).order_by(GAP.c.id)
    ):
        silences.setdefault(gap.account_id, []).append(Silence(gap.began_at, gap.ended_at, gap.lost))
    rows = session.connection().execute(
        sa.select(CURSOR, ACCOUNT.c.channel, ACCOUNT.c.handle)
        .join(ACCOUNT, ACCOUNT.c.id == CURSOR.c.account_id)
        .where(readable(polls))
        .order_by(CURSOR.c.account_id)
    )
    return [
        Hearing(
            row.account_id,
            row.channel,
            row.handle,
            row.last_ok_at,
            row.trouble,
            now - (row.last_ok_at or row.began_at) > quiet(polls[row.channel]),
            tuple(silences.get(row.account_id, ())),
        )
        for row in rows
    ]
