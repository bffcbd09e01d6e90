"""From `python app.py` to the first answer, and what it keeps in memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench import machine
from bench.archive import archive
from bench.figures import Figure, Table
from bench.house import ROOT, house
from bench.measures.slack import MISSING, REPORTS, SEARCH
from bench.place import Place
from bench.wire import Typed

MIXED = (REPORTS, MISSING, Typed("/ringkasan"), SEARCH)
CALLERS = 8
SECONDS = 3.0


async def start(place: Place) -> Table:
    """The first start on a database is not counted: it makes the engine's own file."""
    seconds: list[float] = []
    at_first: list[float] = []
    after: list[float] = []
    database = Path(shutil.copyfile(archive(), place.folder / "start.db"))
    for n in range(place.rounds + 1):
        async with house(database, place.far) as running:
            if not n:
                continue
            seconds.append(running.started_in)
            at_first.append(running.memory_mb())
            client = running.client()
            await client.abreast(MIXED, SECONDS, CALLERS)
            after.append(running.memory_mb())
            client.close()
    imports = [_imports() for _ in range(place.rounds)]
    bare_seconds, bare_memory = [s for s, _ in imports], [m for _, m in imports]
    return Table(
        "Start and memory: Slack, Telegram, X, 8,900 agencies, 1,000,000 reports",
        [
            Figure("start to first answer", "s", seconds, bare_seconds, "importing the SDKs", goal=3),
            Figure("memory at the first answer", "MB", at_first, bare_memory, "importing the SDKs"),
            Figure(
                "memory after some thousand commands",
                "MB",
                after,
                bare_memory,
                "importing the SDKs",
                goal=200,
            ),
        ],
    )


def _imports() -> tuple[float, float]:
    """(seconds, MB) of a process that imports the same libraries and ends."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", "imports"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True, preexec_fn=machine.on_app_core(),
    )  # fmt: skip
    return time.perf_counter() - began, float(done.stdout)
