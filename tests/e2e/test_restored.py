"""Yesterday's backup is put back: nobody is answered twice, and nobody is lost."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.e2e.chats import SlackPeople, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation, until
from tests.far_side.x import XFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LATER = 3 * 3600.0


def back_up(file: Path) -> Path:
    """As docs/operator.md says."""
    made = file.with_name("cadangan.db")
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute(f"VACUUM INTO '{made}'")
    return made


def put_back(made: Path, file: Path) -> None:
    """As docs/operator.md says."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    shutil.copy(made, file)


async def test_what_was_answered_after_the_backup_is_not_answered_again(
    installation: Installation, x: XFarSide
) -> None:
    async with chat_by("slack-http") as slack:
        assert isinstance(slack, SlackPeople)
        await evening(installation, slack, x)
        file = Path(str(sa.make_url(installation.settings["database_url"]).database))
        first = x.citizen_posts("lubang di depan pasar", mention=HANDLE)
        app = await installation.start()
        await slack.meet(app)
        await slack.say("/ikat-grup dpupr", "admin")
        await asks(slack, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
        await slack.say("/tanggapi 1 Kami tambal besok.", "petugas")
        await sees(slack, "Pratinjau tanggapan laporan 1", who="kepala")
        backup = back_up(file)
        await slack.press("Kirim", "kepala")
        await sees(slack, "Terkirim", "Kami tambal besok.", who="petugas")
        second = x.citizen_posts("lampu mati di Alian", mention=HANDLE)
        await asks(slack, "/laporan-baru", "lampu mati", who="petugas")
        await slack.say("/tanggapi 2 Petugas kami ke sana.", "petugas")
        await sees(slack, "Pratinjau tanggapan laporan 2", who="kepala")
        await slack.press("Kirim", "kepala")
        await until(lambda: len(x.published(HANDLE)) == 2)
        x.citizen_posts("jembatan retak", mention=HANDLE)
        await app.kill()
        put_back(backup, file)
        app = await installation.start(clock={"ahead": LATER})
        await slack.meet(app)
        listed = await asks(slack, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
        lost = await asks(slack, "/laporan 2", "tidak dipakai lagi", who="petugas")
        await app.stop()

    assert "jembatan retak" in listed
    assert "lampu mati" not in lost
    assert x.published(HANDLE) == [("Kami tambal besok.", first), ("Petugas kami ke sana.", second)]
