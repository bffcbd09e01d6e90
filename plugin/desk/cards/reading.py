"""Everything that belongs to a report, read at once for its card; what there is none of is not asked for.

A card is made anew with whatever happens to its report, in every place that shows it, and most reports have little
beside their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.desk.handling import orders, proofs
from plugin.desk.handling.holding import names
from plugin.desk.handling.joins import joined
from plugin.desk.handling.promises import of_report
from plugin.desk.measures.clocks import Told, told
from plugin.desk.measures.first_answers import ELSEWHERE
from plugin.desk.outgoing import answered
from plugin.desk.replying.replies import not_over
from plugin.desk.sorting import dangers
from plugin.limits import Limits
from plugin.store.prepared import Prepared
from plugin.store.tables import (
    AuditEntry,
    CaseProposal,
    Disposition,
    Followup,
    Photo,
    Promise,
    Proof,
    Reply,
    Report,
)

BESIDE: Mapping[str, Any] = {
    "followups": col(Followup.report_id),
    "dispositions": col(Disposition.report_id),
    "replies": col(Reply.report_id),
    "photos": col(Photo.report_id),
    "promises": col(Promise.report_id),
    "proofs": col(Proof.report_id),
    "others": col(Report.joined_to),
}
"""What may stand beside a report, and the column that names it there."""


def _there_is() -> Prepared:
    asked = {name: sa.exists().where(column == sa.bindparam("number")) for name, column in BESIDE.items()}
    entries = SQLModel.metadata.tables[str(AuditEntry.__tablename__)]
    mine = (entries.c.report_id == sa.bindparam("number")) & (entries.c.act == ELSEWHERE)
    asked["elsewhere"] = sa.exists().where(mine)
    return Prepared(sa.select(*(question.label(name) for name, question in asked.items())))


_THERE_IS = _there_is()


@dataclass(frozen=True, slots=True)
class Everything:
    """A report and what belongs to it, oldest first. `names`: the officials' by their ids.

    `tellings`: of a danger, the other reports that seem to tell of it.

    `published` are its public answers, `unfinished` those that may still need somebody, the newest first;
    `elsewhere` what is on record of answers that were none of ours; `photos_of_others` the number of photos of each
    report that was joined to it, most first.
    """

    report: Report
    proposal: CaseProposal | None
    tellings: Sequence[int]
    clocks: tuple[Told, ...]
    followups: Sequence[Followup]
    dispositions: Sequence[Disposition]
    published: Sequence[Reply]
    unfinished: Sequence[Reply]
    photos: Sequence[Photo]
    promises: Sequence[Promise]
    proofs: int
    others: Sequence[Report]
    photos_of_others: Sequence[tuple[int, int]]
    elsewhere: Sequence[AuditEntry]
    names: Mapping[int, str]


def everything(session: Session, limits: Limits, number: int, now: datetime) -> Everything:
    """What there is, all of it as of one moment. The report must be there."""
    report, proposal = session.get_one(Report, number), session.get(CaseProposal, number)
    [there] = _THERE_IS.rows(session, {"number": number})
    dispositions = orders.chain(session, number) if there.dispositions else ()
    published = _published(session, number) if there.replies else ()
    unfinished = not_over(session, number) if there.replies else ()
    people = {d.given_by for d in dispositions} | {d.received_by for d in dispositions if d.received_by}
    people |= {r.confirmed_by for r in published if r.confirmed_by}
    people |= {r.confirmed_by or r.drafted_by for r in unfinished}
    people |= {report.held_by} if report.held_by else set()
    return Everything(
        report=report,
        proposal=proposal,
        tellings=_tellings(session, report, proposal),
        clocks=told(session, limits, [number], now)[number],
        followups=_followups(session, number) if there.followups else (),
        dispositions=dispositions,
        published=published,
        unfinished=unfinished,
        photos=_photos(session, number) if there.photos else (),
        promises=of_report(session, number) if there.promises else (),
        proofs=len(proofs.of_report(session, number)) if there.proofs else 0,
        others=joined(session, number) if there.others else (),
        photos_of_others=_photos_of_others(session, number) if there.others else (),
        elsewhere=answered.found(session, number) if there.elsewhere else (),
        names=names(session, people) if people else {},
    )


def _tellings(session: Session, report: Report, proposal: CaseProposal | None) -> Sequence[int]:
    if proposal is None or not proposal.urgent or not report.waits:
        return ()
    return dangers.tellings(session, proposal.report_id, proposal)


def _followups(session: Session, number: int) -> Sequence[Followup]:
    return session.exec(select(Followup).where(Followup.report_id == number).order_by(col(Followup.id))).all()


def _published(session: Session, number: int) -> Sequence[Reply]:
    mine = select(Reply).where(Reply.report_id == number, Reply.state == "published")
    return session.exec(mine.order_by(col(Reply.id))).all()


def _photos(session: Session, number: int) -> Sequence[Photo]:
    return session.exec(select(Photo).where(Photo.report_id == number).order_by(col(Photo.id))).all()


def _photos_of_others(session: Session, number: int) -> Sequence[tuple[int, int]]:
    count = sa.func.count(col(Photo.id))
    query = select(Photo.report_id, count).join(Report, col(Report.id) == Photo.report_id)
    rows = session.exec(
        query.where(Report.joined_to == number, Photo.state == "stored")
        .group_by(col(Photo.report_id))
        .order_by(count.desc(), col(Photo.report_id))
    )
    return [(report, photos) for report, photos in rows]
