"""One answer reaches every reporter of an incident: each gets a public answer of their own, once.

Channels forbid to post the same words again and again, so each says which report it belongs to. They are shown
before anybody confirms, and are replies like any other from then on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.desk import parts
from plugin.desk.audit import Hand, record
from plugin.desk.joins import has_answer, joined
from plugin.store.tables import Account, Reply, Report

TICKET = "{text} #{number}"
"""What makes the words differ from one reporter to the next: the number by which the citizen can ask."""


@dataclass(frozen=True, slots=True)
class Companion:
    """What another reporter of the incident is to be told, post by post. `reach`: this account may answer them."""

    number: int
    handle: str
    target_post: str
    posts: tuple[str, ...]
    reach: bool
    state: str = ""
    corrects: int | None = None


def planned(session: Session, reply: Reply) -> list[Companion]:
    """The answers that would go along: to reporters who have none yet, or only the one that this corrects."""
    if reply.companion_of is not None:
        return []
    account, old = session.get_one(Account, reply.account_id), _corrected(session, reply)
    said = [part.text for part in parts.of(session, reply.id)]
    return [
        Companion(
            number, other.author_handle, other.target_post, _posts(said, number), _reach(account, other),
            corrects=old.get(number),
        )
        for other in joined(session, reply.report_id)
        if (number := other.id) is not None and other.author_id
        and (number in old or not has_answer(session, other))
    ]  # fmt: skip


def sent(session: Session, reply_id: int) -> list[Companion]:
    """The answers that went along with this one, as they stand."""
    query = select(Reply, Report).join(Report, col(Report.id) == Reply.report_id)
    rows = session.exec(query.where(Reply.companion_of == reply_id).order_by(col(Reply.id)))
    return [
        Companion(
            r.report_id, report.author_handle, r.target_post,
            tuple(part.text for part in parts.of(session, r.id)), True, r.state,
        )
        for r, report in rows
    ]  # fmt: skip


def shown(session: Session, reply: Reply) -> str:
    """What a preview shows, in one word: it changes when a reporter is added or leaves."""
    along = [(c.number, c.target_post) for c in planned(session, reply) if c.reach]
    if not along:
        return reply.text_hash
    return hashlib.sha256(json.dumps([reply.text_hash, along]).encode()).hexdigest()


def confirm(session: Session, by: Hand, reply: Reply) -> None:
    """The answer was confirmed as shown, and so are those that go along."""
    for one in planned(session, reply):
        if not one.reach:
            continue
        along = Reply(
            report_id=one.number, account_id=reply.account_id, target_post=one.target_post,
            text=TICKET.format(text=reply.text, number=one.number), text_hash="", state="confirmed",
            drafted_by=reply.drafted_by, drafted_at=by.at, confirmed_by=reply.confirmed_by,
            confirmed_at=by.at, not_before=reply.not_before, companion_of=reply.id, heeded=True,
            corrects=one.corrects,
        )  # fmt: skip
        session.add(along)
        session.flush()
        parts.lay(session, along, one.posts)
        record(session, by, "confirmed", one.number, reply=along.id, hash=along.text_hash, along=reply.id)


def hold_back(session: Session, by: Hand, reply_id: int) -> None:
    """The answer was taken back before it left, and so are those that go along."""
    query = select(Reply).where(Reply.companion_of == reply_id, Reply.state == "confirmed")
    for along in session.exec(query.with_for_update()):
        along.state = "cancelled"
        record(session, by, "held_back", along.report_id, reply=along.id)


def of(session: Session, reply_id: int) -> list[int]:
    """The numbers of the answers that go along."""
    query = select(Reply.id).where(Reply.companion_of == reply_id, Reply.state == "confirmed")
    return [number for number in session.exec(query) if number is not None]


def _corrected(session: Session, reply: Reply) -> dict[int, int | None]:
    """The public answers to other reporters that a correction takes the place of, by report."""
    if reply.corrects is None:
        return {}
    query = select(Reply).where(Reply.companion_of == reply.corrects, Reply.state == "published")
    return {old.report_id: old.id for old in session.exec(query)}


def _posts(said: Sequence[str], number: int) -> tuple[str, ...]:
    return tuple(TICKET.format(text=text, number=number) for text in said)


def _reach(account: Account, other: Report) -> bool:
    """Channels let an account answer those who named it; from elsewhere a person answers them."""
    if other.channel != account.channel:
        return False
    return other.account_id == account.id or bool(
        account.platform_id and account.platform_id in other.mentions
    )
