"""Photos of officials are kept once, under the delivery's own name; a file that no row knows of goes after a day."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from plugin.desk.posts import album
from plugin.store.store import Store
from tests.commands.test_bukti import photo
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

DAY = timedelta(days=1, minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
async def talk(store: Store, clock: MovableClock, folder: Path) -> Conversation:
    """A desk that has kept one photo of each kind."""
    talk = await open_conversation(store, clock, media=folder)
    await talk.say("/catat loket: lampu mati", who="tono", room="pupr", media=photo(talk))
    await talk.say("/bukti 1", who="tono", room="pupr", media=photo(talk, content=b"%PDF-1.4 x"))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number} Kami cek.", who="wati", room="pupr", media=photo(talk))
    age(folder, clock())
    return talk


def age(folder: Path, now: datetime) -> None:
    """Let all files be of now, by the desk's clock."""
    for path in folder.iterdir():
        os.utime(path, (now.timestamp(), now.timestamp()))


def put(folder: Path, name: str, now: datetime) -> None:
    """Leave a file there, as of now."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    age(folder, now)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_what_rows_know_of_stays(talk: Conversation, folder: Path, clock: MovableClock) -> None:
    before = names(folder)
    await album.sweep(talk.store, folder, clock() + DAY)

    assert [name.partition("-")[0] for name in before] == ["bukti", "catatan", "tanggapan"]
    assert names(folder) == before


@pytest.mark.parametrize("name", ["catatan-1.jpg", "bukti-1.pdf", "tanggapan-1.png", ".catatan-1.jpg.part"])
async def test_what_no_row_knows_of_goes_after_a_day(
    talk: Conversation, folder: Path, clock: MovableClock, name: str
) -> None:
    before = names(folder)
    put(folder, name, clock())
    await album.sweep(talk.store, folder, clock())
    early = names(folder)
    await album.sweep(talk.store, folder, clock() + DAY)

    assert name in early
    assert names(folder) == before


async def test_what_others_have_put_there_stays(
    talk: Conversation, folder: Path, clock: MovableClock
) -> None:
    for name in ("surat-1.jpg", "aZ3-x.jpg", "catatan saya.txt"):
        put(folder, name, clock())
    before = names(folder)
    await album.sweep(talk.store, folder, clock() + DAY)

    assert names(folder) == before


async def test_another_desks_folder_is_left_alone(store: Store, folder: Path, clock: MovableClock) -> None:
    await album.sweep(store, folder, clock() + DAY)
    put(folder, "catatan-1.jpg", clock())
    await album.sweep(store, folder, clock() + DAY)

    assert names(folder) == ["catatan-1.jpg"]


async def test_proof_that_is_delivered_twice_is_one_file(talk: Conversation, folder: Path) -> None:
    before = len(names(folder))
    for _ in range(2):
        await talk.say("/bukti 1", who="tono", room="pupr", media=photo(talk, key="f2"), key="same")

    assert len(names(folder)) == before + 1
