"""One answer reaches every reporter of an incident: each gets a public answer of their own, once.

Channels forbid to post the same words again and again, so each says which report it belongs to. They are shown
before anybody confirms, and are replies like any other from then on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.desk import parts
from plugin.desk.audit import Hand, record
from plugin.desk.joins import has_answer, joined
from plugin.store.tables import Account, Reply, Report

TICKET = "{text} #{number}"
"""What makes the words differ from one reporter to the next: the number by which the citizen can ask."""
NAMED = (
    r"(?P<before>#|\b(?:laporan|lapuran|aduan|pesan|pesen)\s+(?:(?:nomor|nomer|no\.?)\s*)?#?)"
    r"{number}(?!\d|[.,]\d)"
)
"""How an answer names its report: there the other reporter's number takes its place."""


@dataclass(frozen=True, slots=True)
class Companion:
    """What another reporter of the incident is to be told, post by post.

    `why` says why it does not leave: account | uncalled (this account may not answer them), too_long, found
    (the checks find in it what they do not find in the answer itself); "" where it does.
    """

    number: int
    handle: str
    target_post: str
    posts: tuple[str, ...]
    why: str = ""
    state: str = ""
    corrects: int | None = None

    @property
    def goes(self) -> bool:
        return not self.why


def planned(session: Session, reply: Reply) -> list[Companion]:
    """The answers that would go along: to reporters who have none yet, or only the one that this corrects."""
    if reply.companion_of is not None:
        return []
    account, old = session.get_one(Account, reply.account_id), _corrected(session, reply)
    said = [part.text for part in parts.of(session, reply.id)]
    return [
        Companion(
            number, other.author_handle, other.target_post,
            tuple(in_their_words(text, reply.report_id, number) for text in said),
            "" if _reach(account, other) else "account", corrects=old.get(number),
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
            tuple(part.text for part in parts.of(session, r.id)), state=r.state,
        )
        for r, report in rows
    ]  # fmt: skip


def shown(reply: Reply, along: Sequence[Companion]) -> str:
    """What a preview shows, in one word: it changes when a reporter is added or leaves."""
    going = [(one.number, one.target_post) for one in along if one.goes]
    if not going:
        return reply.text_hash
    return hashlib.sha256(json.dumps([reply.text_hash, going]).encode()).hexdigest()


def still(session: Session, reply: Reply, along: Sequence[Companion]) -> bool:
    """Whether these are still the incident's reporters, and their posts the ones to answer."""
    return [_whom(one) for one in planned(session, reply)] == [_whom(one) for one in along]


def confirm(session: Session, by: Hand, reply: Reply, along: Sequence[Companion]) -> None:
    """The answer was confirmed as shown, and so are those that go along."""
    for one in along:
        if not one.goes:
            continue
        row = Reply(
            report_id=one.number, account_id=reply.account_id, target_post=one.target_post,
            text=in_their_words(reply.text, reply.report_id, one.number), text_hash="", state="confirmed",
            drafted_by=reply.drafted_by, drafted_at=by.at, confirmed_by=reply.confirmed_by,
            confirmed_at=by.at, not_before=reply.not_before, companion_of=reply.id, heeded=True,
            corrects=one.corrects,
        )  # fmt: skip
        session.add(row)
        session.flush()
        parts.lay(session, row, one.posts)
        record(session, by, "confirmed", one.number, reply=row.id, hash=row.text_hash, along=reply.id)


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


def in_their_words(said: str, leading: int, number: int) -> str:
    """What the answer to report `leading` says, for another reporter: it names their report instead."""
    named = re.compile(NAMED.format(number=leading), re.IGNORECASE)
    text, places = named.subn(lambda match: f"{match['before']}{number}", said)
    return text if places else TICKET.format(text=said, number=number)


def _whom(one: Companion) -> tuple[int, str, int | None]:
    return one.number, one.target_post, one.corrects


def _reach(account: Account, other: Report) -> bool:
    """Channels let an account answer those who named it; from elsewhere a person answers them."""
    if other.channel != account.channel:
        return False
    return other.account_id == account.id or bool(
        account.platform_id and account.platform_id in other.mentions
    )
