"""How far each account was read, who is reading it now, and when it is due again: one row each.

A reading owns its row under a name of its own until the lease ends. Every step checks that name, so a reading
that was taken over (its process slept, or died and came back) can store nothing and move nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from plugin.desk.posts.hearing import readable
from plugin.desk.posts.intake import AccountFacts, Stored, own_ids, store_page
from plugin.limits import Limits
from plugin.public.values import Page
from plugin.rhythm import gaps
from plugin.store.store import insert
from plugin.store.tables import Account, PollCursor

LONGEST_REST = timedelta(hours=25)
"""Longer than any channel wants to be left alone."""

ACCOUNT, CURSOR = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (Account, PollCursor))


@dataclass(frozen=True, slots=True)
class Turn:
    """One reading of one account, as it was when it began; `heard`: it has brought a page since."""

    owner: str
    account: AccountFacts
    cursor: str
    failures: int
    last_ok_at: datetime | None
    health: str
    heard: bool = False

    def silent(self, now: datetime, most: timedelta) -> bool:
        """Whether this is the first contact after a silence."""
        return not self.heard and self.last_ok_at is not None and now - self.last_ok_at > most


@dataclass(frozen=True, slots=True)
class Keeping:
    """What holds for every page that is stored: the government's zone, its limits, our lease."""

    zone: tzinfo
    limits: Limits
    lease: timedelta


def enroll(session: Session, channels: Collection[str], now: datetime) -> None:
    """Give every account that is new to us its row; it is due at once."""
    have = sa.select(CURSOR.c.account_id).where(CURSOR.c.account_id == ACCOUNT.c.id)
    moment = sa.literal(now, CURSOR.c.next_at.type)
    new = sa.select(
        ACCOUNT.c.id, sa.literal(""), moment, moment, sa.literal(""), sa.literal(0), sa.literal("")
    ).where(readable(channels), ~have.exists())
    names = ["account_id", "cursor", "began_at", "next_at", "owner", "failures", "trouble"]
    session.connection().execute(insert(session, PollCursor).from_select(names, new).on_conflict_do_nothing())


def set_right(session: Session, polls: Mapping[str, timedelta], now: datetime, lease: timedelta) -> None:
    """Let what is due impossibly late be due now: it was put off by a clock that has been set back since.

    `polls`: how often each channel is read. Whoever is in trouble may be put off for longer.
    """
    c = CURSOR.c
    for channel, poll in polls.items():
        mine = c.account_id.in_(sa.select(ACCOUNT.c.id).where(readable([channel])))
        well = (c.trouble == "") & (c.next_at > now + gaps.quiet(poll))
        late = well | (c.next_at > now + LONGEST_REST) | (c.leased_until > now + 2 * lease)
        freed = sa.update(CURSOR).where(mine, late).values(next_at=now, leased_until=None, owner="")
        session.connection().execute(freed)


def hasten(session: Session, channels: Collection[str], now: datetime) -> None:
    """Make the accounts of these channels due now, but for those that are in trouble.

    For one that is being read at this moment, `next_at` before the lease's end says: read it once more.
    """
    mine = sa.select(ACCOUNT.c.id).where(readable(channels))
    session.connection().execute(
        sa.update(CURSOR).where(CURSOR.c.account_id.in_(mine), CURSOR.c.trouble == "").values(next_at=now)
    )


def retry(session: Session, account_id: int, now: datetime) -> None:
    """Forget an account's trouble and read it now: it was connected anew."""
    cleared = {"next_at": now, "failures": 0, "trouble": ""}
    session.connection().execute(sa.update(CURSOR).where(CURSOR.c.account_id == account_id).values(**cleared))


def next_due(session: Session, channels: Collection[str], now: datetime) -> datetime | None:
    """When the next account may be read (perhaps long ago), if there is any."""
    c = CURSOR.c
    free = c.leased_until.is_(None) | (c.leased_until <= c.next_at) | (c.leased_until <= now)
    first = sa.select(c.next_at).join(ACCOUNT, ACCOUNT.c.id == c.account_id).where(readable(channels), free)
    found: datetime | None = session.connection().execute(first.order_by(c.next_at).limit(1)).scalar()
    return found


def claim(
    session: Session, owner: str, channels: Collection[str], n: int, now: datetime, until: datetime
) -> list[Turn]:
    """Take the `n` accounts that have been due longest and that nobody is reading."""
    c = CURSOR.c
    due = (
        sa.select(c.account_id)
        .join(ACCOUNT, ACCOUNT.c.id == c.account_id)
        .where(readable(channels), c.next_at <= now, c.leased_until.is_(None) | (c.leased_until <= now))
        .order_by(c.next_at)
        .limit(n)
        .with_for_update(skip_locked=True, of=CURSOR)
    )
    taken = sa.update(CURSOR).where(c.account_id.in_(due)).returning(c.account_id)
    rows = session.connection().execute(taken.values(owner=owner, leased_until=until, next_at=until))
    return _turns(session, owner, [account_id for (account_id,) in rows])


