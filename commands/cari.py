"""/cari jembatan retak: the reports that have all these words, waiting or closed, the newest first.

`/cari lampu kurang 30 hari di alian` looks among those of an age, a place, a category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from plugin.chat.agencies import leading
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page, turned
from plugin.chat.rights import Right
from plugin.desk.handling.cases import permit
from plugin.desk.lists.filters import read_age
from plugin.desk.lists.queue import Wanted, span_of
from plugin.desk.lists.searching import MOST, Hit, Piece, lookable, marked, search
from plugin.desk.lists.subjects import Subject, about, read_subject
from plugin.desk.masking import excerpt
from plugin.registry.snapshot import Node
from plugin.store.search import terms
from plugin.wording import Press, Say, UserError, View

PER_PAGE = 6
EXCERPT = 130


@dataclass(frozen=True)
class Line:
    """One report. `pieces` are its words around the hit; where the hit is in a later post, there is `excerpt`."""

    number: int
    agency: str
    state: str
    place: str
    written_at: datetime
    pieces: tuple[Piece, ...]
    excerpt: str


@dataclass(frozen=True)
class SearchResult(View):
    """One page of what was found. `total` over `most` means: more than that."""

    under: str
    words: str
    wanted: Wanted
    subject: Subject
    total: int
    most: int
    lines: tuple[Line, ...]
    turn: Turn
    query: str

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses(f"/cari {self.query}"))
        return named | {f"open{line.number}": Say(f"/laporan {line.number}") for line in self.lines}


@command("cari", may=Right.LOOK, at_once=True)
async def cari(context: Context, *, kata: str) -> SearchResult:
    typed, page = split_page(kata)
    lookable(typed)
    left, wanted = read_age(typed, context.now, context.services.zone)
    left, subject = _subject(left)
    if not terms(left):  # a filter alone is looked for as words
        left, wanted, subject = typed, Wanted(), Subject()
    wanted = about(wanted, subject)
    node, words = leading(context.registry, left, context.here)
    found = await _found(context, node, replace(wanted, words=words), page) if words else None
    if not found or not found[1]:  # the beginning was no agency after all
        node, words = context.here, left
        found = await _found(context, node, replace(wanted, words=words), page)
    turn, total, hits = found
    lines = tuple(_line(context, hit, words) for hit in hits)
    return SearchResult(node.label, words, wanted, subject, total, MOST, lines, turn, typed)


def _subject(text: str) -> tuple[str, Subject]:
    """The category and the place, where they are ones: "di depan pasar" are words to be looked for."""
    try:
        return read_subject(text, "/cari")
    except UserError:
        return text, Subject()


async def _found(context: Context, node: Node, wanted: Wanted, page: int) -> tuple[Turn, int, list[Hit]]:
    await permit(context, Right.LOOK, node)
    span = span_of(context.registry, node)
    # A total of one over `MOST` makes no page of its own: it is the line that the last page has to spare.
    return await context.services.store.survey(turned, page, PER_PAGE, search, span, wanted)


def _line(context: Context, hit: Hit, words: str) -> Line:
    agency = context.registry.by_id(hit.agency_id).label
    pieces = marked(hit.text, words, EXCERPT)
    plain = "" if pieces else excerpt(hit.text, EXCERPT)
    return Line(hit.number, agency, hit.state, hit.place, hit.written_at, pieces, plain)
