"""What search knows of old reports, read anew: it once knew the numbers that their cards mask."""

from __future__ import annotations

import asyncio

from sqlmodel import Session, col, select

from plugin.desk.masking import searchable
from plugin.desk.posts.entries import MOST_SEARCHABLE
from plugin.store import revisions
from plugin.store.scrubbing import soil
from plugin.store.store import Store
from plugin.store.tables import Followup, Report

NAME = "masked_search"
"""How far we are: the number of the last report that was read anew, or `DONE`."""
DONE = -1
BATCH = 200


async def refold(store: Store) -> None:
    """Read them all anew, a few at a time, once in the life of a database; after a stop it goes on where it was."""
    while await store.read(revisions.read, NAME) != DONE:
        await store.write(_refold_some)
        await asyncio.sleep(0)  # who waits goes first


def _refold_some(session: Session) -> None:
    after = revisions.hold(session, NAME)
    if after == DONE:
        return
    some = select(Report).where(col(Report.id) > after).order_by(col(Report.id)).limit(BATCH)
    reports = session.exec(some.with_for_update()).all()
    for report in reports:
        _refold(session, report)
    if reports:
        revisions.note(session, NAME, reports[-1].id or 0)
        return
    revisions.note(session, NAME, DONE)
    soil(session)  # the index still holds what it knew before


def _refold(session: Session, report: Report) -> None:
    further = select(Followup.text).where(Followup.report_id == report.id).order_by(col(Followup.id))
    now = searchable(report.text, *session.exec(further))[:MOST_SEARCHABLE]
    if now != report.folded:
        report.folded = now
