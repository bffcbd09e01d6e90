"""What the database is asked for, through the store and as plain SQL: lists, figures, the digest."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlmodel import Session

from bench.archive import OFFICE, ROOMS, ZONE, archive
from bench.figures import Figure, Table
from bench.house import house
from bench.place import Place
from bench.wire import Typed
from plugin.desk.lists import queue
from plugin.desk.lists.queue import Span, Wanted
from plugin.desk.lists.searching import search
from plugin.rhythm.digest import digest
from plugin.store.store import Store

OPEN = "answered_at IS NULL AND closed_at IS NULL"
LIST = (
    f"SELECT id, agency_id, text, place, photos, state, written_at, due_at FROM report WHERE {OPEN}"
    " {} ORDER BY due_at, id LIMIT 6"
)
BELOW = "SELECT id FROM agency WHERE path >= ? AND path < ?"
WORDS = 'id IN (SELECT rowid FROM report_fts WHERE report_fts MATCH \'"jembatan"* "retak"*\')'
SEARCH = """SELECT rowid FROM report_fts WHERE report_fts MATCH '"jembatan"* "retak"*'
 ORDER BY rowid DESC LIMIT 301"""
SEARCH_BELOW = f"""SELECT report.id FROM report_fts JOIN report ON report.id = report_fts.rowid
 WHERE report_fts MATCH '"jalan"*' AND +agency_id IN ({BELOW}) ORDER BY report_fts.rowid DESC LIMIT 301"""
DIGEST = (
    "SELECT day, SUM(incoming), SUM(answered) FROM agency_day WHERE day >= ? GROUP BY day",
    "SELECT agency_id, waiting FROM agency_open WHERE waiting > 0",
    f"SELECT agency_id, COUNT(*) FROM report WHERE {OPEN} AND due_at < ? GROUP BY agency_id",
)
CALLS, FEW_CALLS = 300, 10


async def queries(place: Place) -> Table:
    """In this process, on the archive itself: nothing is changed."""
    store, db = Store(f"sqlite:///{archive()}"), sqlite3.connect(archive())
    path = db.execute("SELECT path FROM agency WHERE code = ?", (ROOMS[OFFICE],)).fetchone()[0]
    bounds, part = (path, path + "g"), Span(path, path + "g")
    table = Table("Queries, in process, and the digest")

    async def add(
        name: str, ours: Callable[[], Awaitable[object]], bare: Callable[[], object], calls: int
    ) -> None:
        mine = [await _awaited(ours, calls) for _ in range(place.rounds)]
        table.figures.append(
            Figure(name, "ms", mine, [_called(bare, calls) for _ in range(place.rounds)], "raw SQL")
        )

    def raw(sql: str, *values: object) -> list[tuple[object, ...]]:
        return db.execute(sql, values).fetchall()

    await add(
        "count and first 6 of 30,000 waiting, whole province",
        lambda: store.read(_first, Span()),
        lambda: (raw("SELECT number FROM revision WHERE name = 'waiting'"), raw(LIST.format(""))),
        CALLS,
    )
    await add(
        "count and first 6, one office",
        lambda: store.read(_first, part),
        lambda: (
            raw(f"SELECT SUM(waiting) FROM agency_open WHERE agency_id IN ({BELOW})", *bounds),
            raw(LIST.format(f"AND agency_id IN ({BELOW})"), *bounds),
        ),
        CALLS,
    )
    await add(
        "search two words among the waiting",
        lambda: store.survey(queue.found, Span(), Wanted("jembatan retak"), limit=6),
        lambda: (
            raw(f"SELECT COUNT(*) FROM report WHERE {OPEN} AND {WORDS}"),
            raw(LIST.format(f"AND {WORDS}")),
        ),
        FEW_CALLS,
    )
    await add(
        "`/cari` two words in the whole archive",
        lambda: store.survey(search, Span(), Wanted("jembatan retak"), limit=6),
        lambda: raw(SEARCH),
        FEW_CALLS,
    )
    await add(
        "`/cari` a common word in one office",
        lambda: store.survey(search, part, Wanted("jalan"), limit=6),
        lambda: raw(SEARCH_BELOW, *bounds),
        FEW_CALLS,
    )
    now = datetime.now(UTC)
    since = f"{now.astimezone(ZONE).date() - timedelta(days=1)}"
    await add(
        "the digest's figures",
        lambda: store.survey(digest, Span(), now, ZONE, (0, 0)),
        lambda: (
            raw(DIGEST[0], since),
            raw(DIGEST[1]),
            raw(DIGEST[2], f"{now:%Y-%m-%d %H:%M:%S.%f}"),
            raw(LIST.format("")),
        ),
        FEW_CALLS,
    )
    await store.aclose()
    db.close()
    table.figures.append(await _digest(place, table.figures[-1].bare))
    return table


def _first(session: Session, span: Span) -> tuple[queue.Counts, list[queue.Waiting]]:
    figures = queue.counts(session, span)
    return figures, queue.listed(session, span, figures, limit=6)


async def _digest(place: Place, bare: object) -> Figure:
    """The whole of it: from `/ringkasan` to the page in Slack."""
    asked = Typed("/ringkasan")
    async with house(place.database, place.far) as running:
        client = running.client()
        await client.one_by_one((asked,), 5)
        ours = [(await client.one_by_one((asked,), 30)).at(50) for _ in range(place.rounds)]
        client.close()
    assert isinstance(bare, list)
    return Figure("`/ringkasan` of the whole province, visible, p50", "ms", ours, bare, "raw SQL", goal=200)


async def _awaited(ask: Callable[[], Awaitable[object]], calls: int) -> float:
    seconds = []
    for _ in range(calls):
        began = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - began)
    return median(seconds) * 1000


def _called(ask: Callable[[], object], calls: int) -> float:
    seconds = []
    for _ in range(calls):
        began = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
    return median(seconds) * 1000
