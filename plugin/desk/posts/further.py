"""What citizens add to their cases, read as the first post is: a complaint behind a greeting, a danger told later.

Which further posts were read stands in their rows, so nothing is forgotten by a restart. A case stands apart only
while every word of it says nothing: thanks must not hide what was said seconds before. Thanks below our answer leave
the case as it stood (`waking`). A danger puts the case on top, of an incident the one that leads, and the rooms
concerned hear of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import Hand
from plugin.desk.handling import cases, waking
from plugin.desk.handling.cases import left_out, locked
from plugin.desk.sorting import proposals
from plugin.desk.sorting.proposals import URGENT, Judged, Message
from plugin.desk.triage import Verdict
from plugin.public.recorded import is_recorded
from plugin.store.tables import CaseProposal, Followup, Reply, Report
from plugin.store.tables.desk import UNHEARD

KIND_WORDS = frozenset({"terima_kasih", "salam"})
"""Further words of this kind ask for nothing."""
A_REPORT = "report"
"""`Followup.heard` where triage took it for one, or could not say."""


@dataclass(frozen=True, slots=True)
class LastWords:
    """The newest further post of a case: its id, by which is told what a person has read, and its words."""

    id: int
    text: str


def unheard(session: Session, most: int) -> list[Message]:
    """Further posts that triage has not read, the oldest first; those of a case only once it was judged itself."""
    query = (
        sa.select(col(Report.id), col(Followup.text), col(Followup.written_at), col(Followup.id))
        .join(Report, col(Report.id) == col(Followup.report_id))
        .outerjoin(CaseProposal, col(CaseProposal.report_id) == col(Report.id))
        .where(sa.text(UNHEARD), sa.not_(proposals.to_judge(session)))
        .order_by(col(Followup.id))
        .limit(most)
    )
    return [Message(n or 0, text, at, post or 0) for n, text, at, post in session.connection().execute(query)]


def hear_out(session: Session, judged: Sequence[Judged], now: datetime) -> tuple[int, list[int]]:
    """Note what these further posts were taken for, and let their cases stand where they belong: (how many
    posts were noted, which cases changed). What another process has noted meanwhile changes nothing.
    """
    reports = _locked(session, {one.message.number for one in judged})
    heard, changed = list[int](), set[int]()
    for one in judged:
        post, report = session.get_one(Followup, one.message.post), reports[one.message.number]
        lead = reports.get(report.joined_to or one.message.number)
        if post.heard or lead is None:  # joined since we looked: it is read with the next ones
            continue
        post.heard = _heard_as(one.verdict)
        heard.append(one.message.number)
        if one.verdict and one.verdict.is_report and post.gone_at is None:
            changed |= _heed(session, report, lead, one.verdict, one.message.at, now)
    session.flush()
    for number in sorted(set(heard)):
        if _stand(session, reports[number], now):
            changed.add(number)
    return len(heard), sorted(changed)


def last_words(session: Session, numbers: Collection[int]) -> Mapping[int, LastWords]:
    """The newest further post of each of these cases that has one."""
    newest = (
        sa.select(sa.func.max(Followup.id))
        .where(col(Followup.report_id).in_(numbers))
        .group_by(col(Followup.report_id))
    )
    query = sa.select(col(Followup.report_id), col(Followup.id), col(Followup.text)).where(
        col(Followup.id).in_(newest)
    )
    return {number: LastWords(n or 0, text) for number, n, text in session.connection().execute(query)}


def close_apart(
    session: Session, by: Hand, number: int, newest: int, zone: tzinfo
) -> Literal["closed", "decided", "more"]:
    """A person has read what stands apart, down to its further post `newest` (0: there was none): it is no report.

    `decided`: it stands apart no longer, and stays as it is. `more`: the citizen has written on since.
    """
    report = locked(session, number)
    words = last_words(session, [number]).get(number)
    if words is not None and words.id != newest and report.waits:
        return "more"
    if not report.aside or not report.waits or report.state != "new":
        return "decided"
    proposal = session.get(CaseProposal, number)
    note = proposal.category.replace("_", " ") if proposal else ""
    cases.close(session, by, number, "not_report", note, zone)
    return "closed"


def _locked(session: Session, numbers: set[int]) -> dict[int, Report]:
    """These reports and those that lead them, the smallest number first, as everybody locks them."""
    leads = select(Report.joined_to).where(col(Report.id).in_(numbers), col(Report.joined_to).is_not(None))
    every = numbers | {lead for lead in session.exec(leads) if lead is not None}
    return {number: locked(session, number) for number in sorted(every)}


def _heard_as(verdict: Verdict | None) -> str:
    return A_REPORT if verdict is None or verdict.is_report else verdict.category


def _heed(
    session: Session, report: Report, lead: Report, verdict: Verdict, at: datetime, now: datetime
) -> set[int]:
    """A further post complains of something, or tells of a danger: the cases for which that is new."""
    changed = set[int]()
    assert report.id is not None
    assert lead.id is not None
    own = _proposal(session, report.id, verdict, now)
    if not own.is_report:
        _say(own, verdict)
        changed.add(report.id)
    if verdict.urgent and lead.waits:
        _warn(session, lead, _proposal(session, lead.id, verdict, now), verdict, at, now)
        changed.add(lead.id)
    return changed


def _proposal(session: Session, number: int, verdict: Verdict, now: datetime) -> CaseProposal:
    found = session.get(CaseProposal, number)
    if found is None:  # so old that nobody judged it
        found = CaseProposal(report_id=number, is_report=False, category="", judged_at=now)
        _say(found, verdict)
        session.add(found)
        session.flush()
    return found


def _say(proposal: CaseProposal, verdict: Verdict) -> None:
    """What seemed to be none is a report, about what its further post says. Whose words told us so is not kept:
    a citizen who deletes a post need not be forgotten in two places."""
    proposal.is_report, proposal.category, proposal.kind = True, verdict.category, verdict.kind
    proposal.agencies, proposal.numbers = list(verdict.agencies), list(verdict.numbers)


def _warn(
    session: Session, lead: Report, proposal: CaseProposal, verdict: Verdict, at: datetime, now: datetime
) -> None:
    """Put it on top. The rooms hear of it, unless they have since our last answer and it stands on top still."""
    assert lead.id is not None
    out = sa.select(sa.func.max(Reply.published_at)).where(col(Reply.report_id) == lead.id)
    answered: datetime | None = session.connection().execute(out).scalar()
    known = proposal.urgent and lead.priority >= URGENT
    known &= proposal.told_at is None or answered is None or proposal.told_at > answered
    proposals.put_on_top(session, lead, now)
    if not known:
        proposal.urgent, proposal.numbers, proposal.judged_at = True, list(verdict.numbers), now
        proposal.told_at = proposals.told_already(at, now)


def _stand(session: Session, report: Report, now: datetime) -> bool:
    """As before it woke, apart, or among the others, as all its words together say; whether that is new."""
    if report.state == "reopened":
        return _only_kind(session, report, now)
    apart = _says_nothing(session, report)
    if report.aside == apart:
        return False
    report.aside = apart
    return True


def _only_kind(session: Session, report: Report, now: datetime) -> bool:
    """Whether the citizen has only thanked and greeted since waking it: nobody must act, and it stands as before."""
    assert report.id is not None
    entry = waking.last(session, report.id) if report.waits else None
    woken = waking.first_word(session, report, entry) if entry is not None else None
    if entry is None or woken is None:
        return False
    heard = _heard(session, report, woken)
    return bool(heard) and heard <= KIND_WORDS and waking.lay_down(session, report, entry, now)


def _says_nothing(session: Session, report: Report) -> bool:
    """Whether the citizen has only thanked and greeted, or gone on with what was no report from the beginning. Whom
    a person has heard out has said something."""
    assert report.id is not None
    if (
        report.state != "new"
        or not report.waits
        or is_recorded(report.channel)
        or left_out(session, report.id)
    ):
        return False
    proposal = session.get(CaseProposal, report.id)
    if proposal is None or proposal.is_report or proposal.brought_back:
        return False
    return _heard(session, report, 0) <= KIND_WORDS | {proposal.category}


def _heard(session: Session, report: Report, since: int) -> set[str]:
    """What the further posts were taken for, from that one on, as far as they are still public."""
    query = select(Followup.heard).where(
        Followup.report_id == report.id, col(Followup.id) >= since, col(Followup.gone_at).is_(None)
    )
    return set(session.exec(query.distinct()))
