"""/laporan-baru: the reports that nobody has answered: priority on top, then the one due first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from plugin.chat.agencies import leading
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page, turned
from plugin.chat.rights import Right
from plugin.desk.cards.report_card import proposed
from plugin.desk.handling.cases import permit
from plugin.desk.handling.holding import names
from plugin.desk.lists.filters import read_wanted
from plugin.desk.lists.queue import Span, Waiting, Wanted, counts, found, listed, span_of
from plugin.desk.lists.searching import lookable
from plugin.desk.lists.subjects import Subject, about, read_subject
from plugin.desk.masking import excerpt
from plugin.desk.measures.clocks import Codes, Told, first_due
from plugin.desk.posts.further import LastWords, last_words
from plugin.desk.posts.hearing import silent
from plugin.desk.sorting import proposals
from plugin.desk.sorting.suggestion import Proposed, Suggestion, suggest
from plugin.limits import Limits
from plugin.registry.snapshot import Node
from plugin.wording import Press, Say, View

PER_PAGE = 6
"""Slack takes so many, each with its clock, proposal and buttons, in one message; no last page has more."""
EXCERPT, EXCERPT_AGAIN = 110, 80


@dataclass(frozen=True)
class Line:
    """One report of the list, with the clock that runs out first; `again`: the words that opened it again."""

    number: int
    agency: str
    excerpt: str
    again: str
    place: str
    photos: int
    state: str
    written_at: datetime
    clock: Told | None
    priority: int
    holder: str
    reporters: int
    suggestion: Suggestion | None


@dataclass(frozen=True)
class Listed(View):
    """One page of the reports that wait. `wanted`: what they were narrowed down to; `apart`: how many stand apart.

    `listens`: whether any account is listened to, and `silent` those that have not been heard for too long; looked
    up where nothing waits.
    """

    under: str
    words: str
    wanted: Wanted
    subject: Subject
    total: int
    apart: int
    lines: tuple[Line, ...]
    turn: Turn
    now: datetime
    query: str
    listens: bool
    silent: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        named = {**self.turn.presses(f"/laporan-baru {self.query}"), "apart": Say("/disisihkan")}
        for line in self.lines:
            named[f"answer{line.number}"] = Say(f"/tanggapi {line.number}")
            named[f"dispose{line.number}"] = Say(f"/disposisi {line.number}")
            named[f"open{line.number}"] = Say(f"/laporan {line.number}")
            for name, press in proposed(line.number, line.suggestion).items():
                named[f"{name}{line.number}"] = press
        return named


@dataclass(frozen=True)
class Page:
    """What the tables say of a page, all of it as of one moment. `who`: the names of those who are at work."""

    turn: Turn
    total: int
    apart: int
    rows: Sequence[Waiting]
    who: Mapping[int, str]
    clocks: Mapping[int, Told]
    said: Mapping[int, Proposed]
    again: Mapping[int, LastWords]


@command("laporan-baru", may=Right.LOOK, at_once=True)
async def laporan_baru(context: Context, *, instansi_atau_kata: str = "") -> Listed:
    typed, page = split_page(instansi_atau_kata)
    left, wanted = read_wanted(typed, context.now, context.services.zone)
    left, subject = read_subject(left, "/laporan-baru")
    wanted = about(wanted, subject)
    node, words = await _meant(context, left)
    found = await _page(context, node, replace(wanted, words=words), page)
    if not found.total and words and words != left:  # the first word was no agency after all
        node, words = context.here, left
        found = await _page(context, node, replace(wanted, words=words), page)
    lines = tuple(_line(context, row, found) for row in found.rows)
    unheard = () if found.total else await silent(context.services)
    return Listed(
        node.label, words, wanted, subject, found.total, found.apart, lines, found.turn, context.now,
        typed, unheard is not None, unheard or (),
    )  # fmt: skip


async def _page(context: Context, node: Node, wanted: Wanted, page: int) -> Page:
    store, span = context.services.store, span_of(context.registry, node)
    look = store.read if wanted == Wanted() else store.survey
    return await look(_look, context.services.limits, context.registry.codes, span, wanted, context.now, page)


def _look(
    session: Session, limits: Limits, codes: Codes, span: Span, wanted: Wanted, now: datetime, page: int
) -> Page:
    figures = counts(session, span)
    if wanted == Wanted():
        total, turn = figures.waiting, Turn.to(page, figures.waiting, PER_PAGE, spare=0)
        rows = listed(session, span, figures, limit=turn.room, offset=turn.offset)
    else:
        turn, total, rows = turned(session, page, PER_PAGE, found, span, wanted, spare=0)
    numbers, again = [row.number for row in rows], [row.number for row in rows if row.state == "reopened"]
    return Page(
        turn, total, figures.apart, rows,
        names(session, {who for row in rows if (who := row.holder(now)) is not None}),
        first_due(session, limits, numbers, now, codes),
        proposals.of(session, numbers),
        last_words(session, again) if again else {},
    )  # fmt: skip


async def _meant(context: Context, typed: str) -> tuple[Node, str]:
    """(whose reports, words to look for in them)."""
    node, words = leading(context.registry, typed, context.here)
    await permit(context, Right.LOOK, node)
    return node, lookable(words)


def _line(context: Context, row: Waiting, of: Page) -> Line:
    agency, again = context.registry.by_id(row.agency_id).label, of.again.get(row.number)
    return Line(
        row.number,
        agency,
        excerpt(row.text, EXCERPT),
        excerpt(again.text, EXCERPT_AGAIN) if again else "",
        row.place,
        row.photos,
        row.state,
        row.written_at,
        of.clocks.get(row.number),
        row.priority,
        of.who.get(row.holder(context.now) or 0, ""),
        row.reporters,
        suggest(context.registry, context.today, row.agency_id, of.said.get(row.number)),
    )
