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

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling.joins import UNDER_WAY, has_answer, joined
from plugin.desk.outgoing import calling_off, parts
from plugin.public.recorded import is_recorded
from plugin.store.tables import Account, Reply, ReplyPart, Report

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

    `why` says why it does not leave: account | uncalled (this account may not answer them), in_person (a person
    tells it them), too_long, found (the checks find in it what they do not find in the answer itself); "" where it
    does. Once confirmed it has a
    `state`; `refusal` says why it could not be taken back.
    """

    number: int
    handle: str
    target_post: str
    posts: tuple[str, ...]
    why: str = ""
    state: str = ""
    corrects: int | None = None
    refusal: str = ""

    @property
    def stands(self) -> bool:
        """Whether it stands in public, or may."""
        return self.state in ("published", "sending", "stopped", "unknown", "withdrawing")

    @property
    def goes(self) -> bool:
        return not self.why


def planned(session: Session, reply: Reply, mine: Sequence[ReplyPart]) -> list[Companion]:
    """The answers that would go along with these parts: to reporters who have none yet, or only the one that this
    corrects."""
    if reply.companion_of is not None:
        return []
    account, before = session.get_one(Account, reply.account_id), _corrected(session, reply)
    old, ids = _replaced(session, before), [one.id for one in before]
    said = [part.text for part in mine]
    return [
        Companion(
            number, other.author_handle, other.target_post,
            tuple(in_their_words(text, reply.report_id, number) for text in said),
            _unreached(account, other), corrects=old.get(number),
        )
        for other in joined(session, reply.report_id)
        if (number := other.id) is not None and other.author_id
        and (number in old or not has_answer(session, other, but=ids))
    ]  # fmt: skip


def sent(session: Session, reply_id: int) -> list[Companion]:
    """The answers that went along with this one, as they stand: the newest to each reporter."""
    return _as_they_stand(session, Reply.companion_of == reply_id)


def apart(session: Session, reply: Reply, along: Sequence[Companion]) -> list[Companion]:
    """What stands, or is on its way, to reporters of the incident to whom this draft does not go for that."""
    going = [one.number for one in along]
    others = Report.joined_to == reply.report_id, col(Report.id).not_in(going)
    return _as_they_stand(session, *others, col(Reply.state).in_(UNDER_WAY))


def _as_they_stand(session: Session, *which: sa.ColumnElement[bool] | bool) -> list[Companion]:
    query = select(Reply, Report).join(Report, col(Report.id) == Reply.report_id)
    rows = session.exec(query.where(*which).order_by(col(Reply.report_id), col(Reply.id)))
    newest = {report.id: (reply, report) for reply, report in rows}
    return [
        Companion(
            r.report_id, report.author_handle, r.target_post,
            tuple(part.text for part in parts.of(session, r.id)), state=r.state, refusal=r.refusal,
        )
        for r, report in newest.values()
    ]  # fmt: skip


def shown(reply: Reply, along: Sequence[Companion]) -> str:
    """What a preview shows, in one word: it changes when a reporter is added or leaves."""
    going = [(one.number, one.target_post) for one in along if one.goes]
    if not going:
        return reply.text_hash
    return hashlib.sha256(json.dumps([reply.text_hash, going]).encode()).hexdigest()


def still(session: Session, reply: Reply, along: Sequence[Companion]) -> bool:
    """Whether these are still the incident's reporters, and their posts the ones to answer."""
    mine = parts.of(session, reply.id)
    return [_whom(one) for one in planned(session, reply, mine)] == [_whom(one) for one in along]


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


def locked(session: Session, reply_id: int) -> Sequence[Reply]:
    """The rows of the answers that go along, ours until the transaction ends.

    They are asked for before anything is recorded: whoever marks one of them holds it and waits for the record.
    """
    query = select(Reply).where(Reply.companion_of == reply_id).order_by(col(Reply.id)).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).all()


def call_off(session: Session, by: Hand, along: Sequence[Reply]) -> None:
    """What goes along with an answer does so no longer. What stands there as a whole stays."""
    for one in along:
        calling_off.call_off(session, by, one)


def of(session: Session, reply_id: int) -> Sequence[Reply]:
    """The answers that go along, or went."""
    query = select(Reply).where(Reply.companion_of == reply_id)
    return session.exec(query.order_by(col(Reply.id))).all()


def _corrected(session: Session, reply: Reply) -> Sequence[Reply]:
    """What went along with the answer that this corrects. Confirming the correction calls off what is not out."""
    if reply.corrects is None:
        return ()
    return of(session, reply.corrects)


def _replaced(session: Session, before: Sequence[Reply]) -> dict[int, int]:
    """The public answers to other reporters that a correction takes the place of, by report.

    Where the one before never came out, it is still the one which that was to take the place of.
    """
    ids = {one.report_id: one.id if one.state == "published" else one.corrects for one in before}
    public = select(Reply.report_id, Reply.id).where(
        col(Reply.id).in_([number for number in ids.values() if number is not None]),
        Reply.state == "published",
    )
    return {report: number for report, number in session.exec(public) if number is not None}


def in_their_words(said: str, leading: int, number: int) -> str:
    """What the answer to report `leading` says, for another reporter: it names their report instead."""
    named = re.compile(NAMED.format(number=leading), re.IGNORECASE)
    text, places = named.subn(lambda match: f"{match['before']}{number}", said)
    return text if places else TICKET.format(text=said, number=number)


def _whom(one: Companion) -> tuple[int, str, int | None]:
    return one.number, one.target_post, one.corrects


def _unreached(account: Account, other: Report) -> str:
    """Why an answer does not go along: channels let an account answer those who named it, a person others."""
    if is_recorded(account.channel) or is_recorded(other.channel):
        return "in_person"
    named = account.platform_id and account.platform_id in other.mentions
    reached = other.channel == account.channel and (other.account_id == account.id or named)
    return "" if reached else "account"
