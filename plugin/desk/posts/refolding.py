"""What search knows of old reports, read anew: it once knew the numbers that their cards mask."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

import sqlalchemy as sa
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
BATCH = 50
"""Read in one transaction: some 10 ms, as whoever writes waits behind it."""
REST = 9
"""So many times as long as a batch took nothing is done: a million reports take an hour, and nobody notices."""
TURN = 50.0
"""Seconds, less than the minute after which it is called again."""


async def refold(store: Store, *, rest: float = REST) -> None:
    """Read some more of them anew, until all have been, once in the life of a database. Called every minute."""
    until = time.perf_counter() + TURN
    while await store.read(revisions.read, NAME) != DONE and (began := time.perf_counter()) < until:
        await store.write(_refold_some)
        await asyncio.sleep(rest * (time.perf_counter() - began))


def _refold_some(session: Session) -> None:
    after = revisions.hold(session, NAME)
    if after == DONE:
        return
    some = (
        select(Report.id, Report.text, Report.folded).where(col(Report.id) > after).order_by(col(Report.id))
    )
    reports = session.exec(some.limit(BATCH).with_for_update()).all()
    further = _further(session, [number or 0 for number, _, _ in reports])
    for number, text, folded in reports:
        now = searchable(text, *further[number or 0])[:MOST_SEARCHABLE]
        if now != folded:
            session.connection().execute(sa.update(Report).where(col(Report.id) == number).values(folded=now))
    if reports:
        revisions.note(session, NAME, reports[-1][0] or 0)
        return
    revisions.note(session, NAME, DONE)
    soil(session)  # the index still holds what it knew before


def _further(session: Session, numbers: list[int]) -> dict[int, list[str]]:
    """The texts of their further posts, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Followup.report_id, Followup.text).where(col(Followup.report_id).in_(numbers))
    for number, text in session.exec(query.order_by(col(Followup.id))):
        found[number].append(text)
    return found
