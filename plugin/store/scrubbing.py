"""What was taken out of the tables must not lie on where no query looks: in the index, in dead rows, in the log.

FTS5 keeps a removed word until its segments are merged, PostgreSQL a removed row until a VACUUM, SQLite's log the
page as it was until it is brought home. So whoever takes something out says `soil`, and `scrub` cleans up after.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from plugin.store import revisions
from plugin.store.store import Store

SOILED, CLEAN = "taken_out", "scrubbed"
TABLES = (
    "report", "followup", "photo", "reply", "reply_part", "case_proposal", "case_key", "action_token",
)  # fmt: skip
PAGES = 500
"""Merged in one transaction: some 30 ms, whatever the size of the index."""
MOST_STEPS = 2000


def soil(session: Session) -> None:
    """Something was taken out in this transaction, for good."""
    revisions.bump(session, SOILED)


async def scrub(store: Store) -> None:
    """Clean up after everything that was taken out so far; what could not be done now is done the next time."""
    number = await store.read(_soiled)
    if number and (not store.is_sqlite or await _merge(store)) and await store.sweep(TABLES):
        await store.write(_note, number)


async def _merge(store: Store) -> bool:
    """Merge the whole index of words, a little at a time: only so does FTS5 let go of what was removed."""
    pages = -PAGES  # first all that there is becomes one merge
    for _ in range(MOST_STEPS):
        if not await store.write(_merge_some, pages):
            return True
        pages = PAGES
    return False


def _merge_some(session: Session, pages: int) -> bool:
    """Merge so many pages; whether there was anything to do, as FTS5's manual tells it."""
    connection = session.connection()
    count = sa.text("SELECT total_changes()")
    before = connection.execute(count).scalar_one()
    connection.execute(sa.text("INSERT INTO report_fts(report_fts, rank) VALUES ('merge', :n)"), {"n": pages})
    return bool(connection.execute(count).scalar_one() - before >= 2)


def _soiled(session: Session) -> int:
    number = revisions.read(session, SOILED)
    return number if number != revisions.read(session, CLEAN) else 0


def _note(session: Session, number: int) -> None:
    revisions.hold(session, CLEAN)
    revisions.note(session, CLEAN, number)
