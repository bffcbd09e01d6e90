"""What the checks say of a draft, and that somebody went ahead all the same: asked at every showing and at Kirim.

On record are kinds and levels, never the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.outgoing import parts
from plugin.desk.replying import approvals, drafts, enclosures, replies
from plugin.desk.replying.companions import Companion
from plugin.findings import BLOCK, NOTE, Check, Finding, Swap, gravest_first, heaviest
from plugin.public.recorded import is_recorded, is_told_alone
from plugin.store.tables import Account, Reply, ReplyPicture
from plugin.terms import Terms
from plugin.wording import UserError

MOST_PROPOSALS = 3
LATELY = timedelta(days=7)
MOST = 300
"""The newest replies of other agencies that one is held against."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks say of a text, as a card shows it.

    `proposals`: better wordings, each with a button. `doubtful`: whoever sends is asked a second time. `never`:
    it is not sent at all.
    """

    findings: tuple[Finding, ...]
    pieces: tuple[tuple[str, bool], ...]
    proposals: tuple[Swap, ...]
    doubtful: bool
    never: bool


def examine(
    reply: Reply,
    channel: str,
    pictures: Sequence[ReplyPicture],
    others: Sequence[str],
    check: Check,
    terms: Terms,
    now: datetime,
) -> tuple[Finding, ...]:
    """What is to be said of exactly this text and these pictures on this channel now. `others`: see `said_lately`."""
    found = check(
        reply.text,
        campaign=terms.campaign(now),
        number=reply.report_id,
        numbered=terms.numbered,
        others=others,
        alone=is_told_alone(channel),
    )
    described = _described(pictures, check, campaign=terms.campaign(now))
    return (*found, *enclosures.findings(pictures), *described)


def _described(pictures: Sequence[ReplyPicture], check: Check, *, campaign: bool) -> Iterator[Finding]:
    """What the checks say of what each photo is said to show, which becomes as public as the text.

    Better words are proposed for the text alone, and no channel makes links of a description.
    """
    for place, picture in enumerate(pictures, 1):
        for found in check(picture.alt, campaign=campaign) if picture.alt else ():
            if found.kind != "link":
                yield replace(found, start=0, end=0, swap=None, photo=place)


def examined(text: str, findings: Sequence[Finding], terms: Terms) -> Examined:
    """What a card shows of them, the gravest first."""
    found = gravest_first(findings)
    swaps = dict.fromkeys(f.swap for f in found if f.swap)
    never = terms.blocked == "never" and blocked(found)
    return Examined(tuple(found), pieces(text, found), tuple(swaps)[:MOST_PROPOSALS], doubtful(found), never)


def pieces(text: str, findings: Iterable[Finding]) -> tuple[tuple[str, bool], ...]:
    """The text in stretches: what was found in it (True), and what stands between."""
    made, at = list[tuple[str, bool]](), 0
    for start, end in sorted(f.span for f in findings if 0 < f.end - f.start < len(text)):
        if end > at:
            made += [(text[at : max(at, start)], False), (text[max(at, start) : end], True)]
            at = end
    return tuple((words, marked) for words, marked in [*made, (text[at:], False)] if words)


def said_lately(session: Session, account: Account, now: datetime) -> Sequence[str]:
    """What other agencies' accounts on the same channel have published in the last days, the newest first. What
    persons tell callers is held against nobody's words: no channel takes it for spam."""
    if is_recorded(account.channel):
        return ()
    return session.exec(
        select(Reply.text)
        .join(Account, col(Account.id) == col(Reply.account_id))
        .where(
            col(Reply.published_at) >= now - LATELY,
            Account.channel == account.channel,
            Account.agency_id != account.agency_id,
        )
        .order_by(col(Reply.published_at).desc())
        .limit(MOST)
    ).all()


def doubtful(findings: Iterable[Finding]) -> bool:
    """Whether whoever sends it is asked a second time."""
    return heaviest(findings) not in ("", NOTE)


def blocked(findings: Iterable[Finding]) -> bool:
    """Whether its author alone may not send it."""
    return heaviest(findings) == BLOCK


def told(findings: Iterable[Finding]) -> list[str]:
    """Kinds and levels, as they stand on record."""
    return sorted({f"{f.kind}:{f.level}" for f in findings})


def confirm(
    session: Session,
    by: Hand,
    reply_id: int,
    shown: str,
    terms: Terms,
    findings: Sequence[Finding],
    along: Sequence[Companion] = (),
) -> Reply:
    """Confirm what was shown, in spite of what was found in it, which goes on record."""
    reply = replies.confirm(session, by, reply_id, shown, terms, along, flagged=blocked(findings))
    if doubtful(findings):
        record(session, by, "went_ahead", reply.report_id, reply=reply_id, found=told(findings))
    return reply


def agree(
    session: Session,
    by: Hand,
    reply_id: int,
    shown: str,
    findings: Sequence[Finding],
    why: Sequence[str],
    along: Sequence[Companion] = (),
) -> Reply:
    """Somebody other than its author has read what a person is to tell the citizen: agreed to by that, not told."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state not in replies.SENDABLE:
        raise UserError(replies.taken(session, reply))
    approvals.ask(session, by, reply, tuple(why))
    approvals.approve(session, by, reply_id, shown, along)
    if doubtful(findings):
        record(session, by, "went_ahead", reply.report_id, reply=reply_id, found=told(findings))
    return reply


def is_flagged(session: Session, reply_id: int, check: Check, terms: Terms, now: datetime) -> bool:
    """Whether the checks want a second person for the answer as it stands."""
    reply = session.get_one(Reply, reply_id)
    account = session.get_one(Account, reply.account_id)
    others = said_lately(session, account, now)
    return blocked(examine(reply, account.channel, enclosures.of(session, reply), others, check, terms, now))


def go_ahead(session: Session, by: Hand, reply_id: int, terms: Terms, findings: Sequence[Finding]) -> bool:
    """Whether somebody may post it by hand now, in spite of what was found in it, which goes on record.

    Where a second person must agree first, it is they who are asked instead (`asking`), as at Kirim.
    """
    reply = parts.locked_reply(session, reply_id)
    if reply.state not in replies.SENDABLE:
        raise UserError(replies.DraftChanged(reply.report_id))
    if doubtful(findings):
        record(session, by, "went_ahead", reply.report_id, reply=reply_id, found=told(findings))
    why = approvals.needed(session, reply, terms, by.at, flagged=blocked(findings))
    if why and not approvals.seen_by_two(session, reply, by, terms):
        approvals.ask(session, by, reply, why)
        return False
    return True


def reword(
    session: Session, by: Hand, reply_id: int, text: str, taken: Sequence[Finding], origin: str
) -> int:
    """A new draft with the better words in it, in place of this one; returns its number."""
    before = session.get_one(Reply, reply_id)
    made = drafts.draft(
        session, by, before.report_id, before.account_id, text, origin, corrects=before.corrects
    )
    enclosures.carry(session, reply_id, made)
    if made != reply_id and before.state != "cancelled":
        record(session, by, "reworded", before.report_id, reply=made, before=reply_id, found=told(taken))
        replies.cancel(session, by, reply_id)
    return made