def _turns(session: Session, owner: str, ids: list[int]) -> list[Turn]:
    rows = session.connection().execute(
        sa.select(CURSOR, ACCOUNT.c.agency_id, ACCOUNT.c.channel, ACCOUNT.c.health)
        .join(ACCOUNT, ACCOUNT.c.id == CURSOR.c.account_id)
        .where(CURSOR.c.account_id.in_(ids))
        .order_by(CURSOR.c.account_id)
    )
    return [
        Turn(
            owner,
            AccountFacts(row.account_id, row.agency_id, row.channel),
            row.cursor,
            row.failures,
            row.last_ok_at,
            row.health,
        )
        for row in rows
    ]


def keep(
    session: Session, turn: Turn, page: Page, keeping: Keeping, now: datetime, poll: timedelta
) -> Stored | None:
    """Store a page and move the cursor behind it; None, and nothing done, when the account is no longer ours.

    A page that completes the sweep also ends the turn.
    """
    until = now + keeping.lease
    heard = {"cursor": page.cursor, "last_ok_at": now, "failures": 0, "trouble": ""}
    held = _ending(now + poll) if page.complete else {"leased_until": until, "next_at": until}
    if not _move(session, turn, heard | held):
        return None
    if turn.health != "ok" and not turn.heard:
        set_health(session, turn.account.id, "ok")
    silent = turn.silent(now, gaps.quiet(poll))
    if silent and turn.last_ok_at is not None:
        _look_over(session, turn.account.id, turn.last_ok_at)
    gaps.note(session, turn.account.id, page, turn.last_ok_at, now, silent=silent)
    ours = own_ids(session, turn.account.channel, page.posts)
    return store_page(
        session,
        turn.account,
        page,
        now=now,
        zone=keeping.zone,
        limits=keeping.limits,
        own_ids=ours,
    )


def _look_over(session: Session, account_id: int, since: datetime) -> None:
    """Somebody may have answered by hand meanwhile; or we did, before this database was put back from a backup."""
    here = (CURSOR.c.account_id == account_id) & CURSOR.c.own_since.is_(None)
    session.connection().execute(sa.update(CURSOR).where(here).values(own_since=since))


def end(session: Session, turn: Turn, next_at: datetime) -> None:
    """Give the account back; it is due again at `next_at`, or at once if somebody asked meanwhile."""
    _move(session, turn, _ending(next_at))


def fail(
    session: Session, turn: Turn, now: datetime, wait: timedelta, failures: int, trouble: str, health: str
) -> None:
    """Give the account back with what went wrong; `health` is noted at the account unless it is empty."""
    failed = {"failures": failures, "trouble": trouble}
    if not _move(session, turn, _ending(now + wait) | failed, woken=False):
        return
    if health:
        set_health(session, turn.account.id, health)
    if health == "capped":
        gaps.hold_open(session, turn.account.id, turn.last_ok_at, now)


def set_health(session: Session, account_id: int, health: str) -> None:
    """Note at the account how its connection is: `ok`, or the channel's reason in our words."""
    other = (ACCOUNT.c.id == account_id) & (ACCOUNT.c.health != health)
    session.connection().execute(sa.update(ACCOUNT).where(other).values(health=health))


def _ending(next_at: datetime) -> dict[str, Any]:
    return {"owner": "", "leased_until": None, "next_at": next_at}


def _move(session: Session, turn: Turn, values: dict[str, Any], *, woken: bool = True) -> bool:
    """Change the account's row if it is still this turn's; the row stays locked.

    `woken`: if somebody asked meanwhile for another reading, it is not put off.
    """
    given = {_NEW + name: value for name, value in values.items()}
    given |= {"which": turn.account.id, "mine": turn.owner}
    return session.connection().execute(_moving(tuple(values), woken), given).first() is not None


_NEW = "new_"


@cache
def _moving(names: tuple[str, ...], woken: bool) -> Any:
    c = CURSOR.c
    new: dict[str, Any] = {name: sa.bindparam(_NEW + name, type_=c[name].type) for name in names}
    if woken:
        new["next_at"] = sa.case((c.next_at < c.leased_until, c.next_at), else_=new["next_at"])
    mine = (c.account_id == sa.bindparam("which")) & (c.owner == sa.bindparam("mine"))
    return sa.update(CURSOR).where(mine).values(new).returning(c.account_id)
