"""Where a measurement happens: a copy of the archive, the platforms' far side, and a folder for both."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bench.archive import archive, connected, copy_to
from bench.far_side import FarSide


@dataclass(frozen=True)
class Place:
    """`database` is a copy that may be spoiled; `rounds` says how often everything is measured."""

    far: FarSide
    folder: Path
    database: Path
    rounds: int


@contextlib.asynccontextmanager
async def place(rounds: int) -> AsyncIterator[Place]:
    """Set it up, and leave nothing of it behind."""
    with tempfile.TemporaryDirectory(dir=archive().parent) as temporary:
        folder, far = Path(temporary), FarSide()
        database = copy_to(folder)
        far.know([(account.key, account.handle) for account in connected(database)])
        await far.start()
        try:
            yield Place(far, folder, database, rounds)
        finally:
            await far.stop()
