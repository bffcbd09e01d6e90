"""Everything that belongs to an answer, read at once for its card, in whatever state it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from plugin.chat.context import Services
from plugin.desk.accounts import costs
from plugin.desk.accounts.connected import is_lost
from plugin.desk.handling.holding import names
from plugin.desk.outgoing import parts
from plugin.desk.replying import approvals, companions, enclosures
from plugin.desk.replying.companions import Companion
from plugin.desk.replying.fellows import BEFORE, Fellows, fellows
from plugin.desk.replying.guard import blocked, examine, said_lately
from plugin.findings import Finding
from plugin.store.tables import Account, Followup, Reply, ReplyPart, ReplyPicture, Report

CHECKED = (*BEFORE, "refused")
"""While it may still be changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what belongs to it. `asked`: the citizen's last words, as long as it has not left.

    `needs`: why a second person must agree yet; `found`: what the checks say; `corrected`: another has taken its
    place. `capped`: the month's money does not reach for it; `lost`: its account lost its connection.
    """

    reply: Reply
    report: Report
    account: Account
    names: Mapping[int, str]
    asked: str
    needs: tuple[str, ...]
    found: tuple[Finding, ...]
    corrected: bool
    parts: Sequence[ReplyPart]
    pictures: Sequence[ReplyPicture]
    fellows: Fellows
    apart: Sequence[Companion]
    capped: bool
    lost: bool

    def name(self, official_id: int | None) -> str:
        """What an official is called; "" for nobody."""
        return self.names.get(official_id or 0, "")


def answer(session: Session, services: Services, reply_id: int) -> Answer:
    """What there is, all of it as of one moment. The answer must be there."""
    reply = session.get_one(Reply, reply_id)
    report, account = session.get_one(Report, reply.report_id), session.get_one(Account, reply.account_id)
    lately = said_lately(session, account, services.clock()) if reply.state in CHECKED else ()
    pictures, mine = enclosures.of(session, reply), parts.of(session, reply_id)
    found = _found(services, reply, account.channel, pictures, lately)
    along = fellows(session, reply, mine, lately)
    return Answer(
        reply=reply,
        report=report,
        account=account,
        names=_names(session, reply),
        asked=_asked(session, report) if reply.state in BEFORE else "",
        needs=_needs(session, services, reply, found),
        found=found,
        corrected=_is_corrected(session, reply),
        parts=mine,
        pictures=pictures,
        fellows=along,
        apart=companions.apart(session, reply, along.along) if reply.state in BEFORE else (),
        capped=_is_capped(session, services, account, mine),
        lost=account.id is not None and is_lost(session, account.id),
    )


def _names(session: Session, reply: Reply) -> Mapping[int, str]:
    people = (reply.drafted_by, reply.approved_by, reply.returned_by, reply.confirmed_by, reply.withdrawn_by)
    return names(session, {one for one in people if one is not None})


def _found(
    services: Services, reply: Reply, channel: str, pictures: Sequence[ReplyPicture], lately: Sequence[str]
) -> tuple[Finding, ...]:
    if reply.state not in CHECKED:
        return ()
    return examine(reply, channel, pictures, lately, services.check, services.terms, services.clock())


def _needs(session: Session, services: Services, reply: Reply, found: Sequence[Finding]) -> tuple[str, ...]:
    now, terms = services.clock(), services.terms
    if reply.state == "drafted" or approvals.lapsed(reply, terms, now):
        return approvals.needed(session, reply, terms, now, flagged=blocked(found))
    return tuple(reply.needs) if reply.state == "asking" else ()


def _asked(session: Session, report: Report) -> str:
    """The citizen's last words that are still public: whoever sends an answer sees what it answers."""
    further = select(Followup.text).where(Followup.report_id == report.id, Followup.text != "")
    return session.exec(further.order_by(col(Followup.id).desc()).limit(1)).first() or report.text


def _is_corrected(session: Session, reply: Reply) -> bool:
    if not reply.state.startswith("withdraw"):
        return False
    better = select(Reply.id).where(Reply.corrects == reply.id, Reply.state == "published")
    return session.exec(better).first() is not None


def _is_capped(session: Session, services: Services, account: Account, mine: Sequence[ReplyPart]) -> bool:
    channel, now = services.channels.get(account.channel), services.clock()
    if channel is None or not channel.can.prices:
        return False
    kinds = [costs.answer_kind(channel, part.text, now) for part in mine if part.post_id is None]
    price = sum(costs.price(channel.can.prices, kind, now.date()) for kind in kinds)
    return price > 0 and not services.budget.fits(session, account.channel, price, now)
