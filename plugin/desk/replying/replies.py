"""A public answer up to the moment it may leave: confirmed once, held back, sent again, or thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.handling.joins import lock_incident
from plugin.desk.outgoing import parts
from plugin.desk.replying import approvals, companions
from plugin.desk.replying.companions import Companion
from plugin.public.approvals import Approvals
from plugin.public.port import PublicChannel
from plugin.public.recorded import is_recorded
from plugin.registry.persons import name_of
from plugin.store.tables import Account, Reply, Report
from plugin.terms import Terms
from plugin.wording import Decide, Press, Refusal, Say, UserError

SENDABLE = ("drafted", "asking", "approved")
"""Whoever may send can, or asks a second person by that."""
DISCARDABLE = ("drafted", "asking", "approved", "returned", "manual", "refused", "waiting")
PERHAPS = "perhaps"
"""Why an answer that waits for its account cannot be thrown away: some of it stands, or may have arrived."""
NOT_OUT = "not_out"
"""Why an answer counts as not sent though it was tried: somebody has looked, and it is not there."""
IN_FLIGHT = ("confirmed", "sending", "waiting", "unknown", "stopped")
NOT_OVER = ("asking", "approved", "returned", "refused", "withdrawing", *IN_FLIGHT)
"""States in which somebody may still have to do something, however far above its card is."""


@dataclass(frozen=True)
class EmptyReply(Refusal):
    """There is nothing to say in it."""

    number: int


@dataclass(frozen=True)
class NothingToAnswer(Refusal):
    """Nothing that the citizen wrote is public any more."""

    number: int


@dataclass(frozen=True)
class NoAccount(Refusal):
    """The agency has no account on the channel where the citizen wrote."""

    number: int
    agency: str
    channel: str


@dataclass(frozen=True)
class AlreadyTaken(Refusal):
    """Somebody was first: with this very draft, or with another answer to the same post. `told`: to the citizen, in
    person."""

    number: int
    reply_id: int
    who: str
    at: datetime | None
    state: str
    told: bool

    def presses(self) -> Mapping[str, Press]:
        return {
            "see": Decide("lihat-tanggapan", {"reply": self.reply_id}),
            "open": Say(f"/laporan {self.number}"),
            "anew": Say(f"/tanggapi {self.number}"),
        }


@dataclass(frozen=True)
class SameText(Refusal):
    """A correction must say something else."""

    number: int


@dataclass(frozen=True)
class NotPublic(Refusal):
    """There is no public answer to take back or to put right (any more)."""

    number: int


@dataclass(frozen=True)
class ToldInPerson(Refusal):
    """A person has told it the citizen: it cannot be taken back from here."""

    number: int


@dataclass(frozen=True)
class TooLate(Refusal):
    """It cannot be held back any more: it is on its way, or out."""

    number: int
    state: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class DraftChanged(Refusal):
    """What the button confirms is not what the draft says now."""

    number: int


def effective_mode(account: Account, channel: PublicChannel | None, permitted: Approvals) -> str:
    """How answers leave: `told` by a person, or `api` only with tokens and, where the channel's terms ask for it, an
    approval."""
    if is_recorded(account.channel):
        return "told"
    if channel is None:
        return "off"
    has_tokens = bool(account.tokens) or not channel.can.needs_tokens
    if account.mode == "api" and has_tokens and permitted.allow(channel):
        return "api"
    return "manual" if channel.can.composer and account.mode in ("api", "manual") else "off"


def confirm(
    session: Session,
    by: Hand,
    reply_id: int,
    shown: str,
    terms: Terms,
    along: Sequence[Companion] = (),
    *,
    flagged: bool = False,
) -> Reply:
    """Confirm exactly what was shown, once; whoever comes second hears who was first.

    It leaves when the terms' window is over; until then it can be held back. Where a second person must agree
    first, it is they who are asked instead (`asking`). `along`: what the preview said of the incident's other
    reporters. `flagged`: the checks want a second person. Does it correct another, that one reaches nobody any more
    whom it has not reached.
    """
    reply = _with_its_report(session, reply_id)
    if reply.state not in SENDABLE:
        raise UserError(taken(session, reply))
    before = companions.locked(session, reply.corrects) if reply.corrects is not None else ()
    if companions.shown(reply, along) != shown or not companions.still(session, reply, along):
        raise UserError(DraftChanged(reply.report_id))
    _refuse_rivalry(session, reply)
    why = approvals.needed(session, reply, terms, by.at, flagged=flagged)
    if why and not approvals.seen_by_two(session, reply, by, terms):
        approvals.ask(session, by, reply, why)
        return reply
    reply.state, reply.confirmed_by, reply.confirmed_at = "confirmed", by.official_id, by.at
    reply.not_before = by.at + terms.window if terms.window else None
    record(session, by, "confirmed", reply.report_id, reply=reply_id, hash=shown, account=reply.account_id)
    companions.call_off(session, by, before)
    companions.confirm(session, by, reply, along)
    return reply


def hold_back(session: Session, by: Hand, reply_id: int) -> None:
    """Take Kirim back before the answer leaves; the draft is as it was before, and nobody else gets it any more."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state in ("drafted", "approved"):
        return
    if reply.state != "confirmed":
        raise UserError(TooLate(reply.report_id, reply.state))
    along = companions.locked(session, reply_id)
    reply.state = "approved" if reply.approved_at else "drafted"
    reply.confirmed_by = reply.confirmed_at = reply.not_before = None
    record(session, by, "held_back", reply.report_id, reply=reply_id)
    companions.call_off(session, by, along)


