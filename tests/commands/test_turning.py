"""Lists that have pages, in the room where they are read."""

from __future__ import annotations

import pytest

from tests.desk import Conversation


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/laporan-baru", "jalan rusak"),
        ("/laporan-baru kurang 3 hari", "jalan rusak"),
        ("/cari jalan", "jalan rusak"),
        ("/tugas-saya", "jalan rusak"),
        ("/janji", "Minggu ini diperbaiki"),
        ("/ajari dpupr", "gledegan kampung"),
        ("/disisihkan", "terima kasih"),
    ],
)
async def test_a_page_beyond_the_last_shows_the_last(talk: Conversation, line: str, shown: str) -> None:
    promised = await talk.complain("@dpuprkebumen jembatan retak", author="w1")
    await talk.say(f"/tanggapi {promised} Minggu ini diperbaiki.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati")
    await talk.sweep()
    taken = await talk.complain("@dpuprkebumen jalan rusak", author="w2")
    await talk.say(f"/ambil {taken}", who="tono", room="pupr")
    await talk.say("/ajari dpupr gledegan kampung")
    await talk.complain("@dpuprkebumen terima kasih pak, sudah mulus", author="w3")
    await talk.triage()
    first = await talk.say(line, who="tono", room="pupr")

    assert shown in first
    assert await talk.say(f"{line} hal 99", who="tono", room="pupr") == first


async def test_seven_hits_are_one_page_and_eight_are_two(talk: Conversation) -> None:
    for n in range(7):
        await talk.complain(f"@dpuprkebumen jalan nomor{n} rusak", author=f"w{n}")
    seven = await talk.say("/cari jalan")
    await talk.complain("@dpuprkebumen jalan nomor7 rusak", author="w7")

    assert "nomor0" in seven
    assert "Halaman" not in seven
    assert "Halaman 1 dari 2" in await talk.say("/cari jalan")
