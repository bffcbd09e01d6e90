"""Mentions from X, read page by page and stored: through the adapter, the polling and one commit a page."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time

from bench import machine
from bench.archive import archive, connected
from bench.far_side import FarSide
from bench.figures import Figure, Table
from bench.house import ROOT, house
from bench.place import Place

PAGES_EACH = 6
PATIENCE = 180.0


async def intake(place: Place) -> Table:
    """From the first page that is asked for to the last that is stored."""
    ours: list[float] = []
    others = 0.0
    async with house(place.database, place.far, poll_seconds=1) as running:
        quiet = machine.Quiet(running.pid)
        for n in range(place.rounds + 1):
            before = _stored(place)
            mentions = place.far.fill(PAGES_EACH)
            quiet.begin()
            rate = mentions / await _until_stored(place, place.far, before + mentions)
            if n:  # the first is to get warm
                ours.append(rate)
                others += quiet.others() / place.rounds
    bare = [await _bare(place) for _ in range(place.rounds)]
    name = f"{mentions:,} mentions in pages of 100 into 1,000,000 reports, search index and figures kept"
    figure = Figure(
        name,
        "mentions/s",
        ours,
        bare,
        "aiohttp, json, executemany",
        goal=5000,
        more_is_better=True,
        others=others,
    )
    return Table("Intake from X", [figure])


async def _until_stored(place: Place, far: FarSide, wanted: int) -> float:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        if _stored(place) >= wanted and far.first_page_at is not None:
            return time.perf_counter() - far.first_page_at
        await asyncio.sleep(0.02)
    raise TimeoutError(f"{wanted - _stored(place)} mentions were not stored")


def _stored(place: Place) -> int:
    with sqlite3.connect(f"file:{place.database}?mode=ro", uri=True) as db:
        number: int = db.execute("SELECT MAX(id) FROM report").fetchone()[0]
    db.close()
    return number


async def _bare(place: Place) -> float:
    """The same pages into a fresh copy of the same table."""
    copy = shutil.copyfile(archive(), place.folder / "bare.db")
    place.far.fill(PAGES_EACH)
    keys = [account.key for account in connected(copy)]
    command = [sys.executable, "-m", "bench.bare", "intake", place.far.url, str(copy), *keys]
    done = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=subprocess.PIPE, preexec_fn=machine.on_app_core()
    )
    said, _ = await done.communicate()
    copy.unlink()
    return float(said)
