"""Slips of the thumb, by every door: what was meant is done, or asked about, and a draft finds its sender."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.chats import WAYS, Chat, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation, until
from tests.far_side.x import XFarSide


@pytest.fixture
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("database_url", "chat"),
    [("sqlite", way) for way in WAYS if way not in ("web", "slack-socket")],
    indirect=True,
)
async def test_a_hurried_thumb_answers_the_right_citizen_once(
    installation: Installation, chat: Chat, x: XFarSide
) -> None:
    await evening(installation, chat, x)
    await chat.meet(await installation.start())
    await chat.say("/ikat-grup dpupr", "admin")
    await sees(chat, "Semua anggota grup ini dapat membaca laporannya", who="petugas")
    x.citizen_posts("got mampet di RT 2", mention=HANDLE)
    x.citizen_posts("jalan rusak", mention=HANDLE, by="warga_dua")
    await asks(chat, "/laporan baru", "2 laporan belum ditanggapi", who="petugas")
    await chat.say("/tanggapi no. 1 Kami cek.\n/tanggapi 2 Kami tambal.", "petugas")
    await sees(chat, "belum ada yang dijalankan", who="petugas")
    await chat.press("/tanggapi no. 1 Kami cek.", "petugas")
    preview = await sees(chat, "Pratinjau tanggapan laporan 1", "got mampet di RT 2", who="petugas")
    await chat.say("/tugas saya", "kepala")
    await sees(chat, "Konsep orang lain yang dapat Anda kirim", who="kepala")
    await chat.press("Periksa 1", "kepala")
    await chat.press("Kirim", "kepala")
    await until(lambda: len(x.published(HANDLE)) == 1, what="for the answer")

    assert "Kami tambal" not in preview
    assert [text for text, _ in x.published(HANDLE)] == ["Kami cek."]
    assert chat.alarms() == []
