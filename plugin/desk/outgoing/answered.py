"""A citizen has their answer: what that changes, whether it was ours or stands there by another way.

While we do not run people answer by hand, and a backup that is put back knows nothing of what we published after
it. So what stands below a citizen's post is theirs, and nobody answers it a second time without knowing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any  # the record's details

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import record, system
from plugin.desk.handling import receipts
from plugin.desk.handling.cases import locked
from plugin.desk.measures import clocks, first_answers
from plugin.desk.measures.first_answers import ELSEWHERE
from plugin.desk.replying.replies import hold_back
from plugin.public.values import Post
from plugin.store.tables import AuditEntry, Followup, PostVersion, Reply, ReplyPart, Report

TO_BE_SENT = ("drafted", "asking", "approved", "returned", "manual", "refused", "confirmed", "sending", "waiting",
    "unknown", "stopped")  # fmt: skip
"""States of an answer that may be the one that is found."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a post of our account's answers: a report, and our answers to that post which it may be."""

    number: int
    replies: tuple[int, ...]


def answered(  # each is one thing of the answer
    session: Session, report: Report, official_id: int | None, at: datetime, zone: tzinfo,
    reply: Reply | None = None,
) -> Mapping[str, Any]:  # fmt: skip
    """The report's citizen has an answer since `at`, and waits no longer; `reply`, if it is ours.

    Its row is ours, and changed. Gives what the record notes of it.
    """
    waited = report.waits
    if report.answered_at is None:
        report.answered_at = at
    if report.state != "done" and report.joined_to is None:
        report.state = "replied"
    receipts.answered(session, report, official_id, at)
    session.flush()
    noted = first_answers.count(session, report, reply, at, zone) if waited else {}
    clocks.follow(session, report, at)
    return noted


def meant(session: Session, channel: str, account_id: int, post: Post) -> Meant | None:
    """Whom this post of our account's answers; None where we know it, or know of no citizen's post above it."""
    ours = (
        select(ReplyPart.place)
        .join(Reply, col(Reply.id) == ReplyPart.reply_id)
        .where(Reply.account_id == account_id, ReplyPart.post_id == post.id)
    )
    if session.exec(ours).first() is not None:
        return None
    number = _number(session, channel, post.answers)
    if number is None:
        return None
    open_ones = select(Reply.id).where(
        Reply.report_id == number, Reply.account_id == account_id, col(Reply.state).in_(TO_BE_SENT)
    )
    return Meant(number, tuple(n for n in session.exec(open_ones.order_by(col(Reply.id))) if n is not None))


def elsewhere(session: Session, number: int, post: Post, now: datetime, zone: tzinfo) -> list[str]:
    """That post, which is none of our answers, is the citizen's; which cards show something else now.

    Nothing happens where they have written since, have an answer, or a person has closed the case. An answer that
    is confirmed and has not left goes back to its author, who did not know of this one.
    """
    report = locked(session, number)
    closed = report.closed_at is not None and report.joined_to is None
    if report.answered_at is not None or closed or post.at < _newest(session, report):
        return []
    noted = answered(session, report, None, max(post.at, report.received_at), zone)
    record(session, system(now), ELSEWHERE, number, post=post.id, url=post.url, **noted)
    waiting = select(Reply.id).where(Reply.report_id == number, Reply.state == "confirmed")
    held = [reply for reply in session.exec(waiting.order_by(col(Reply.id))).all() if reply is not None]
    for reply in held:
        hold_back(session, system(now), reply)
    return [f"report:{number}", *(f"reply:{reply}" for reply in held)]


def found(session: Session, number: int) -> Sequence[AuditEntry]:
    """What is on record of answers to a report that were found, and were none of ours."""
    mine = AuditEntry.report_id == number, AuditEntry.act == ELSEWHERE
    return session.exec(select(AuditEntry).where(*mine).order_by(col(AuditEntry.seq))).all()


def _number(session: Session, channel: str, post_id: str) -> int | None:
    """The report to which a citizen's post belongs, by whichever number it was known."""
    conversation = sa.select(col(PostVersion.conversation)).where(
        col(PostVersion.channel) == channel, col(PostVersion.post_id) == post_id
    )
    first = select(Report.id).where(Report.channel == channel, Report.post_id == post_id)
    further = select(Followup.report_id).where(Followup.channel == channel, Followup.post_id == post_id)
    edited = select(Report.id).where(
        Report.channel == channel, col(Report.conversation).in_(conversation),
        col(Report.post_id).in_(sa.select(col(PostVersion.post_id)).where(
            col(PostVersion.channel) == channel, col(PostVersion.conversation).in_(conversation))),
    )  # fmt: skip
    found = (session.exec(query).first() for query in (first, further, edited))
    return next((number for number in found if number is not None), None)


def _newest(session: Session, report: Report) -> datetime:
    """When the citizen wrote last in this case, as far as it is still public."""
    further = sa.select(sa.func.max(col(Followup.written_at))).where(
        col(Followup.report_id) == report.id, col(Followup.gone_at).is_(None)
    )
    last: datetime | None = session.connection().execute(further).scalar()
    return max(report.written_at, last) if last else report.written_at
