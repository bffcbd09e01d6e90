"""What a citizen took out of public leaves our store as well; what remains is what we did ourselves.

The report keeps its number, its dates, the channel's post ids, our dispositions and our answers. The words,
the photos, the place and whatever the channel said of their author go: those of the author when nothing they
wrote in this case is public any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from sqlmodel import Session, col, select

from plugin.chat.courier import outdate
from plugin.desk.audit import record, system
from plugin.desk.handling.joins import lead_on, lock_incident
from plugin.desk.masking import forget_presented, searchable
from plugin.desk.posts.photos import LEASE, MIMES, PATIENCE
from plugin.desk.posts.quoting import forget_quotes
from plugin.desk.sorting.proposals import forget_words
from plugin.store.scrubbing import soil
from plugin.store.store import Store
from plugin.store.tables import Followup, Photo, PostCheck, Reply, Report

UNDER_WAY = LEASE + timedelta(seconds=PATIENCE)
"""As long may somebody still be fetching the photo, and would write the file once more."""


def take_out(session: Session, check: PostCheck, state: str, now: datetime, zone: tzinfo) -> None:
    """Let a post's words and photos go, on record; and from every card that shows them, however old.

    Does it leave an incident without a leading post that can be answered, the next reporter's leads.
    """
    lock_incident(session, check.report_id)
    report = session.exec(select(Report).where(Report.id == check.report_id)).one()
    further = session.exec(select(Followup).where(Followup.report_id == report.id).order_by(col(Followup.id)))
    followups = list(further)
    taken = [report.text] if check.followup_id is None else []
    taken += [f.text for f in followups if f.id == check.followup_id]
    if check.followup_id is None:
        report.text, report.url, report.place = "", "", ""
        report.gone, report.gone_at = state, now
        forget_words(session, check.report_id)
    for followup in followups:
        if followup.id == check.followup_id:
            followup.text = followup.url = followup.author_id = followup.author_handle = ""
            followup.gone, followup.gone_at = state, now
    photos_leave(session, report, check.post_id, now)
    _what_is_left(report, [f for f in followups if f.gone_at is None])
    forget_quotes(session, system(now), report, taken, over=not answerable(report))
    soil(session)
    forget_presented()
    check.gone_at = now
    record(session, system(now), "post_gone", report.id, post=check.post_id, state=state)
    session.flush()
    lead = None if answerable(report) else lead_on(session, system(now), check.report_id, zone)
    replies = session.exec(select(Reply.id).where(Reply.report_id == report.id))
    reports = [report.id] if lead is None else [report.id, lead]
    outdate(
        session, [*(f"report:{number}" for number in reports), *(f"reply:{number}" for number in replies)]
    )


def _what_is_left(report: Report, followups: Sequence[Followup]) -> None:
    """Search finds what is still public; an answer goes below the newest post of it."""
    texts = [report.text, *(f.text for f in followups)]
    report.folded = searchable(*texts)
    if followups:
        report.target_post = followups[-1].post_id
    elif report.gone_at is None:
        report.target_post = report.post_id
    else:
        report.author_id = report.author_handle = report.author_name = ""
        report.author, report.mentions = {}, []


def photos_leave(
    session: Session, report: Report, post_id: str, now: datetime, *, but: Collection[str] = ()
) -> None:
    """A post's photos go, `but` these. Those of which we do not know the post go with the first that goes."""
    left = 0
    for photo in session.exec(select(Photo).where(Photo.report_id == report.id)):
        if photo.post_id not in (post_id, "") or photo.media_key in but:
            left += photo.state != "leaving"
            continue
        photo.next_at = now + UNDER_WAY if photo.state == "waiting" and photo.tries else now
        photo.state, photo.url, photo.alt = "leaving", "", ""
    report.photos = left


def answerable(report: Report) -> bool:
    """Whether anything the citizen wrote in this case is still public, so that it can be answered."""
    return report.gone_at is None or report.target_post != report.post_id


async def remove_files(store: Store, folder: Path, now: datetime) -> None:
    """Remove the files of the photos that are leaving. First the file, then the row that knows of it."""
    rows = await store.read(_leaving, now)
    for number, file in rows:
        await asyncio.to_thread(_unlink, folder, file)
        await store.write(_forget, number)


def _leaving(session: Session, now: datetime) -> list[tuple[int, str]]:
    due = select(Photo.id, Photo.file).where(Photo.state == "leaving", col(Photo.next_at) <= now).limit(200)
    return [(number, file) for number, file in session.exec(due) if number is not None]


def _unlink(folder: Path, file: str) -> None:
    stem = Path(file).name.partition(".")[0]
    if stem:
        for suffix in MIMES:
            (folder / f"{stem}.{suffix}").unlink(missing_ok=True)
            (folder / f".{stem}.{suffix}.part").unlink(missing_ok=True)


def _forget(session: Session, number: int) -> None:
    photo = session.get(Photo, number)
    if photo is not None:
        session.delete(photo)
