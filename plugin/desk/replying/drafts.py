"""A draft in its rows: kept as it was written, and changed by nobody but its author."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling.cases import locked
from plugin.desk.outgoing import parts
from plugin.desk.posts.leaving import answerable
from plugin.desk.replying import approvals
from plugin.desk.replying.replies import EmptyReply, NothingToAnswer, NotPublic, SameText, taken
from plugin.store.tables import Reply
from plugin.wording import UserError


def clean(text: str) -> str:
    """The text as it will be published: line ends of one kind, no signs that cannot be seen at its ends."""
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c >= " " or c in "\n\t")
    return kept.strip(" \n\t\u200b\ufeff")


def draft(
    session: Session,
    by: Hand,
    report_id: int,
    account_id: int,
    text: str,
    origin: str,
    *,
    corrects: int | None = None,
) -> int:
    """Keep a draft; the same delivery again gives the same draft. Returns its number.

    `corrects`: the public answer that is withdrawn once this one is public.
    """
    known = session.exec(select(Reply.id).where(Reply.origin == origin)).first()
    if known is not None:
        return known
    report = locked(session, report_id)
    if not answerable(report):
        raise UserError(NothingToAnswer(report_id))
    text = clean(text)
    if not text:
        raise UserError(EmptyReply(report_id))
    if corrects is not None:
        _check_correction(session, report_id, corrects, text)
    assert by.official_id is not None
    reply = Reply(
        report_id=report_id,
        account_id=account_id,
        target_post=report.target_post,
        text=text,
        text_hash="",
        drafted_by=by.official_id,
        drafted_at=by.at,
        origin=origin,
        corrects=corrects,
    )
    session.add(reply)
    session.flush()
    assert reply.id is not None
    parts.lay(session, reply, [text])
    record(session, by, "drafted", report_id, reply=reply.id, hash=reply.text_hash)
    return reply.id


def arrange(session: Session, by: Hand, reply_id: int, posts: Sequence[str]) -> None:
    """Let the draft become these posts, word for word what its author wrote; whoever saw it before looks again."""
    reply = changeable(session, by, reply_id)
    parts.lay(session, reply, posts)
    record(session, by, "arranged", reply.report_id, reply=reply_id, parts=len(posts), hash=reply.text_hash)


def changeable(session: Session, by: Hand, reply_id: int) -> Reply:
    """The draft, ours to change: its author's, and not confirmed. What somebody agreed to before is void."""
    approvals.check_author(session, by, reply_id)
    reply = parts.locked_reply(session, reply_id)
    if reply.state not in ("drafted", "asking", "approved", "returned"):
        raise UserError(taken(session, reply))
    reply.state, reply.approved_by, reply.approved_at = "drafted", None, None
    return reply


def _check_correction(session: Session, report_id: int, corrects: int, text: str) -> None:
    """Two posts with the same words could not be told apart, and the channel may refuse the second."""
    old = session.get(Reply, corrects)
    if old is None or old.state != "published":
        raise UserError(NotPublic(report_id))
    if " ".join(old.text.split()).casefold() == " ".join(text.split()).casefold():
        raise UserError(SameText(report_id))
