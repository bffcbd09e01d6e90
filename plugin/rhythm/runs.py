"""The digest runs: one row for each recipient and day, which says how far its one message is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.rhythm.recipients import is_wanted, name_of, room_of, without_run
from plugin.store.store import insert
from plugin.store.tables import DigestRun
from plugin.store.tables.rhythm import DIGEST_OPEN

OPEN = sa.text(DIGEST_OPEN)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours to send, for a while. `again`: somebody began before, and never said how it ended."""

    id: int
    room: Room
    agency_id: int
    day: date
    owner: str
    tries: int
    again: bool

    @property
    def key(self) -> str:
        """The message's own name, the same on every try."""
        return f"digest:{self.day.isoformat()}:{name_of(self.room)}"


def missing(session: Session, day: date, before: datetime) -> int:
    """How many recipients have no run for the day yet."""
    return len(without_run(session, day, before))


def open_runs(session: Session, day: date, before: datetime) -> None:
    """Make the rows that are missing. Two processes may do it at once: there is one row for each."""
    rows = [
        {"recipient": name_of(room), "agency_id": agency, "day": day, "state": "waiting", "owner": "", "tries": 0}
        for room, agency in without_run(session, day, before).items()
    ]  # fmt: skip
    if rows:
        statement = insert(session, DigestRun).on_conflict_do_nothing(index_elements=["recipient", "day"])
        session.connection().execute(statement, rows)


def left_open(session: Session, until: date) -> bool:
    """Whether any run up to that day has not met its end."""
    return (
        session.exec(select(DigestRun.id).where(OPEN, col(DigestRun.day) <= until).limit(1)).first()
        is not None
    )


def close_runs(session: Session, until: date, now: datetime) -> None:
    """It is too late for these: who was never sent to is `late`; where somebody died while sending, `unknown`."""
    for state, end in (("waiting", "late"), ("sending", "unknown")):
        session.connection().execute(
            sa.update(DigestRun)
            .where(OPEN, col(DigestRun.day) <= until, col(DigestRun.state) == state)
            .where(sa.or_(col(DigestRun.lease_until).is_(None), col(DigestRun.lease_until) <= now))
            .values(state=end)
        )


def claim(session: Session, day: date, owner: str, now: datetime, until: datetime) -> Claim | None:
    """Take the next run that is due, until `until`; None when there is none."""
    while (row := _next(session, day, now)) is not None:
        again = row.state == "sending"
        room = room_of(row.recipient)
        if not is_wanted(session, room, row.agency_id):
            row.state = "unknown" if again else "dropped"
            session.flush()
            continue
        row.state, row.owner, row.lease_until, row.tries = "sending", owner, until, row.tries + 1
        assert row.id is not None
        return Claim(row.id, room, row.agency_id, day, owner, row.tries, again)
    return None


def _next(session: Session, day: date, now: datetime) -> DigestRun | None:
    waiting = sa.and_(
        col(DigestRun.state) == "waiting",
        sa.or_(col(DigestRun.not_before).is_(None), col(DigestRun.not_before) <= now),
    )
    abandoned = sa.and_(col(DigestRun.state) == "sending", col(DigestRun.lease_until) <= now)
    return session.exec(
        select(DigestRun)
        .where(OPEN, DigestRun.day == day, sa.or_(waiting, abandoned))
        .order_by(col(DigestRun.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def mark(session: Session, /, claimed: Claim, **how: Any) -> bool:  # Any: the row's own columns
    """Note how it ended, or when to go on. False when it is not ours any more: then nothing changes."""
    done = session.connection().execute(
        sa.update(DigestRun)
        .where(
            col(DigestRun.id) == claimed.id,
            col(DigestRun.owner) == claimed.owner,
            col(DigestRun.tries) == claimed.tries,
            col(DigestRun.state) == "sending",
        )
        .values(**how)
    )
    return done.rowcount == 1
