"""The parts of an answer as they are kept: one for each post that it makes in public, in their order.

An answer that fits into one post has one part; nothing else knows a difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, select

from plugin.store.tables import Reply, ReplyPart, ReplyPicture

SETTLE = timedelta(seconds=45)
"""How long a timeline may lag behind before a part that is not on it counts as not sent."""


def fingerprint(
    texts: Sequence[str], account_id: int, target_post: str, pictures: Sequence[tuple[str, str]] = ()
) -> str:
    """What a confirmation holds: exactly these posts with these pictures, from this account, to this post."""
    held = [list(texts), account_id, target_post, [list(p) for p in pictures]]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()


def lay(session: Session, reply: Reply, texts: Sequence[str]) -> None:
    """Make these the answer's parts, in place of those it had. Only before anything was begun."""
    for old in of(session, reply.id):
        session.delete(old)
    session.flush()
    assert reply.id is not None
    for place, text in enumerate(texts, 1):
        session.add(ReplyPart(reply_id=reply.id, place=place, text=text))
    session.flush()
    seal(session, reply)


def seal(session: Session, reply: Reply) -> None:
    """Note what the preview shows now: whoever saw something else has to look again."""
    held = ReplyPicture.reply_id == reply.id, col(ReplyPicture.off).is_(False)
    query = select(ReplyPicture.digest, ReplyPicture.alt).where(*held)
    pictures = [(digest, alt) for digest, alt in session.exec(query.order_by(col(ReplyPicture.id)))]
    texts = [part.text for part in of(session, reply.id)]
    reply.text_hash = fingerprint(texts, reply.account_id, reply.target_post, pictures)


def of(session: Session, reply_id: int | None) -> Sequence[ReplyPart]:
    """An answer's parts in their order."""
    query = select(ReplyPart).where(ReplyPart.reply_id == reply_id)
    return session.exec(query.order_by(col(ReplyPart.place))).all()


def locked_reply(session: Session, reply_id: int) -> Reply:
    """The answer's row, ours until the transaction ends, as it is now: what was read before may be old."""
    mine = select(Reply).where(Reply.id == reply_id).with_for_update()
    return session.exec(mine.execution_options(populate_existing=True)).one()


def upcoming(parts: Sequence[ReplyPart]) -> ReplyPart | None:
    """The first of them that is not out yet."""
    return next((part for part in parts if part.post_id is None), None)


def standing(parts: Sequence[ReplyPart]) -> list[ReplyPart]:
    """Those that stand in public, as far as we know."""
    return [part for part in parts if part.post_id is not None and part.gone_at is None]
