"""A citizen edits a post: it is the same post in other words, though the channel gives it another number.

Cards, search and triage read the new words, an answer goes to the newest version, and whoever had a draft before
them looks again. What is confirmed or public already stays as it is, and nothing is woken: an edit is no asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import record, system
from plugin.desk.masking import searchable
from plugin.desk.outgoing import parts
from plugin.desk.posts.cleaning import address, fit, key, line
from plugin.desk.posts.entries import MOST_SEARCHABLE, Case, attach_photos, named
from plugin.desk.posts.leaving import photos_leave
from plugin.desk.sorting.proposals import judge_anew
from plugin.public.values import Post
from plugin.store.store import insert
from plugin.store.tables import Followup, Photo, PostCheck, PostVersion, Reply, Report

UNCONFIRMED = ("drafted", "asking", "approved", "returned", "cancelled")


def sorted_out(posts: Sequence[Post], known: Mapping[str, str]) -> tuple[list[Post], list[Post]]:
    """(those never seen, those known by an older version); what is known, or older than another here, is left out.

    Each at the conversation in which we keep what was said in any version of its beginning.
    """
    older = {number for post in posts for number in post.versions}
    new = [post for post in posts if post.id not in known and post.id not in older]
    edited = [post for post in new if not known.keys().isdisjoint(post.versions)]
    return [post for post in new if post not in edited], edited


def take_in(session: Session, channel: str, posts: Sequence[Post], now: datetime) -> tuple[str, ...]:
    """Put these newer versions in place of what we have; which cards show something else now."""
    changed: dict[str, None] = {}
    for post in posts:
        row = _held(session, channel, post)
        if row is None:
            continue
        number = row.id if isinstance(row, Report) else row.report_id
        report = session.exec(select(Report).where(Report.id == number).with_for_update()).one()
        session.refresh(row)  # it may have left while we waited
        remember(session, channel, [post], report.conversation)
        if row.gone_at is None:
            changed |= dict.fromkeys(_change(session, report, row, post, now))
    session.flush()
    return tuple(changed)


def remember(session: Session, channel: str, posts: Sequence[Post], conversation: str = "") -> None:
    """Every number that these posts have had belongs to the conversation in which they are kept."""
    rows = [
        {"channel": channel, "post_id": number, "conversation": conversation or post.conversation}
        for post in posts
        if post.versions
        for number in (*post.versions, post.id)
    ]
    if rows:
        session.connection().execute(insert(session, PostVersion).on_conflict_do_nothing(), rows)


def _held(session: Session, channel: str, post: Post) -> Report | Followup | None:
    older = post.versions
    report = select(Report).where(Report.channel == channel, col(Report.post_id).in_(older))
    further = select(Followup).where(Followup.channel == channel, col(Followup.post_id).in_(older))
    return session.exec(report).first() or session.exec(further).first()


def _change(session: Session, report: Report, row: Report | Followup, post: Post, now: datetime) -> list[str]:
    old, row.post_id = row.post_id, post.id
    row.text, row.url = fit(post.text), address(post.url, 300)
    if isinstance(row, Report):
        report.place = line(post.place, 120)
        if judge_anew(session, report):
            report.aside = False
    else:
        row.heard, report.aside = "", False
    drafts = _retarget(session, report, old, post) if report.target_post == old else []
    find_by_new_words(session, report)
    _follow(session, report, old, post, now)
    record(session, system(now), "edited", report.id, post=post.id)
    return [f"report:{report.id}", *(f"reply:{number}" for number in drafts)]


def find_by_new_words(session: Session, report: Report) -> None:
    """Search knows the report by what its words are now."""
    further = select(Followup.text).where(Followup.report_id == report.id).order_by(col(Followup.id))
    session.flush()
    report.folded = searchable(report.text, *session.exec(further))[:MOST_SEARCHABLE]


def _retarget(session: Session, report: Report, old: str, post: Post) -> list[int]:
    """Answers go to the newest version, unless one has begun to go to the old."""
    there = session.exec(select(Reply).where(Reply.report_id == report.id, Reply.target_post == old)).all()
    if any(reply.state not in UNCONFIRMED for reply in there):
        return []
    report.target_post, report.mentions = post.id, named(post)
    for reply in there:
        reply.target_post = post.id
        parts.seal(session, reply)
    return [reply.id for reply in there if reply.id is not None]


def _follow(session: Session, report: Report, old: str, post: Post, now: datetime) -> None:
    """Photos and the looking whether it is still there go with the post."""
    for photo in session.exec(select(Photo).where(Photo.report_id == report.id, Photo.post_id == old)):
        photo.post_id = post.id
    session.flush()
    attach_photos(session, [Case(id=report.id or 0, more=[post])])
    photos_leave(session, report, post.id, now, but={key(photo.key, 80) for photo in post.photos})
    check = (col(PostCheck.channel) == report.channel) & (col(PostCheck.post_id) == old)
    session.connection().execute(sa.update(PostCheck).where(check).values(post_id=post.id))
