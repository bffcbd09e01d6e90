"""What triage learns from people: phrases they teach, and which of its reasons led to the agency they chose.

Each lesson is on record and can be undone; the next report is judged by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.desk.audit import Hand, record
from plugin.desk.triage import Entry, Lessons, Score, read_entries
from plugin.desk.triage.lessons import ENOUGH, said
from plugin.desk.triage.opinion import Decision
from plugin.store import revisions
from plugin.store.store import insert
from plugin.store.tables import CaseProposal, Lesson, PhraseScore, Report

NAME = "lexicon"
WEIGHT = 12.0
"""A phrase that people taught outweighs those of the lists."""
LONGEST, MOST_WORDS = 60, 6


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson as it is listed."""

    number: int
    phrase: str
    agency: str
    off: bool
    at: datetime
    taught_by: int | None


def revision(session: Session) -> int:
    """How often the lessons have changed."""
    return revisions.read(session, NAME)


def lessons(session: Session) -> Lessons:
    """All that counts now."""
    rows = session.exec(select(Lesson).where(col(Lesson.undone_at).is_(None)).order_by(col(Lesson.id))).all()
    doubted = session.exec(select(PhraseScore).where(col(PhraseScore.wrong) >= ENOUGH)).all()
    return Lessons(
        tuple(Entry(r.phrase, r.weight, (r.agency, r.category)) for r in rows if r.weight > 0),
        tuple((r.agency, r.phrase) for r in rows if r.weight <= 0),
        tuple(Score(s.phrase, s.agency, s.right, s.wrong) for s in doubted),
    )


def fit(phrase: str) -> str:
    """The phrase as it can be taught, or "" when it says too little or too much."""
    phrase = said(phrase)
    words = phrase.replace("+", " ").split()
    if len(phrase) > LONGEST or not 0 < len(words) <= MOST_WORDS or not all(phrase.split(" + ")):
        return ""
    return phrase if len("".join(words)) >= 3 else ""  # "pju" is the shortest that means something


def teach(
    session: Session, by: Hand, phrase: str, agency: str, *, category: str = "", weight: float = WEIGHT
) -> int:
    """Teach that a phrase points to an agency (without weight: no longer), on record; the lesson's number."""
    for former in session.exec(
        select(Lesson).where(
            Lesson.agency == agency, Lesson.phrase == phrase, col(Lesson.undone_at).is_(None)
        )
    ):
        if former.weight == weight and former.id is not None:
            return former.id
        former.undone_at, former.undone_by = by.at, by.official_id
    lesson = Lesson(
        phrase=phrase,
        agency=agency,
        category=category or usual_category(agency),
        weight=weight,
        taught_by=by.official_id,
        taught_at=by.at,
    )
    session.add(lesson)
    session.flush()
    assert lesson.id is not None
    record(session, by, "taught", lesson=lesson.id, phrase=phrase, agency=agency, weight=weight)
    revisions.bump(session, NAME)
    return lesson.id


def undo(session: Session, by: Hand, number: int) -> Lesson | None:
    """Take a lesson back, on record; None when there is none or it was undone already."""
    lesson = session.exec(select(Lesson).where(Lesson.id == number).with_for_update()).first()
    if lesson is None or lesson.undone_at is not None:
        return None
    lesson.undone_at, lesson.undone_by = by.at, by.official_id
    record(session, by, "untaught", lesson=number, phrase=lesson.phrase, agency=lesson.agency)
    revisions.bump(session, NAME)
    return lesson


def lesson(session: Session, number: int) -> Lesson | None:
    """The lesson with that number."""
    return session.get(Lesson, number)


def listed(
    session: Session, agencies: Sequence[str] | None, *, limit: int, offset: int = 0
) -> tuple[int, list[Taught]]:
    """(how many lessons count, a page of them, the newest first), all or those of some agencies."""
    conditions = [col(Lesson.undone_at).is_(None)]
    if agencies is not None:
        conditions.append(col(Lesson.agency).in_(agencies))
    total = session.exec(select(sa.func.count()).select_from(Lesson).where(*conditions)).one()
    rows = session.exec(
        select(Lesson).where(*conditions).order_by(col(Lesson.id).desc()).limit(limit).offset(offset)
    )
    return total, [
        Taught(r.id or 0, r.phrase, r.agency, r.weight <= 0, r.taught_at, r.taught_by) for r in rows
    ]


def decided(session: Session, number: int, agency: str) -> None:
    """A person has handed the report to that agency: count whether our reasons had led there."""
    proposal = session.get(CaseProposal, number)
    if proposal is None:
        return
    first, before = next(iter(proposal.agencies), ""), proposal.decided
    proposal.decided = agency
    if not first or before:
        return
    for shown in proposal.why:
        if shown.startswith("#"):
            continue  # the second opinion's, which is measured otherwise
        _count(session, shown.replace(" … ", " + ")[:120], first, right=first == agency)


def decisions(session: Session, most: int) -> list[Decision]:
    """The newest reports that a person handed to an agency, the oldest of them first."""
    query = (
        sa.select(col(Report.text), col(CaseProposal.decided))
        .join(Report, col(Report.id) == col(CaseProposal.report_id))
        .where(col(CaseProposal.decided) != sa.literal_column("''"), col(Report.gone_at).is_(None))
        .order_by(col(CaseProposal.report_id).desc())
        .limit(most)
    )
    return [Decision(text, agency) for text, agency in session.connection().execute(query)][::-1]


@cache
def usual_category(agency: str) -> str:
    """The category that most of an agency's phrases are about."""
    if agency.startswith("KEC_"):
        return "layanan_kecamatan"
    found = Counter(e.about[1] for e in read_entries() if e.about[0] == agency)
    return found.most_common(1)[0][0] if found else "pemerintahan_umum"


@cache
def categories() -> frozenset[str]:
    """Every category that the lists know."""
    return frozenset(e.about[1] for e in read_entries())


def _count(session: Session, phrase: str, agency: str, *, right: bool) -> None:
    key = {"phrase": phrase, "agency": agency}
    new = insert(session, PhraseScore).values(**key, right=int(right), wrong=int(not right))
    again = {"right": PhraseScore.right + int(right), "wrong": PhraseScore.wrong + int(not right)}
    session.connection().execute(new.on_conflict_do_update(index_elements=["phrase", "agency"], set_=again))
    score = session.get_one(PhraseScore, (phrase, agency), populate_existing=True)
    if not right and score.wrong % ENOUGH == 0:
        revisions.bump(session, NAME)
