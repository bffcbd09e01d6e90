"""The public square's posts in the store: each step is one transaction's work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from adapters.web.messages import next_change
from plugin.registry.ledger import OFFICIAL
from plugin.store.tables import Account, Agency, SquarePost

CHANNEL = "alun-alun"
NAMED = re.compile(r"(?<![\w@])@(\w{1,80})")


@dataclass(frozen=True, slots=True)
class SquareAccount:
    """An agency that can be named on the square."""

    id: int
    handle: str
    name: str


@dataclass(frozen=True)
class NewPost:
    """A post about to appear. `account_id` is set when an agency speaks; then it may have `pictures`."""

    key: str
    author: str
    name: str
    text: str
    at: datetime
    account_id: int | None = None
    answers: int | None = None
    photo: str = ""
    pictures: list[dict[str, str]] = field(default_factory=list)


def named(text: str) -> tuple[str, ...]:
    """The handles named in a text, folded, in its order."""
    return tuple(handle.casefold() for handle in NAMED.findall(text))


def accounts(session: Session) -> list[SquareAccount]:
    """The agencies' accounts on the square, by handle."""
    rows = session.exec(
        select(Account.id, Account.handle, Agency.name)
        .join(Agency, col(Agency.id) == Account.agency_id)
        .where(Account.channel == CHANNEL, Account.verdict == OFFICIAL)
        .order_by(Account.handle_key)
    )
    return [SquareAccount(number, handle, name) for number, handle, name in rows if number is not None]


def agency_name(session: Session, account_id: int) -> str:
    """The name of the agency that holds an account."""
    query = (
        select(Agency.name).join(Account, col(Account.agency_id) == Agency.id).where(Account.id == account_id)
    )
    return session.exec(query).first() or ""


def put(session: Session, new: NewPost) -> SquarePost | None:
    """Let a post appear, once per key; None when what it answers is not there."""
    number = next_change(session)
    found = session.exec(select(SquarePost).where(SquarePost.key == new.key)).first()
    if found is not None:
        return found
    above = session.get(SquarePost, new.answers) if new.answers else None
    if new.answers and (above is None or above.gone_at):
        return None
    row = SquarePost(**vars(new), conversation=above.conversation if above else None, changed=number)
    session.add(row)
    session.flush()
    row.conversation = row.conversation or row.id
    return row


def heard(session: Session, handle: str, since: int, most: int) -> tuple[list[SquarePost], int, bool]:
    """Which of the next `most` posts name an account or answer one of its own; how far that reached; whether
    that is all. In the order of their appearance, so that whoever stops in the middle goes on from there.
    """
    parent = sa.orm.aliased(SquarePost)
    rows = session.exec(
        select(SquarePost, parent)
        .outerjoin(parent, col(parent.id) == SquarePost.answers)
        .where(SquarePost.changed > since)
        .order_by(col(SquarePost.changed))
        .limit(most)
    ).all()
    posts = [
        post
        for post, above in rows
        if not post.gone_at and not _is(post, handle) and (handle in named(post.text) or _is(above, handle))
    ]
    return posts, rows[-1][0].changed if rows else since, len(rows) < most


def _is(post: SquarePost | None, handle: str) -> bool:
    return post is not None and post.account_id is not None and post.author.casefold() == handle


def published(session: Session, account_id: int, text: str, target: int, since: datetime) -> int | None:
    """The id of an agency's answer, if it appeared."""
    return session.exec(
        select(SquarePost.id)
        .where(
            SquarePost.answers == target,
            SquarePost.account_id == account_id,
            col(SquarePost.gone_at).is_(None),
            SquarePost.text == text,
            SquarePost.at >= since,
        )
        .order_by(col(SquarePost.id))
    ).first()


def written(session: Session, account_id: int, since: datetime) -> list[SquarePost]:
    """What an agency has written since then below others' posts, the newest first."""
    mine = (
        SquarePost.account_id == account_id, SquarePost.at >= since, col(SquarePost.gone_at).is_(None),
        col(SquarePost.answers).is_not(None),
    )  # fmt: skip
    return list(session.exec(select(SquarePost).where(*mine).order_by(col(SquarePost.id).desc()).limit(1000)))


def take_away(
    session: Session, number: int, at: datetime, *, account_id: int | None = None, handle: str = ""
) -> SquarePost | None:
    """Take a post out of public, of an agency or of a citizen's handle; None when it is not theirs.

    What is gone already stays so. Its place remains, so that what was answered below it still stands somewhere.
    """
    change = next_change(session)
    row = session.get(SquarePost, number)
    if row is None or row.account_id != account_id or (account_id is None and row.author != handle):
        return None
    if row.gone_at is None:
        row.text, row.photo, row.pictures, row.gone_at, row.changed = "", "", [], at, change
    return row


def seen(session: Session, numbers: Sequence[int]) -> set[int]:
    """Those of the posts that everyone can see."""
    alive = select(SquarePost.id).where(col(SquarePost.id).in_(numbers), col(SquarePost.gone_at).is_(None))
    return {number for number in session.exec(alive) if number is not None}


def shown(session: Session, number: int) -> SquarePost | None:
    """One post, if everyone can see it."""
    return session.exec(
        select(SquarePost).where(SquarePost.id == number, col(SquarePost.gone_at).is_(None))
    ).first()


def newest(session: Session, *, before: int = 0, most: int = 30) -> list[SquarePost]:
    """The newest conversations (those begun before a given one), every post of each, oldest first."""
    first = select(SquarePost.id).where(SquarePost.conversation == SquarePost.id)
    if before:
        first = first.where(col(SquarePost.id) < before)
    begun = session.exec(first.order_by(col(SquarePost.id).desc()).limit(most)).all()
    return whole(session, [number for number in begun if number is not None])


def whole(session: Session, conversations: Sequence[int]) -> list[SquarePost]:
    """Every post of these conversations, oldest first."""
    query = select(SquarePost).where(col(SquarePost.conversation).in_(conversations))
    return list(session.exec(query.order_by(col(SquarePost.id))))


def conversation_of(session: Session, post: int) -> list[SquarePost]:
    """The conversation a post belongs to; empty when there is no such post."""
    row = session.get(SquarePost, post)
    return whole(session, [row.conversation]) if row and row.conversation else []


def changes(session: Session, since: int, most: int) -> list[SquarePost]:
    """The posts that appeared after that change."""
    query = select(SquarePost).where(SquarePost.changed > since)
    return list(session.exec(query.order_by(col(SquarePost.changed)).limit(most)))
