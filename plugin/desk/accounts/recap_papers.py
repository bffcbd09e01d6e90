"""The ledger's page on paper, in a spreadsheet and as a picture, all of the same figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from plugin.desk.accounts.recap import Recap, Row
from plugin.drawing.paint import paint
from plugin.drawing.roll import Column, Roll, write_roll
from plugin.drawing.sheet import Columns, Rows, Sheet, Tone
from plugin.drawing.table import Cell, Table
from plugin.drawing.xlsx import write_xlsx
from plugin.media import Media
from plugin.registry.kinds import KINDS
from plugin.wording import Drawing, Paper

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Say = Callable[[str], str]
COLUMNS = ("kind", "name", "above", "state", "accounts", "contacts", "since", "evidence", "evidence_at")
SHARES = (9, 26, 13, 13, 24, 18, 9, 10, 9)
STATES = ("none", "claimed", "official", "personal", "impostor", "dormant", "formality")
EVIDENCE = ("statement", "site", "letter", "snapshot", "profile", "posts", "import")
KINDS_SHOWN = 10
"""The kinds with most to do; the papers have all."""
TEMPLATE = "recap_papers/recap.html.j2"
"""The picture, the sheet and the paper share their words."""


@dataclass(frozen=True)
class RecapPicture(Drawing):
    """How many had done it by each day, a line at the last day of the circular; and by kind of agency."""

    recap: Recap

    @classmethod
    def template(cls) -> str:
        return TEMPLATE

    def sheet(self, say: Say) -> Sheet:
        r = self.recap
        days = [day for day, _ in r.course]
        labels = [f"{day.day}/{day.month}" if n % 2 == 0 else "" for n, day in enumerate(reversed(days))]
        kinds = sorted(r.kinds, key=lambda k: k[2] - k[1], reverse=True)[:KINDS_SHOWN]
        return Sheet(
            f"akun-{r.at:%Y-%m-%d}",
            say("title"),
            (
                Columns(
                    say("course"), tuple(reversed(labels)),
                    tuple(count for _, count in r.course), Tone.GOOD,
                    mark=days.index(r.due_on) if r.due_on and r.drawn else None,
                ),
                Rows(
                    say("by_kind"),
                    tuple(f"{say('short_' + kind)} {done}/{total}" for kind, done, total in kinds),
                    tuple(round(100 * done / total) for _, done, total in kinds), nothing=say("nothing"),
                ),
            ),
            say("alt"),
        )  # fmt: skip


@dataclass(frozen=True)
class RecapTable(Paper):
    """Every agency with its accounts, state and evidence, to sort and filter."""

    recap: Recap

    @classmethod
    def template(cls) -> str:
        return TEMPLATE

    def made(self, say: Say) -> Media:
        r, words = self.recap, _words(say)
        rows = tuple(_cells(row, words) for row in r.rows)
        kinds = tuple((words["kind_" + kind], done, total) for kind, done, total in r.kinds)
        course = tuple((day, count) for day, count in r.course)
        tables = [
            Table(say("agencies"), tuple(say(f"column_{name}") for name in COLUMNS), rows),
            Table(say("kinds"), (say("column_kind"), say("done"), say("total")), kinds),
            Table(say("course"), (say("day"), say("done")), course),
        ]
        return Media(f"{_file(r)}.xlsx", XLSX, write_xlsx(tables, r.at))


@dataclass(frozen=True)
class RecapPdf(Paper):
    """The same to print: the picture on the first page, then all agencies."""

    recap: Recap

    @classmethod
    def template(cls) -> str:
        return TEMPLATE

    def made(self, say: Say) -> Media:
        r, words = self.recap, _words(say)
        brief = words | {f"kind_{kind}": say(f"short_{kind}") for kind in KINDS}
        roll = Roll(
            title=say("title"),
            lines=tuple(line for line in say("lines").splitlines() if line.strip()),
            picture=paint(RecapPicture(r).sheet(say)).content,
            columns=tuple(
                Column(say(f"column_{n}"), share) for n, share in zip(COLUMNS, SHARES, strict=True)
            ),
            rows=[tuple(_text(cell) for cell in _cells(row, brief)) for row in r.rows],
            foot=say("foot"),
        )
        return Media(f"{_file(r)}.pdf", PDF, write_roll(roll))


def _words(say: Say) -> dict[str, str]:
    """States, kinds and kinds of evidence, asked for once and not for each row."""
    names = [f"state_{state}" for state in STATES] + [f"kind_{kind}" for kind in KINDS]
    names += [f"evidence_{kind}" for kind in EVIDENCE]
    return {name: say(name) for name in names}


def _cells(row: Row, words: dict[str, str]) -> tuple[Cell, ...]:
    return (
        words.get("kind_" + row.kind, row.kind), row.name, row.above or None, words["state_" + row.state],
        row.accounts or None, row.contacts or None, row.since,
        words["evidence_" + row.evidence] if row.evidence else None, row.evidence_at,
    )  # fmt: skip


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:%d-%m-%Y}" if isinstance(cell, date) else str(cell)


def _file(recap: Recap) -> str:
    of = re.sub(r"[^a-z0-9]+", "-", recap.under.casefold()).strip("-")[:40] or "instansi"
    return f"akun-{of}-{recap.at:%Y-%m-%d}"
