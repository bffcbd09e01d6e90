"""What every test of the whole application starts with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.running import Hatchery, Installation, installed
from tests.far_side.x import XFarSide


@pytest.fixture(scope="session")
def hatchery() -> Iterator[Hatchery]:
    """Where the applications of this test run come from."""
    made = Hatchery()
    yield made
    made.close()


def folder(parent: Path) -> Path:
    """An empty folder of its own: the database stands elsewhere."""
    made = parent / "tanggap"
    made.mkdir()
    return made


@pytest.fixture
async def installation(hatchery: Hatchery, tmp_path: Path, database_url: str) -> AsyncIterator[Installation]:
    """A folder and a database to run the application in."""
    async with installed(hatchery, folder(tmp_path), database_url) as made:
        yield made


@pytest.fixture
async def x() -> AsyncIterator[XFarSide]:
    """X, with nobody on it yet."""
    far = XFarSide()
    await far.start()
    yield far
    await far.stop()
