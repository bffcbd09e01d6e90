"""A citizen calls: written down in the group, answered by a person, and nothing appears in public."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.chats import Chat, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation
from tests.far_side.x import XFarSide


@pytest.fixture
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("database_url", "chat"), [("sqlite", way) for way in ("slack-http", "telegram-polling")], indirect=True
)
async def test_who_calls_gets_a_number_and_an_answer(
    installation: Installation, chat: Chat, x: XFarSide
) -> None:
    await evening(installation, chat, x)
    await chat.meet(await installation.start())
    await chat.say("/ikat-grup dpupr", "admin")
    await sees(chat, "Semua anggota grup ini dapat membaca laporannya", who="petugas")
    await chat.say("/catat talud kali jebol, air masuk sawah 0812-3456-7890", "petugas")
    await sees(chat, "Lewat apa warga menyampaikannya?", who="petugas")
    await chat.press("Telepon", "petugas")
    written = await sees(chat, "Laporan 1 dicatat", who="petugas")
    await chat.say("/tanggapi 1 Regu kami datang sore ini.", "kepala")
    preview = await sees(chat, "Jawaban laporan 1", "belum disampaikan", who="kepala")
    await chat.press("Sudah disampaikan", "kepala")
    await sees(chat, "jawaban laporan 1 lewat telepon", who="kepala")
    await asks(chat, "/laporan-baru", "Tidak ada laporan yang menunggu", who="petugas")

    assert "talud kali jebol" in written
    assert "0812-3456-7890" not in written
    assert "Regu kami datang sore ini." in preview
    assert x.published(HANDLE) == []
    assert chat.alarms() == []
