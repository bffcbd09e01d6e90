"""The whole story, on every platform and both databases: from an empty folder to a citizen's second answer."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from tests.e2e.chats import WAYS, Chat, asks, chat_by, sees
from tests.e2e.evenings import APPROVAL, HANDLE, connect, government, x_settings
from tests.e2e.running import App, Installation, until
from tests.far_side.x import XFarSide

COMPLAINT = "jalan di Alian rusak & berlubang <parah>, hubungi 0812-3456-7890"
ANSWER = "Terima kasih & mohon maaf. Lubang <di Alian> *ditambal* Jumat, 100% _gratis_ 🙏"
AGAIN = "@dpuprkebumen sudah seminggu belum ada yang datang, Pak"
LATER = "Mohon maaf, tim kami datang hari ini. 🚧"


@pytest.fixture
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_by(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("database_url", "chat"),
    [*(("sqlite", way) for way in WAYS), *(("postgresql", way) for way in WAYS[::2])],
    indirect=True,
)
async def test_from_an_empty_folder_to_the_citizens_second_answer(
    installation: Installation, chat: Chat, x: XFarSide
) -> None:
    tokens = x.add_account(HANDLE)
    app = await opened(installation, chat, x, tokens)
    await settled(installation, chat)
    post = x.citizen_posts(COMPLAINT, mention=HANDLE, photo=photo())
    await read(chat)
    await answered(chat, x, post)
    await reopened(chat, x)
    await closed(chat, x)
    await app.stop()
    verified = await installation.command("audit", "verify")

    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith("Catatan utuh: ")
    assert chat.alarms() == []
    secrets = [*tokens.values(), *chat.secrets, installation.settings["secret_keys"], x.bearer_token]
    assert leaks(installation, [*secrets, COMPLAINT, AGAIN, ANSWER, LATER, "0812-3456"]) == []


async def opened(installation: Installation, chat: Chat, x: XFarSide, tokens: dict[str, str]) -> App:
    """The operator's first evening: settings, agencies, accounts, tokens, start."""
    installation.settings |= chat.settings(installation.settings["port"]) | x_settings(x, APPROVAL)
    if chat.platform == "web":
        await (await installation.start()).stop()  # it furnishes its room with the same sample
    await government(installation)
    connected = await connect(installation, tokens)
    assert (connected.code, connected.err) == (0, "")
    assert f"@{HANDLE} terhubung" in connected.out
    app = await installation.start(debug=True)
    await chat.meet(app)
    return app


async def settled(installation: Installation, chat: Chat) -> None:
    """The first administrator takes the app, binds the group and gives the roles."""
    code = (await installation.command("admin-code")).out.rpartition("/klaim ")[2].strip()
    await chat.say(f"/klaim {code}", "admin")
    await sees(chat, "Anda kini admin", who="admin")
    await chat.say("/ikat-grup dpupr", "admin")
    await sees(chat, "Grup ini sekarang milik", "Dinas Pekerjaan Umum", who="petugas")
    for who, role in (("petugas", "petugas"), ("kepala", "penanggung-jawab")):
        await chat.say(f"/beri-peran {role} dpupr", "admin", about=who)
        await sees(chat, "DPUPR", "di bawahnya" if chat.platform != "web" else "memang sudah", who=who)


async def read(chat: Chat) -> None:
    """The complaint is in the list, and the whole case with its photo."""
    listed = await asks(chat, "/laporan-baru", "1 laporan belum ditanggapi", "[1 foto]", who="petugas")
    assert "jalan di Alian rusak & berlubang <parah>" in listed
    shown = await asks(chat, "/laporan 1", "jalan di Alian rusak & berlubang <parah>", who="petugas")
    assert "0812-3456" not in shown

    async def photos() -> list[bytes]:
        await asks(chat, "/laporan 1", "Laporan 1", who="petugas")
        return await chat.pictures()

    await until(photos, what="for the photo", pause=0.1)
    assert Image.open(io.BytesIO((await chat.pictures())[0])).size == (40, 30)


async def answered(chat: Chat, x: XFarSide, post: str) -> None:
    """Draft, preview, a press by somebody without the right, and one with it: public once, word for word."""
    await chat.say("/tanggapi 1", "petugas")
    await until(lambda: chat.asked("petugas"), what="for the form")
    await chat.fill_in(ANSWER, "petugas")
    preview = await sees(chat, "Pratinjau tanggapan laporan 1", who="petugas")
    assert ANSWER in preview
    assert f"@{HANDLE}" in preview
    for who in ("asing", "petugas"):
        await chat.press("Kirim", who)
        await sees(chat, "Maaf, Anda belum berwenang mengirim tanggapan", who=who)
    assert x.published(HANDLE) == []
    await chat.press("Kirim", "kepala")
    await until(lambda: x.published(HANDLE), what="for the answer to be public")
    card = await sees(chat, "Terkirim", ANSWER, who="petugas")
    assert f"@{HANDLE}" in card
    assert x.published(HANDLE) == [(ANSWER, post)]
    public = x.world.own[x.world.user(HANDLE, x.clock()).id][0].id
    assert (await chat.links())["Lihat tanggapan"].endswith(f"{HANDLE}/status/{public}")


async def reopened(chat: Chat, x: XFarSide) -> None:
    """What the citizen writes below our answer belongs to the report and opens it again."""
    public = x.world.own[x.world.user(HANDLE, x.clock()).id][0].id
    x.citizen_answers(public, AGAIN)
    await asks(chat, "/laporan 1", "dibuka kembali", AGAIN, who="kepala")


async def closed(chat: Chat, x: XFarSide) -> None:
    """The second answer goes to the second post; then the case is closed, and its record tells it all."""
    await chat.say("/selesai 1", "kepala")
    await sees(chat, "Laporan 1 belum ditanggapi", who="kepala")
    await chat.say(f"/tanggapi 1 {LATER}", "kepala")
    await sees(chat, "Pratinjau tanggapan laporan 1", LATER, who="kepala")
    await chat.press("Kirim", "kepala")
    await sees(chat, "Terkirim", LATER, who="petugas")
    assert x.published(HANDLE)[1:] == [(LATER, newest_of_citizens(x))]
    await chat.say("/selesai 1 sudah ditambal", "kepala")
    await sees(chat, "Laporan 1 selesai", "sudah ditambal", who="kepala")
    await chat.say("/riwayat 1", "kepala")
    history = await sees(chat, "Riwayat laporan 1", who="kepala")
    told = (
        "tanggapan disetujui",
        "tanggapan terkirim",
        "dibuka kembali",
        "dinyatakan selesai: sudah ditambal",
    )
    assert [history.count(words) for words in told] == [2, 2, 1, 1]


def newest_of_citizens(x: XFarSide) -> str:
    """The last post that an official account did not write."""
    return [p.id for p in x.world.posts.values() if p.author != x.world.user(HANDLE, x.clock()).id][-1]


def photo() -> bytes:
    """A photo as a citizen's phone makes one."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "brown").save(made, "PNG")
    return made.getvalue()


def leaks(installation: Installation, secrets: list[str]) -> list[str]:
    """The lines of the logs that hold what they must not."""
    logs = [line for app in installation.lives for line in app.err.read_text().splitlines()]
    return [line[:300] for line in logs if any(secret in line for secret in secrets)]
