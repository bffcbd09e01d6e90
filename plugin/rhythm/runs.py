"""The digest runs: one row for each recipient and day, which says how far its one message is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.chat.values import Room
from plugin.rhythm.recipients import Wanted, is_wanted, without_run
from plugin.rhythm.wishes import USUAL, Wish, wish_of, wishes
from plugin.store.store import insert
from plugin.store.tables import DigestRun
from plugin.store.tables.rhythm import DIGEST_OPEN

OPEN = sa.text(DIGEST_OPEN)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours to send, for a while. `again`: somebody began before, and never said how it ended.

    `brief`: the recipient wants no picture.
    """

    id: int
    room: Room
    agency_id: int
    day: date
    owner: str
    tries: int
    again: bool
    brief: bool = False

    @property
    def key(self) -> str:
        """The message's own name, the same on every try."""
        return f"digest:{self.day.isoformat()}:{self.room.address}"


@dataclass(frozen=True, slots=True)
class Opening:
    """An hour of the morning on a day. `usual`: also that of those who named none; `rest`: a day of rest."""

    day: date
    at: time
    opens: datetime
    usual: bool = True
    rest: bool = False

    def is_for(self, wish: Wish) -> bool:
        """Whether somebody with that wish gets a page at this hour."""
        mine = self.usual if wish.at is None else wish.at == self.at
        return mine and not wish.off and not (self.rest and wish.rests)


def missing(session: Session, opening: Opening) -> int:
    """How many recipients have no run for the day yet."""
    return len(_missing(session, opening))


def _missing(session: Session, opening: Opening) -> Wanted:
    said = wishes(session)
    found = without_run(session, opening.day, opening.opens)
    return {room: agency for room, agency in found.items() if opening.is_for(said.get(room, USUAL))}


def open_runs(session: Session, opening: Opening) -> None:
    """Make the rows that are missing. Two processes may do it at once: there is one row for each."""
    rows = [
        {
            "recipient": room.address, "agency_id": agency, "day": opening.day, "state": "waiting", "owner": "",
            "tries": 0,
        }
        for room, agency in _missing(session, opening).items()
    ]  # fmt: skip
    if rows:
        statement = insert(session, DigestRun).on_conflict_do_nothing(index_elements=["recipient", "day"])
        session.connection().execute(statement, rows)


def left_open(session: Session, until: date, most: int = 1) -> int:
    """How many runs up to that day have not met their end; counted no further than `most`."""
    return len(session.exec(select(DigestRun.id).where(OPEN, col(DigestRun.day) <= until).limit(most)).all())


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
        room = Room.at(row.recipient)
        wish = wish_of(session, room)
        if wish.off or not is_wanted(session, room, row.agency_id):
            row.state = "unknown" if again else "dropped"
            session.flush()
            continue
        row.state, row.owner, row.lease_until, row.tries = "sending", owner, until, row.tries + 1
        assert row.id is not None
        return Claim(row.id, room, row.agency_id, day, owner, row.tries, again, wish.brief)
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
