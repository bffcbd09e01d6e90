"""How an agency words its answers: the nearest agency upwards that has words of its own, else the original.

Every change is a row that stays, with who and when; going back and undoing are changes like any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from plugin.desk.answers.book import Book
from plugin.desk.answers.grammar import needed
from plugin.desk.answers.kinds import Slot
from plugin.desk.audit import Hand, record
from plugin.registry.paths import way_to
from plugin.registry.persons import name_of
from plugin.store.tables import Agency, AnswerText, Official
from plugin.wording import Press, Refusal, Say, UserError


@dataclass(frozen=True, slots=True)
class Worded:
    """The words of a slot as they hold somewhere. `agency_id` says whose they are, None for the original.

    `row` is the change that holds at the asking agency itself, 0 where it never changed anything.
    """

    slot: Slot
    text: str
    agency_id: int | None = None
    row: int = 0
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class ChangedMeanwhile(Refusal):
    """Somebody else has changed these words since they were shown."""

    name: str
    topic: str
    language: str
    who: str

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/jawaban {self.name} {self.topic}".strip())}


def held(session: Session, book: Book, agency_id: int) -> dict[Slot, Worded]:
    """Every wording as it holds for an agency."""
    way = way_to(session, agency_id)
    found = {slot: Worded(slot, text) for slot, text in book.originals.items()}
    for row, who in _newest(session, way[::-1]):
        slot = Slot(row.name, row.category, row.language)
        own = (row.id or 0) if row.agency_id == agency_id else 0
        if row.text:
            found[slot] = Worded(slot, row.text, row.agency_id, own, who, row.set_at)
        elif own and slot in found:
            before = found[slot]
            found[slot] = Worded(slot, before.text, before.agency_id, own, before.by, before.at)
    return found


def choose(session: Session, book: Book, agency_id: int, slot: Slot, without: str = "") -> Worded | None:
    """The wording that fits best: own words of the agency or above, in this language, for this category; before
    others one that does not need the value `without`."""
    found = held(session, book, agency_id)
    fit = [found[one] for one in book.candidates(slot) if one in found]
    return next((one for one in fit if without not in needed(one.text)), next(iter(fit), None))


def change(session: Session, by: Hand, agency_id: int, slot: Slot, text: str, seen: int) -> int:
    """Let an agency word a slot like this, on record; "" is the original again. The change's number.

    `seen` is the change that was shown; raises UserError when another came after it.
    """
    session.exec(select(Agency).where(Agency.id == agency_id).with_for_update()).one()
    last = _last(session, agency_id, slot)
    number = (last.id or 0) if last else 0
    if (last.text if last else "") == text:
        return number  # nothing to do, also when the same press is worked off again
    if last is not None and number != seen:
        raise UserError(_meanwhile(session, last))
    assert by.official_id is not None
    row = AnswerText(
        agency_id=agency_id, name=slot.name, category=slot.category, language=slot.language, text=text,
        before=number or None, set_by=by.official_id, set_at=by.at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    record(
        session, by, "answer_worded" if text else "answer_as_shipped", agency=agency_id, name=slot.name,
        category=slot.category, language=slot.language, change=row.id,
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    return row.id


def undo(session: Session, by: Hand, number: int) -> AnswerText:
    """Take a change back: what stood there before holds again. The change that was taken back."""
    row = session.get_one(AnswerText, number)
    before = session.get(AnswerText, row.before) if row.before else None
    slot = Slot(row.name, row.category, row.language)
    change(session, by, row.agency_id, slot, before.text if before else "", number)
    return row


def find_change(session: Session, number: int) -> AnswerText | None:
    """The change with that number."""
    return session.get(AnswerText, number)


def _newest(session: Session, way: Sequence[int]) -> list[tuple[AnswerText, str]]:
    """The rows that hold on the way down, with who set them; the farthest agency first."""
    table = SQLModel.metadata.tables[str(AnswerText.__tablename__)].c
    slot = (table.agency_id, table.name, table.category, table.language)
    newest = select(sa.func.max(AnswerText.id)).where(col(AnswerText.agency_id).in_(way)).group_by(*slot)
    query = (
        select(AnswerText, Official)
        .join(Official, col(Official.id) == col(AnswerText.set_by))
        .where(col(AnswerText.id).in_(newest))
    )
    rows = [(row, who.shown) for row, who in session.exec(query)]
    return sorted(rows, key=lambda pair: way.index(pair[0].agency_id))


def _last(session: Session, agency_id: int, slot: Slot) -> AnswerText | None:
    mine = (
        AnswerText.agency_id == agency_id, AnswerText.name == slot.name, AnswerText.category == slot.category,
        AnswerText.language == slot.language,
    )  # fmt: skip
    return session.exec(select(AnswerText).where(*mine).order_by(col(AnswerText.id).desc())).first()


def _meanwhile(session: Session, last: AnswerText) -> ChangedMeanwhile:
    slot = Slot(last.name, last.category, last.language)
    return ChangedMeanwhile(last.name, slot.topic, last.language, name_of(session, last.set_by))
