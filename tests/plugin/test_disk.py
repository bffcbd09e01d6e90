"""A disk that is full, or nearly, is told at once: by the first thing that could not be kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from plugin.rhythm.nodes import beat
from plugin.store import disk
from plugin.store.migrate import migrate
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import open_conversation


@pytest.fixture
def store(tmp_path: Path) -> Store:
    url = f"sqlite:///{tmp_path}/penuh.db"
    migrate(url)
    return Store(url)


def full(session: Session) -> None:
    """From now on the file may not grow: SQLite says of that what it says of a full disk."""
    session.connection().exec_driver_sql("PRAGMA max_page_count=1")


def fill(session: Session) -> None:
    session.connection().exec_driver_sql("CREATE TABLE big AS SELECT randomblob(100000) AS words")


async def test_what_could_not_be_kept_is_told_until_something_can_be(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock)
    well, _ = await talk.desk.services.condition()
    await store.write(full)
    with pytest.raises(sa.exc.OperationalError):
        await store.write(fill)
    parts, _ = await talk.desk.services.condition()
    told = await talk.say("/keadaan", who="adi")
    await store.write(beat, "kantor")
    again, _ = await talk.desk.services.condition()
    await store.aclose()

    assert "database" not in well
    assert parts["database"] == "cannot write: database or disk is full"
    assert "basis data: terganggu (cannot write: database or disk is full)" in told
    assert "database" not in again


def test_the_fullest_disk_is_told_before_it_is_full(tmp_path: Path) -> None:
    folders = disk.written_to(sa.make_url(f"sqlite:///{tmp_path}/tanggap.db"), tmp_path / "media")

    assert folders == [tmp_path, tmp_path / "media"]
    assert disk.low(folders) == ""
    assert disk.low(folders, least=2**60).startswith("only ")
    assert disk.low([tmp_path / "media"]) == ""
    assert disk.written_to(sa.make_url("postgresql://kantor/tanggap"), tmp_path) == [tmp_path]
