"""Looking for words in all reports that somebody may see, whether they wait or are long closed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.lists.queue import Span, Wanted
from plugin.desk.masking import MASK, presentable, shortened
from plugin.store.search import begins, newest, terms
from plugin.store.tables import Report
from plugin.wording import Refusal, UserError

MOST = 300
"""Whoever gets more hits than this wants better words, not more pages."""
BEFORE = 6
"""Words shown before the first hit."""
LONGEST_NUMBER = 5


@dataclass(frozen=True)
class NumberOfSomebody(Refusal):
    """Long numbers lead to people: they are masked, and not to be found out by searching either."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A report that has all the words, as much of it as a list shows."""

    number: int
    agency_id: int
    text: str
    place: str
    state: str
    written_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt. `hit`: a word that was looked for."""

    text: str
    hit: bool


def lookable(query: str) -> str:
    """The query, if it looks for nobody's number."""
    if any(len(digits) > LONGEST_NUMBER for term in terms(query) for digits in re.findall(r"\d+", term)):
        raise UserError(NumberOfSomebody())
    return query


def search(
    session: Session, span: Span, wanted: Wanted, *, limit: int, offset: int = 0
) -> tuple[int, list[Hit]]:
    """(how many have all the words, a page of them, the newest first). More than `MOST` are not counted."""
    narrowed = replace(wanted, words="").conditions(session.get_bind().dialect.name)
    agencies = None if span.everything else span.ids()
    found = newest(session, wanted.words, agencies, MOST + 1, narrowed=narrowed)
    columns: Any = (
        col(Report.id), col(Report.agency_id), col(Report.text), col(Report.place), col(Report.state),
        col(Report.written_at), col(Report.closed_at),
    )  # fmt: skip
    page = found[:MOST][offset : offset + limit]
    rows = session.connection().execute(
        sa.select(*columns).where(col(Report.id).in_(page)).order_by(col(Report.id).desc())
    )
    return len(found), [Hit(*row) for row in rows]


def marked(text: str, query: str, most: int) -> tuple[Piece, ...]:
    """The part of the text around the first hit, masked, in pieces; empty when no word of it is one."""
    said, wanted = presentable(text).split(), terms(query)
    hits = [MASK not in word and begins(word, wanted) for word in said]
    if True not in hits:
        return ()
    first = max(0, hits.index(True) - BEFORE)
    shown = shortened(" ".join(said[first:]), most).split()
    pieces = [Piece("…", False)] if first else []
    for word, hit in zip(shown, hits[first:], strict=False):
        if pieces and not hit and not pieces[-1].hit:
            pieces[-1] = Piece(f"{pieces[-1].text} {word}", False)
        else:
            pieces.append(Piece(word, hit))
    return tuple(pieces)
