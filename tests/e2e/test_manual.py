"""Without X's approval nothing is sent: the text is prepared, a person posts it, and we find it there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.chats import asks, chat_by, sees
from tests.e2e.evenings import HANDLE, connect, evening
from tests.e2e.running import Installation
from tests.far_side.x import XFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANSWER = "Sudah kami catat & periksa <hari ini> 🙏"


async def test_a_person_posts_what_was_prepared(installation: Installation, x: XFarSide) -> None:
    async with chat_by("telegram-polling") as chat:
        tokens = await evening(installation, chat, x, approval="")
        told = (await connect(installation, tokens)).out
        assert "TANGGAP_X_APPROVAL" in told
        post = x.citizen_posts("selokan mampet", mention=HANDLE)
        app = await installation.start()
        await chat.say("/ikat-grup dpupr", "admin")
        await asks(chat, "/laporan-baru", "1 laporan belum ditanggapi", who="petugas")
        await chat.say(f"/tanggapi 1 {ANSWER}", "petugas")
        await sees(chat, "Pratinjau", ANSWER, "Anda kirim sendiri", who="kepala")
        assert await chat.labels("kepala") == [
            "Buka X",
            "Sudah saya kirim",
            "Tempel alamat",
            "Ubah",
            "Batal",
            "Tambah foto",
        ]
        composer = urlsplit((await chat.links())["Buka X"])
        assert composer.hostname == "x.com"
        asked = parse_qs(composer.query)
        assert (asked["text"], asked["in_reply_to"]) == ([ANSWER], [post])

        await chat.press("Sudah saya kirim", "kepala")
        await sees(chat, "belum terlihat di akun", who="kepala")
        assert x.published(HANDLE) == []

        x.citizen_answers(post, ANSWER, by=HANDLE)
        await chat.press("Sudah saya kirim", "kepala")
        await sees(chat, "Terkirim", ANSWER, who="petugas")
        await app.stop()

    assert x.published(HANDLE) == [(ANSWER, post)]
    assert not [call for call in x.calls if call[0] == "POST"]
