"""/laporan-baru: the reports that nobody has answered, the one due first on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import pages_of, split_page
from plugin.chat.refusals import NotAllowed
from plugin.chat.rights import Right
from plugin.desk.clocks import Told, told
from plugin.desk.masking import excerpt
from plugin.desk.queue import Waiting, found, oldest, span_of
from plugin.registry.find import Found, find
from plugin.registry.snapshot import Node
from plugin.wording import Press, Say, UserError, View

PER_PAGE = 6
EXCERPT = 110


@dataclass(frozen=True)
class Line:
    """One report of the list, with the clock that runs out first."""

    number: int
    agency: str
    excerpt: str
    place: str
    photos: int
    state: str
    written_at: datetime
    clock: Told | None


@dataclass(frozen=True)
class Listed(View):
    """One page of the reports that wait."""

    under: str
    words: str
    total: int
    lines: tuple[Line, ...]
    page: int
    pages: int
    now: datetime
    query: str

    def presses(self) -> Mapping[str, Press]:
        turn = f"/laporan-baru {self.query} hal".replace("  ", " ")
        named: dict[str, Press] = {
            "back": Say(f"{turn} {self.page - 1}", amend=True),
            "on": Say(f"{turn} {self.page + 1}", amend=True),
        }
        for line in self.lines:
            named[f"answer{line.number}"] = Say(f"/tanggapi {line.number}")
            named[f"dispose{line.number}"] = Say(f"/disposisi {line.number}")
            named[f"open{line.number}"] = Say(f"/laporan {line.number}")
        return named


@command("laporan-baru", may=Right.LOOK, at_once=True)
async def laporan_baru(context: Context, *, instansi_atau_kata: str = "") -> Listed:
    typed, page = split_page(instansi_atau_kata)
    node, words = _meant(context, typed)
    store, span = context.services.store, span_of(context.registry, node)
    offset = (max(page, 1) - 1) * PER_PAGE
    if words:
        total, rows = await store.survey(found, span, words, limit=PER_PAGE, offset=offset)
    else:
        total, rows = await store.read(oldest, span, limit=PER_PAGE, offset=offset)
    numbers = [row.number for row in rows]
    clocks = await store.read(told, context.services.limits, numbers, context.now)
    lines = tuple(_line(context, row, clocks[row.number]) for row in rows)
    pages = pages_of(total, PER_PAGE)
    return Listed(node.label, words, total, lines, max(page, 1), pages, context.now, typed)


def _meant(context: Context, typed: str) -> tuple[Node, str]:
    """An agency if it is exactly one, else words to look for."""
    assert context.node is not None
    if not typed:
        return context.node, ""
    finding = find(context.registry, typed, context.node, exactly=True)
    if not isinstance(finding, Found):
        return context.node, typed
    if not context.allows(Right.LOOK, finding.node.id):
        raise UserError(NotAllowed(Right.LOOK.value, ()))
    return finding.node, ""


def _line(context: Context, row: Waiting, clocks: tuple[Told, ...]) -> Line:
    agency = context.registry.by_id(row.agency_id).label
    return Line(
        row.number,
        agency,
        excerpt(row.text, EXCERPT),
        row.place,
        row.photos,
        row.state,
        row.written_at,
        next(iter(clocks), None),
    )
