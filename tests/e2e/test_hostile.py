"""Citizens' and officials' words that try to be more than words: shown as text, published as previewed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.e2e.chats import Chat, asks, chat_by, sees
from tests.e2e.evenings import HANDLE, evening
from tests.e2e.running import Installation, until
from tests.far_side.x import XFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = (
    "<!channel> <!here|semua> <!everyone> lampu mati",
    "<@UADI> <@UTONO|tono> @adi @channel @here tolong",
    "<https://jahat.example|kantor bupati> <mailto:a@jahat.example|surat>",
    "[kantor bupati](https://jahat.example) *tebal* _miring_ ~coret~ `kode` ||rahasia||",
    "<b>tebal</b> <a href='https://jahat.example'>klik</a> <script>alert(1)</script> &lt;i&gt; &amp;amp;",
    "{{ 7*7 }} {% for x in y %} {# z #} ${7*7} #{7*7} %s %(x)s {0}",
    "</blockquote></b><actions><button name='send'>Kirim</button></actions><br>",
    "/klaim ABCD-EFGH-JKLM",
    "=1+1 '; DROP TABLE report; -- \\u0000 \\x1b[31m",
    "keluarga 👩‍👩‍👧‍👦 🏳️‍🌈 🇮🇩 👍🏽 di jalan é é ñ",
    "ja\u200blan ru\u200dsak \ufeff di \u2060Alian",
    "kata \u202eterbalik\u202c dan \u2066sendiri\u2069 selesai",
    "baris satu\nbaris dua\r\nINFO laporan dihapus admin\tselesai",
    "ftp://jahat.example jahat.example kebumenkab.go.id tel:+62811 surel warga@jahat.example",
    ":skull: :eyes: &lt;!channel&gt; &#60;b&#62;",
)
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
LONG = " ".join(f"lubang{n}" for n in range(1, 1001))
ANSWERS = (
    "Terima kasih <b>Bapak</b> & Ibu, {{7*7}} *siap* _besok_ `12` [x](y) <!here> <@UADI>",
    "Baris satu\nbaris dua &amp; &lt;tiga&gt; 👩‍👩‍👧‍👦 \u201cpetik\u201d 'satu'",
)


@pytest.fixture(params=["slack-http", "telegram-polling", "web"])
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        yield made


async def test_hostile_words_are_words(installation: Installation, chat: Chat, x: XFarSide) -> None:
    if chat.platform == "web":
        await (await installation.start()).stop()
    await evening(installation, chat, x)
    written = (*HOSTILE, LONG)
    posts = [x.citizen_posts(text, mention=HANDLE, by=f"warga{n}") for n, text in enumerate(written)]
    app = await installation.start()
    await chat.meet(app)
    await chat.say("/ikat-grup dpupr", "admin")
    await asks(chat, "/laporan-baru", f"{len(written)} laporan belum ditanggapi", who="petugas")
    for page in (2, 3):
        await asks(chat, f"/laporan-baru hal {page}", f"Halaman {page}", who="petugas")
    for number in range(1, len(HOSTILE) + 1):
        card = await asks(chat, f"/laporan {number}", f"Laporan {number} · baru", who="petugas")
        assert first_words(written[posts.index(await origin(chat))]) in card
    await chat.say(f"/laporan {len(written)}", "petugas")
    if chat.platform != "web":  # there a card is one message, and its button tells the rest
        await sees(chat, "Tidak semuanya muat", who="petugas")
        await chat.press("Selengkapnya", "petugas")
    await until(partial(readable, chat, LONG), pause=0.1)
    await chat.say("/laporan-baru <!channel> {{7*7}} <b>", "petugas")
    await sees(chat, "“<!channel> {{7*7}} <b>”", who="petugas")
    await answers(chat, x)
    assert not TURNING.search("".join(await chat.texts("petugas")))
    await app.stop()

    assert chat.alarms() == []
    assert not [line for life in installation.lives for line in life.err.read_text().splitlines()]


async def answers(chat: Chat, x: XFarSide) -> None:
    """Exactly what was shown is what becomes public."""
    for number, text in enumerate(ANSWERS, 1):
        await chat.say(f"/tanggapi {number}", "petugas")
        await until(lambda: chat.asked("petugas"))
        await chat.fill_in(text, "petugas")
        await sees(chat, f"Pratinjau tanggapan laporan {number}", text, who="kepala")
        await chat.press("Kirim", "kepala")
        await sees(chat, "Tetap kirim?", who="kepala")
        await chat.press("Ya, tetap kirim", "kepala")
        await sees(chat, "Terkirim", text, who="petugas")
        assert x.published(HANDLE)[-1][0] == text


async def readable(chat: Chat, text: str) -> bool:
    """Whether every word of a text can be read by now."""
    return set(text.split()) <= set(" ".join(await chat.texts("petugas")).split())


async def origin(chat: Chat) -> str:
    """The post that the newest card of a report leads to."""
    return (await chat.links())["Buka di X"].rpartition("/")[2]


def first_words(text: str) -> str:
    """What a reader must see of a citizen's text: its beginning, less what turns letters around."""
    return TURNING.sub("", text).replace("\r\n", "\n").split("\n")[0][:30].strip()