def attribute(session: Session, by: Hand, reply_id: int) -> None:
    """Note who posted an answer by hand, once it was found in public."""
    reply = parts.locked_reply(session, reply_id)
    if reply.confirmed_by is None:
        reply.confirmed_by, reply.confirmed_at = by.official_id, by.at
        record(session, by, "posted_by_hand", reply.report_id, reply=reply_id, hash=reply.text_hash)


def send_again(session: Session, by: Hand, reply_id: int, terms: Terms, *, flagged: bool = False) -> None:
    """A person decides to try once more, or to go on with the rest, with a fresh count of tries.

    It is looked up first: what was refused somebody may have posted by hand meanwhile. While it stood still another
    answer may have gone to the same post; then this one stays, and the presser hears who was first. Where a second
    person must agree (`flagged` as at `confirm`), and nobody does any more, it is they who press.
    """
    reply = _with_its_report(session, reply_id)
    mine = parts.of(session, reply_id)
    part = parts.upcoming(mine)
    unwanted = reply.withdrawn_by is not None or any(one.gone_at for one in mine)
    if reply.state not in ("unknown", "refused", "stopped") or part is None or unwanted:
        raise UserError(taken(session, reply))
    _refuse_rivalry(session, reply)
    approvals.check_again(session, reply, by, terms, flagged=flagged)
    part.begun = True
    reply.state, reply.tries, reply.refusal = "sending", 0, ""
    reply.lease_until = reply.not_before = None
    reply.confirmed_by, reply.confirmed_at = by.official_id, by.at
    record(session, by, "sent_again", reply.report_id, reply=reply_id, hash=reply.text_hash)


def doubtful(reply: Reply) -> bool:
    """Whether only a person can say what became of it: it may be out, and nothing more happens by itself for now."""
    return reply.state == "unknown" or (reply.state, reply.refusal) == ("waiting", PERHAPS)


def give_up(session: Session, by: Hand, reply_id: int) -> None:
    """A person has looked and nothing of it is there: it counts as not sent, and keeps nobody from answering.

    Of what stands in part, that part is withdrawn instead; what was called off is over with that.
    """
    reply = parts.locked_reply(session, reply_id)
    if reply.refusal == NOT_OUT:
        return
    if not doubtful(reply) or parts.standing(parts.of(session, reply_id)):
        raise UserError(taken(session, reply))
    reply.state = "refused" if reply.withdrawn_by is None else "cancelled"
    reply.refusal, reply.not_before = NOT_OUT, None
    record(session, by, "given_up", reply.report_id, reply=reply_id, hash=reply.text_hash)


def cancel(session: Session, by: Hand, reply_id: int) -> Reply:
    """Throw a draft away, and what was to go along with it; too late once it was confirmed and can leave."""
    reply = parts.locked_reply(session, reply_id)
    if reply.state == "cancelled":
        return reply
    if reply.state not in DISCARDABLE or (reply.state, reply.refusal) == ("waiting", PERHAPS):
        raise UserError(taken(session, reply))
    along = companions.locked(session, reply_id)
    reply.state = "cancelled"
    record(session, by, "cancelled", reply.report_id, reply=reply_id)
    companions.call_off(session, by, along)
    return reply


def not_over(session: Session, report_id: int) -> Sequence[Reply]:
    """The report's answers that may still need somebody, the newest first.

    Of drafts only the newest, and only where nothing else is there: else two people write the same answer.
    """
    mine = select(Reply).where(Reply.report_id == report_id).order_by(col(Reply.id).desc())
    found = session.exec(mine.where(col(Reply.state).in_(NOT_OVER))).all()
    if found or not session.get_one(Report, report_id).waits:
        return found
    return session.exec(
        mine.where(Reply.state == "drafted", col(Reply.companion_of).is_(None)).limit(1)
    ).all()


def taken(session: Session, reply: Reply) -> AlreadyTaken:
    """What somebody hears who came too late for this answer, or because of it."""
    assert reply.id is not None
    who = name_of(session, reply.confirmed_by)
    told = is_recorded(session.get_one(Account, reply.account_id).channel)
    return AlreadyTaken(reply.report_id, reply.id, who, reply.confirmed_at, reply.state, told)


def _with_its_report(session: Session, reply_id: int) -> Reply:
    """The answer, ours together with its incident: nobody else decides on an answer to these citizens meanwhile."""
    lock_incident(session, session.get_one(Reply, reply_id).report_id)
    return parts.locked_reply(session, reply_id)


def _refuse_rivalry(session: Session, reply: Reply) -> None:
    """Raise AlreadyTaken where another answer to the same post is on its way, or went out since this was drafted."""
    others = session.exec(
        select(Reply).where(
            Reply.report_id == reply.report_id, Reply.target_post == reply.target_post, Reply.id != reply.id
        )
    ).all()
    for other in others:
        if other.id == reply.corrects:
            continue
        late = other.published_at is not None and other.published_at >= reply.drafted_at
        if other.state in IN_FLIGHT or (other.state == "published" and late):
            raise UserError(taken(session, other))
