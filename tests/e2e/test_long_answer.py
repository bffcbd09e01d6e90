"""A long answer with a photo, from the form in the chat to the posts on X, as officials and citizens see it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.e2e.chats import Chat, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation, until
from tests.far_side.x import XFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LONG = (
    "Terima kasih laporannya. Jalan di depan pasar sudah kami periksa bersama Kec. Alian tadi pagi. "
    "Lubangnya sepanjang 40 meter dan kami pasangi rambu malam ini. "
    "Bahan untuk menambal sedang disiapkan di gudang, dan petugas bekerja begitu hujan berhenti. "
    "Mohon berhati-hati saat melintas, terutama malam hari. Perkembangannya kami kabarkan di sini."
)
ALT = "Rambu di depan pasar & lubang <besar>"


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 300), (90, 120, 90)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("way", ["slack-http", "telegram-polling"])
async def test_it_is_cut_described_confirmed_and_read_by_everybody(
    installation: Installation, x: XFarSide, way: str
) -> None:
    async with chat_by(way) as chat:
        await evening(installation, chat, x)
        post = x.citizen_posts("lubang di depan pasar", mention=HANDLE)
        app = await installation.start()
        await chat.meet(app)
        await chat.say("/ikat-grup dpupr", "admin")
        await asks(chat, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
        await chat.say("/tanggapi 1", "petugas")
        await asked(chat, "petugas")
        await chat.fill_in(LONG, "petugas", photo=photo())
        await sees(chat, "Pratinjau tanggapan laporan 1", "Terlalu panjang", who="kepala")
        await chat.press("Jadikan 2 kiriman", "petugas")
        await sees(chat, "Kiriman 2", "(2/2)", "belum ada keterangan", who="kepala")
        await chat.press("Keterangan foto", "petugas")
        await asked(chat, "petugas")
        await chat.fill_in(ALT, "petugas")
        await sees(chat, "Pratinjau", f"Foto 1: {ALT}", "wajah anak atau korban", who="kepala")
        shown = await chat.pictures()
        await chat.press("Kirim", "kepala")
        await sees(chat, "Tetap kirim?", who="kepala")
        await chat.press("Ya, tetap kirim", "kepala")
        await sees(chat, "Terkirim", "Kiriman 2 dari 2", who="petugas")
        await app.stop()

    (first, below), (second, also_below) = x.published(HANDLE)
    assert first.endswith(" (1/2)")
    assert f"{first[:-6]} {second[:-6]}" == LONG
    # X lets nobody answer whoever did not name them, not even themselves: the second post stands beside the first.
    assert (below, also_below) == (post, post)
    [[(content, alt)], []] = x.pictures(HANDLE)
    assert alt == ALT
    assert content in shown
    assert chat.alarms() == []


async def asked(chat: Chat, who: str) -> None:
    """A question stands open before somebody."""
    await until(lambda: chat.asked(who), what="for the question")
