"""Numbers that people type and buttons carry, given out once: also when a backup is put back.

A database that is put back would give the numbers of the lost hours once more, and a button on a card of those
hours would act upon a stranger's report. What is known then is only that nobody of ours has written here for a while.
So after such a silence numbers go on far above whatever may have been given out in it.
"""

from __future__ import annotations

import logging
import math
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.store.prepared import Prepared
from plugin.store.store import insert
from plugin.store.tables import AgencyDay, Circular, LifeSign, NumberGap, Proposal, Report

log = logging.getLogger(__name__)

SILENCE = timedelta(minutes=5)
"""A restart is quicker; whoever puts a backup back takes longer, counted from that backup's last minute."""
ROUND = 100
LOOKED_AT = timedelta(days=90)
OTHERS: tuple[tuple[type[SQLModel], int], ...] = ((Proposal, 10_000), (Circular, ROUND))
"""A list of followers may propose every agency at once; circulars are rare."""

_SEEN = Prepared(sa.select(col(LifeSign.seen_at)))
_BEHIND = Prepared(
    sa.select(sa.func.max(col(NumberGap.first))).where(col(NumberGap.name) == sa.bindparam("table"))
)


def watch(session: Session, now: datetime) -> None:
    """Note that we are alive; after a silence let numbers go on far above. To be called each minute."""
    sign = session.get(LifeSign, 1, with_for_update=True, populate_existing=True)
    if sign is None:
        first = insert(session, LifeSign).values(id=1, seen_at=now)
        session.connection().execute(first.on_conflict_do_nothing())
        return
    since, sign.seen_at = sign.seen_at, now
    if _silent(since, now):
        _leave_gap(session, Report, _most_reports(session, since, now), since, now)
        for table, most in OTHERS:
            _leave_gap(session, table, most, since, now)


def wake(session: Session, now: datetime) -> None:
    """The same where it matters at this moment, and nobody has kept watch since the silence."""
    for (since,) in _SEEN.rows(session):
        if _silent(since, now):
            watch(session, now)


def upcoming(session: Session, table: type[SQLModel]) -> int | None:
    """The number of the next row behind a gap, where the database would not leave it by itself."""
    if session.get_bind().dialect.name == "postgresql":
        return None  # its sequence has been moved
    first = _behind_gaps(session, table)
    return first if _newest(session, table) < first else None


def gap_around(session: Session, table: type[SQLModel], number: int) -> NumberGap | None:
    """The gap in which that number lies: it was perhaps given out, and what it stood for is lost."""
    mine = NumberGap.name == _name(table), NumberGap.last < number, NumberGap.first > number
    return session.exec(select(NumberGap).where(*mine).order_by(col(NumberGap.id).desc())).first()


def silent_after(session: Session, moment: datetime) -> bool:
    """Whether there is a time after this moment of which we do not know what was done in it."""
    return session.exec(select(NumberGap.id).where(NumberGap.made_at > moment)).first() is not None


def _silent(since: datetime, now: datetime) -> bool:
    return abs(now - since) > SILENCE


def _leave_gap(session: Session, table: type[SQLModel], most: int, since: datetime, now: datetime) -> None:
    last = _newest(session, table)
    if not last:
        return  # when the backup was made nothing was numbered yet
    # Also what stands right behind an earlier gap may have been given out in the time that is lost.
    first = math.ceil((max(last, _behind_gaps(session, table)) + most) / ROUND) * ROUND + 1
    session.add(NumberGap(name=_name(table), last=last, first=first, since=min(since, now), made_at=now))
    session.flush()
    log.warning("nobody wrote here since %s: the numbers of %s go on at %d", since, _name(table), first)
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(_name(table), "id")
        session.connection().execute(sa.select(sa.func.setval(sequence, first - 1)))


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def _newest(session: Session, table: type[SQLModel]) -> int:
    session.flush()
    return int(_last(_name(table)).rows(session)[0][0] or 0)


@cache
def _last(table: str) -> Prepared:
    return Prepared(sa.select(sa.func.max(SQLModel.metadata.tables[table].c.id)))


def _behind_gaps(session: Session, table: type[SQLModel]) -> int:
    """The first number behind the last gap; 0 where there is none."""
    return int(_BEHIND.rows(session, {"table": _name(table)})[0][0] or 0)


def _most_reports(session: Session, since: datetime, now: datetime) -> int:
    """More reports than can have come in meanwhile: twice as many each day as on the busiest of the last months."""
    days = math.ceil(abs(now - since) / timedelta(days=1))
    a_day = (
        sa.select(sa.func.sum(col(AgencyDay.incoming)).label("came"))
        .where(col(AgencyDay.day) >= (min(since, now) - LOOKED_AT).date())
        .group_by(col(AgencyDay.day))
        .subquery()
    )
    busiest = session.connection().execute(sa.select(sa.func.max(a_day.c.came))).scalar() or 0
    return max(ROUND, 2 * days * int(busiest))
