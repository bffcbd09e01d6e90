"""What citizens wrote can be read by the owner of the files alone, also where they were there before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.opening import open_store
from plugin.settings import Settings
from plugin.store.privacy import only_ours


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """The usual umask, and after the test whatever it was."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> set[str]:
    """What of it others than the owner may do anything with."""
    return {path.name for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


async def test_a_new_database_is_ours_alone(folder: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{folder / 'desk.db'}", media_dir=folder / "media")
    store = await open_store(settings)
    await store.write(lambda session: session.connection().execute(sa.text("UPDATE node SET name = name")))

    assert names(folder) >= {"desk.db", "desk.db-wal", "desk.db-shm", "desk.db.engine"}
    assert modes(folder) == set()
    await store.aclose()


def test_what_was_there_before_is_closed(folder: Path) -> None:
    media = folder / "media"
    (media / "surat").mkdir(parents=True)
    for path in ("desk.db", "desk.db-wal", "desk.db.engine", "media/foto.jpg", "media/surat/surat.png"):
        (folder / path).write_bytes(b"kept")
    assert "foto.jpg" in modes(folder)
    only_ours(sa.make_url(f"sqlite:///{folder / 'desk.db'}"), media)

    assert modes(folder) == set()
    assert (folder / "desk.db").read_bytes() == b"kept"


def test_what_a_link_points_at_stays_as_it_is(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.jpg"
    elsewhere.write_bytes(b"x")
    media = tmp_path / "media"
    media.mkdir()
    (media / "foto.jpg").symlink_to(elsewhere)
    only_ours(sa.make_url("postgresql+psycopg://localhost/desk"), media)

    assert elsewhere.stat().st_mode & 0o077
