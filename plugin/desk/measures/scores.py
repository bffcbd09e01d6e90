"""Scorecards: how quickly the public is answered, read from what is kept (see `scoring`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col

from plugin.desk.handling.orders import chains
from plugin.desk.lists.queue import SHOWN, Span
from plugin.desk.measures.scoring import LEFT_OUT, SET_ASIDE, edge, holder_at, strayed
from plugin.store.tables import AnswerScore, Reply, Report

LEAST = 10
"""Cases below which nobody is compared with anybody: one quick answer is luck, one slow one too."""


@dataclass
class Tally:
    """What is judged at some agencies. `never`: overdue and not answered to this day.

    `left_out` is not judged; `set_aside` was called no complaint only when its time was over."""

    spans: Counter[int] = field(default_factory=Counter)
    late: int = 0
    never: int = 0
    left_out: int = 0
    set_aside: int = 0

    @property
    def answered(self) -> int:
        return self.spans.total()

    @property
    def cases(self) -> int:
        """All that count: answered, or overdue without an answer."""
        return self.answered + self.never

    @property
    def in_time(self) -> int:
        return self.answered - self.late

    @property
    def share(self) -> int | None:
        """Of a hundred cases, how many were answered in time; rounded down, so that 100 means all."""
        return 100 * self.in_time // self.cases if self.cases else None

    @property
    def enough(self) -> bool:
        """Whether there are enough cases to compare."""
        return self.cases >= LEAST

    def within(self, part: float) -> timedelta | None:
        """The time within which this part of the cases was answered; None when as many have no answer."""
        left = part * self.cases
        for span, n in sorted(self.spans.items()):
            if left <= n:
                return edge(span + left / n)
            left -= n
        return None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.spans + other.spans, self.late + other.late, self.never + other.never,
            self.left_out + other.left_out, self.set_aside + other.set_aside,
        )  # fmt: skip


def tallies(
    session: Session, span: Span, first: date, last: date, now: datetime, zone: ZoneInfo
) -> dict[int, Tally]:
    """What is judged at each of these agencies of the reports that came in from `first` to `last`."""
    found: dict[int, Tally] = defaultdict(Tally)
    query = sa.select(
        col(AnswerScore.agency_id), col(AnswerScore.span), sa.func.sum(AnswerScore.answered),
        sa.func.sum(AnswerScore.late),
    ).where(col(AnswerScore.day).between(first, last))  # fmt: skip
    if not span.everything:
        query = query.where(col(AnswerScore.agency_id).in_(span.ids()))
    rows = session.connection().execute(query.group_by(col(AnswerScore.agency_id), col(AnswerScore.span)))
    for agency, step, answered, late in rows:
        if step == LEFT_OUT:
            found[agency].left_out += int(answered)
        elif step == SET_ASIDE:
            found[agency].set_aside += int(answered)
        else:
            found[agency].spans[step] += int(answered)
            found[agency].late += int(late)
    for agency in _never(session, span, first, last, now, zone):
        found[agency].never += 1
    return dict(found)


def together(some: Iterable[Tally]) -> Tally:
    """Several agencies as one."""
    return sum(some, Tally())


def ranked(cards: Iterable[tuple[str, Tally]]) -> list[tuple[str, Tally]]:
    """Those that can be compared, the best first: by share in time, then by how long nine of ten waited."""

    def key(card: tuple[str, Tally]) -> Any:
        _, tally = card
        return -(tally.share or 0), tally.within(0.9) or timedelta.max, card[0]

    return sorted((card for card in cards if card[1].enough), key=key)


def _never(
    session: Session, span: Span, first: date, last: date, now: datetime, zone: ZoneInfo
) -> Iterable[int]:
    """For each report of these days that is overdue and was never answered, the agency it is judged at."""
    began = datetime.combine(first, time(), zone)
    ended = datetime.combine(last + timedelta(days=1), time(), zone)
    answered = sa.exists().where(
        col(Reply.report_id) == col(Report.id),
        col(Reply.published_at).is_not(None),
        col(Reply.state) != "withdrawn",
    )
    # Walked by what waits, never by the archive; whoever holds it now may not be whom it is judged at.
    query = sa.select(col(Report.id), col(Report.agency_id), col(Report.due_at)).where(
        *SHOWN, col(Report.due_at) < now, col(Report.received_at) >= began, col(Report.received_at) < ended,
        ~answered,
    )  # fmt: skip
    late: Sequence[Any] = session.connection().execute(query).all()
    moved = chains(session, query.with_only_columns(col(Report.id)))
    inside = None if span.everything else set(session.connection().execute(span.ids()).scalars())
    for number, agency, due_at in late:
        moves = moved.get(number, [])
        holder = holder_at(agency, moves, due_at)
        if (inside is None or holder in inside) and not strayed(session, moves, due_at):
            yield holder
