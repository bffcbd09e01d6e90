"""Answers that people give every day, as officials use them on Slack and Telegram."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from tests.e2e.chats import Chat, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation, until
from tests.far_side.x import XFarSide


@pytest.fixture
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("database_url", "chat"), [("sqlite", "slack-http"), ("sqlite", "telegram-polling")], indirect=True
)
async def test_from_the_report_to_both_reporters_in_krama(
    installation: Installation, chat: Chat, x: XFarSide
) -> None:
    await evening(installation, chat, x)
    await chat.meet(await installation.start())
    await chat.say("/ikat-grup dpupr", "admin")
    await sees(chat, "Grup ini sekarang milik", who="petugas")
    first = x.citizen_posts("nuwun sewu, margi ing Tembana risak sanget, nyuwun dipundandosi", mention=HANDLE)
    await asks(chat, "/laporan 1", "margi ing Tembana", who="petugas")
    second = x.citizen_posts(
        "dalan Tembana rusak nemen pak, tulung didandani", mention=HANDLE, by="warga_dua"
    )
    await asks(chat, "/gabung 2 dengan 1", "2 pelapor", who="kepala")
    await asks(chat, "/laporan 1", "2 pelapor", who="petugas")
    await chat.press("Jawaban siap pakai", "petugas")
    await sees(chat, "jawabannya krama", who="petugas")
    await chat.press("Perlu data (lewat DM)", "petugas")
    await until(lambda: chat.asked("petugas"), what="for the form")
    await chat.fill_in("foto saha papanipun", "petugas")
    preview = await sees(
        chat, "Pratinjau tanggapan laporan 1", "Juga dikirim kepada 1 pelapor lain", who="petugas"
    )
    assert x.published(HANDLE) == []
    await chat.press("Kirim", "kepala")
    await until(lambda: len(x.published(HANDLE)) == 2, what="for both answers")
    texts, targets = zip(*x.published(HANDLE), strict=True)

    assert f"pesen pribadi (DM) dhateng @{HANDLE}" in preview
    assert set(targets) == {first, second}
    assert sorted(re.findall(r"nomer (\d)", " ".join(texts))) == ["1", "2"]
    assert all("foto saha papanipun" in text for text in texts)
    assert chat.alarms() == []


@pytest.mark.parametrize(
    ("database_url", "chat"), [("sqlite", "slack-http"), ("sqlite", "telegram-polling")], indirect=True
)
async def test_the_government_words_them_anew(installation: Installation, chat: Chat, x: XFarSide) -> None:
    await evening(installation, chat, x)
    await chat.meet(await installation.start())
    await chat.say("/ikat-grup dpupr", "admin")
    await sees(chat, "Grup ini sekarang milik", who="kepala")
    await chat.say("/jawaban ubah dicek", "kepala")
    await until(lambda: chat.asked("kepala"), what="for the form")
    await chat.fill_in("Laporan {{ nomer }} kami cek & <catat>.", "kepala")
    await sees(chat, "Belum disimpan", "{{ nomor }}", who="kepala")
    await chat.say("/jawaban ubah dicek: Laporan {{ nomor }} kami cek & <catat>.", "kepala")
    await sees(chat, "Laporan 12345 kami cek & <catat>.", "dan semua di bawahnya", who="kepala")
    x.citizen_posts("jalan rusak", mention=HANDLE)
    await asks(chat, "/tanggapi 1 jawaban dicek", "Laporan 1 kami cek & <catat>.", who="petugas")
    await chat.press("Batalkan perubahan", "kepala")
    await sees(chat, "berlaku lagi", who="kepala")
    await asks(chat, "/tanggapi 1 jawaban dicek", "sedang", who="petugas")

    assert chat.alarms() == []
