"""Starting and stopping: what the operator reads when something is amiss, and how quickly it ends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.conftest import PG_URL
from tests.e2e.chats import SlackPeople, TelegramPeople, WebPeople, chat_by, sees
from tests.e2e.evenings import connect, government, x_settings
from tests.e2e.running import PATIENCE, ROOT, TROUBLE, Done, Installation, browser, until
from tests.far_side.slack import APP_TOKEN, SlackFarSide
from tests.far_side.telegram import TelegramFarSide
from tests.far_side.x import XFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def refused(done: Done, *lines: str) -> None:
    """It ended at once, with exactly these lines (or lines that begin so), and without a trace."""
    said = [line for line in done.err.splitlines() if line]
    assert done.code == 1, done
    assert len(said) == len(lines), said
    for line, wanted in zip(said, lines, strict=True):
        assert line.startswith(wanted)
    assert not [word for word in TROUBLE if word in done.err + done.out]


# -- as a newcomer does it ---------------------------------------------------------------------------------


async def run_app(folder: Path, *argv: str, **settings: str) -> Process:
    """`python app.py`, word for word."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TANGGAP_")} | settings
    return await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "app.py"), *argv, cwd=folder, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_help_explains_itself(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "kosong"
    folder.mkdir()
    process = await run_app(folder, "--help")
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert (process.returncode, err) == (0, b"")
    for word in ("import", "admin-code", "connect-account", "audit", "TANGGAP_", "latihan"):
        assert word in out.decode()
    assert os.listdir(folder) == []


async def test_a_newcomer_starts_stops_and_goes_on(installation: Installation, tmp_path: Path) -> None:
    """Nothing but a port is set; the second start knows what was said in the first."""
    port, room = installation.port(), WebPeople("setda")
    folder = tmp_path / "baru"
    folder.mkdir()
    for turn, how in enumerate((signal.SIGINT, signal.SIGTERM)):
        process = await run_app(folder, TANGGAP_PORT=port)
        try:
            await _a_visit(process, room, f"http://127.0.0.1:{port}", is_first=turn == 0)
            process.send_signal(how)
            out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        finally:
            if process.returncode is None:
                process.kill()
        assert (process.returncode, err) == (0, b"")
        assert "Semua tersimpan" in out.decode()


async def _a_visit(process: Process, room: WebPeople, address: str, *, is_first: bool) -> None:
    assert process.stdout is not None
    told = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    assert address in told.decode()
    assert "Wiryawan Susetyo" in await until(partial(_page, address))
    await room.meet_at(address)
    if is_first:
        await room.say("/siapa-saya", "sekda")
    await sees(room, "Wiryawan Susetyo", "Sekda", who="sekda")
    await room.leave()


async def _page(url: str) -> str:
    async with browser() as client:
        try:
            return (await client.get(url)).text
        except httpx.TransportError:
            return ""


# -- what the operator got wrong ---------------------------------------------------------------------------


async def test_a_taken_port_is_named(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused(await installation.command(port=port), f"Port {port} di 127.0.0.1 sudah dipakai")


@pytest.mark.parametrize("host", ["192.0.2.1", "tidak-ada.invalid"])
async def test_an_address_that_is_not_ours(installation: Installation, host: str) -> None:
    settings = {"telegram_token": "110201543:x"}  # the training room has a rule of its own
    refused(await installation.command(host=host, **settings), f"Alamat {host} tidak ada")


async def test_the_training_room_is_for_this_machine_only(installation: Installation) -> None:
    refused(await installation.command(host="0.0.0.0"), "Ruang latihan tanpa kata sandi")


@pytest.mark.parametrize("proxy", [{}, {"x_api_url": "http://127.0.0.1:9"}], ids=["straight", "by a proxy"])
async def test_the_training_room_opens_no_real_channel(
    installation: Installation, proxy: dict[str, str]
) -> None:
    for tokens in ({"x_consumer_key": "k", "x_consumer_secret": "s"}, {"x_bearer_token": "b"}):
        refused(
            await installation.command(**tokens, **proxy),
            "Setelan TANGGAP_X_… terisi tanpa Slack atau Telegram.",
        )


WRONG = {
    "PROT": ("8000", "setelan tidak dikenal; maksud Anda TANGGAP_PORT?"),
    "PORT": ("abc", "harus angka"),
    "TIMEZONE": ("Mars/Base", "zona waktu tidak dikenal"),
    "DATABASE_URL": ("mysql://x/y", "harus sqlite:///"),
    "DIGEST_AT": ("25:99", "harus jam seperti 07:00"),
    "X_POLL_SECONDS": ("0", "harus angka"),
    "SLACK_API_URL": ("slack.com", "harus alamat"),
    "SLACK_BOT_TOKEN": ("xoxb-1", "isi juga TANGGAP_SLACK_SIGNING_SECRET"),
    "TELEGRAM_WEBHOOK_URL": ("https://x.example", "isi juga TANGGAP_TELEGRAM_WEBHOOK_SECRET"),
    "X_CONSUMER_KEY": ("k", "isi juga TANGGAP_X_CONSUMER_SECRET"),
    "SECRET_KEYS": ("bukan-kunci", "Kunci rahasia nomor 1"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_setting_is_named(installation: Installation, name: str) -> None:
    value, says = WRONG[name]
    done = await installation.command(**{name.lower(): value})

    refused(done, f"TANGGAP_{name}: {says}" if name != "SECRET_KEYS" else says)
    assert value not in done.err.replace("TANGGAP_PORT", "") or name in ("PROT", "PORT", "X_POLL_SECONDS")


@pytest.mark.parametrize("content", ["TANGGAP_PORT=8000\n".encode("utf-16"), b"\xff\x00\xfe" * 99])
async def test_settings_that_are_no_text_are_named(installation: Installation, content: bytes) -> None:
    (installation.folder / ".env").write_bytes(content)
    refused(await installation.command(), "Berkas .env tidak dapat dibaca. Simpan ulang sebagai teks UTF-8.")


async def test_a_mark_before_the_first_setting_hides_nothing(installation: Installation) -> None:
    (installation.folder / ".env").write_bytes(b"\xef\xbb\xbfTANGGAP_TIMEZONE=Mars\r\n")
    refused(await installation.command(), "TANGGAP_TIMEZONE: zona waktu tidak dikenal")


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///", "sqlite:///a.db?mode=ro"])
async def test_a_database_that_is_no_file_is_named(installation: Installation, url: str) -> None:
    refused(await installation.command(database_url=url), "TANGGAP_DATABASE_URL: harus sqlite:///")


async def test_a_lesson_without_a_possible_number_is_refused(installation: Installation) -> None:
    done = await installation.command("lexicon", "undo", "9" * 30)

    assert done.code == 2
    assert "Traceback" not in done.err


async def test_all_wrong_settings_are_named_at_once(installation: Installation) -> None:
    installation.put(".env", "TANGGAP_HSOT=x\nLAIN=y\n")
    done = await installation.command(port="0", timezone="Mars", slack_bot_token="xoxb-rahasia")

    refused(
        done, "TANGGAP_HSOT: setelan tidak dikenal; maksud Anda TANGGAP_HOST?", "TANGGAP_PORT: ",
        "TANGGAP_TIMEZONE: ", "TANGGAP_SLACK_BOT_TOKEN: ",
    )  # fmt: skip
    assert "rahasia" not in done.err


async def test_what_is_set_to_nothing_is_not_set(installation: Installation) -> None:
    """A `.env` with names and no values is how many begin."""
    names = (
        "SLACK_BOT_TOKEN",
        "TELEGRAM_TOKEN",
        "X_CONSUMER_KEY",
        "TELEGRAM_WEBHOOK_URL",
        "TIMEZONE",
        "NODE",
    )
    installation.put(".env", "".join(f"TANGGAP_{name}=\n" for name in names))
    app = await installation.start()

    assert "Ruang latihan terbuka" in app.said()
    await app.stop()


# -- databases ---------------------------------------------------------------------------------------------


def _broken(folder: Path) -> dict[str, str]:
    (folder / "sampah.db").write_bytes(b"bukan basis data" * 500)
    (folder / "folder.db").mkdir()
    with contextlib.closing(sqlite3.connect(folder / "kelak.db")) as later, later:
        later.execute("CREATE TABLE alembic_version (version_num TEXT)")
        later.execute("INSERT INTO alembic_version VALUES ('9999')")
    with contextlib.closing(sqlite3.connect(folder / "lain.db")) as other, other:
        other.execute("CREATE TABLE report (id INTEGER)")
    return {
        "sampah": f"sqlite:///{folder}/sampah.db",
        "folder": f"sqlite:///{folder}/folder.db",
        "kelak": f"sqlite:///{folder}/kelak.db",
        "lain": f"sqlite:///{folder}/lain.db",
        "tiada": f"sqlite:///{folder}/tidak/ada/app.db",
        "terlarang": "sqlite:////proc/tanggap.db",
        "mati": "postgresql+psycopg://postgres@127.0.0.1:1/tanggap",
        "salah": PG_URL.rpartition("/")[0] + "/tidak_ada_basis_data_ini",
    }


async def test_a_database_that_cannot_be_used_is_named(installation: Installation) -> None:
    for name, url in _broken(installation.folder).items():
        for argv in ((), ("admin-code",)):
            done = await installation.command(*argv, database_url=url)
            refused(
                done, "Basis data ini berasal dari versi" if name == "kelak" else "Basis data tidak dapat"
            )


async def test_the_engines_file_is_made_anew_when_it_is_damaged(installation: Installation) -> None:
    """What a full disk or a power failure left of it: nothing of ours is in it."""
    engine, mine = installation.folder / "a.db.engine", f"sqlite:///{installation.folder}/a.db"
    engine.write_bytes(b"bukan basis data" * 500)
    app = await installation.start({"database_url": mine})
    assert "was damaged and is made anew" in app.said()
    await app.stop()
    (installation.folder / "b.db.engine").mkdir()
    done = await installation.command(database_url=mine.replace("a.db", "b.db"))

    refused(
        done,
        f"Basis data tidak dapat dibuka atau ditulisi: {installation.folder}/b.db.engine: unable to open",
    )


async def test_a_folder_for_photos_that_cannot_be_used_is_named(installation: Installation) -> None:
    installation.put("berkas", "")
    for folder in ("berkas", "/proc/foto"):
        refused(await installation.command(media_dir=folder), f"Folder foto {folder} tidak dapat dipakai")


async def test_a_locked_database_is_named(installation: Installation) -> None:
    file = sa.make_url(installation.settings["database_url"]).database
    assert file is not None
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = await installation.command("admin-code")

    refused(done, "Basis data tidak dapat dibuka atau ditulisi: database is locked")


# -- tokens ------------------------------------------------------------------------------------------------


async def test_a_wrong_slack_token_is_named(installation: Installation, database_url: str) -> None:
    async with SlackFarSide() as slack:
        settings = {"slack_bot_token": "xoxb-salah", "slack_api_url": slack.api_url}
        by_http = await installation.command(slack_signing_secret="s", **settings)
        settings["slack_bot_token"] = slack.api.bot_token
        by_socket = await installation.command(slack_app_token="xapp-salah", **settings)

    for done in (by_http, by_socket):
        refused(done, "slack menolak token")
        assert "salah" not in done.err.replace("invalid", "")
        assert APP_TOKEN not in done.err


async def test_a_wrong_telegram_token_is_named(installation: Installation) -> None:
    async with chat_by("telegram-polling") as chat:
        assert isinstance(chat, TelegramPeople)
        settings = {"telegram_token": "110201543:salah", "telegram_api_url": chat.far.url}
        done = await installation.command(**settings)

    refused(done, "telegram menolak token")
    assert "110201543:salah" not in done.err


async def test_a_platform_that_is_away_does_not_stop_the_start(installation: Installation) -> None:
    far = TelegramFarSide()
    settings = {"telegram_token": far.token, "telegram_api_url": "http://127.0.0.1:9"}
    app = await installation.start(settings, well=False)

    assert (await app.health())["status"] == "degraded"
    await app.stop()


async def test_tokens_that_x_no_longer_takes_are_shown(installation: Installation, x: XFarSide) -> None:
    installation.settings |= x_settings(x)
    tokens = x.add_account("dpuprkebumen")
    await government(installation)
    assert (await connect(installation, tokens)).code == 0
    x.revoke(tokens)
    app = await installation.start(well=False)

    async def told() -> bool:
        health = await app.health()
        ours = next(a for a in health["accounts"] if a["channel"] == "x")
        return health["status"] == "degraded" and bool(ours["trouble"])

    await until(told)
    await app.stop()
    listed = await installation.command("accounts")
    assert "DPUPR · x · @dpuprkebumen · dikirim secara manual · disconnected" in listed.out
    assert tokens["access_token"] not in app.said() + listed.out


async def test_accounts_are_connected_with_their_own_tokens_only(
    installation: Installation, x: XFarSide
) -> None:
    installation.settings |= x_settings(x)
    await government(installation)
    wrong = await connect(installation, x.add_account("orang_lain"))
    refused(wrong, "Token ini milik @orang_lain, bukan @dpuprkebumen.")
    unknown = await connect(installation, {"a": "tidak", "b": "dikenal"})
    refused(unknown, "x menjawab: ")
    refused(await connect(installation, {"a": "satu"}), "Token harus dua baris")
    refused(await connect(installation, {}, agency="zzzzz"), "Instansi “zzzzz” tidak ditemukan")
    refused(await connect(installation, {}, agency="dinkes"), "Dinas Kesehatan belum punya akun resmi di x")
    keyless = await installation.command(
        "connect-account", "dpupr", "x", "--file", "token.txt", secret_keys=""
    )
    refused(keyless, "Belum ada kunci rahasia")
    channelless = await installation.command(
        "connect-account", "dpupr", "x", "--file", "token.txt", x_consumer_key="", x_bearer_token=""
    )
    refused(channelless, "Kanal x belum diatur")
    nobody = await installation.command("accounts")

    assert "terhubung" not in nobody.out


# -- files -------------------------------------------------------------------------------------------------


async def test_of_a_bad_file_nothing_is_applied(installation: Installation) -> None:
    path = installation.put(
        "instansi.csv",
        "code,parent,kind,name\n33.05,,pemda,Pemkab\nDINAS,33.05,dinas,Dinas\nX,33.05,bukan,\nY,33.05,entah,Y\n",
    )
    done = await installation.command("import", "agencies", path)
    refused(
        done, "Baris 4, kolom kind: ", "Baris 4, kolom name: ", "Baris 5, kolom kind: ",
        "3 hal perlu diperbaiki. Tidak ada yang disimpan",
    )  # fmt: skip
    installation.put("instansi.csv", "code,parent,kind,name\n33.05,,pemda,Pemkab\n")
    looked = await installation.command("import", "agencies", path, "--dry-run")
    first = await installation.command("import", "agencies", path)
    again = await installation.command("import", "agencies", path)
    assert (looked.code, first.code, again.code) == (0, 0, 0)
    assert looked.out.splitlines()[:1] != again.out.splitlines()[:1]


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00\x01", b"code\n" * 3, b"{nothing\n"])
async def test_a_file_that_is_none_is_refused(installation: Installation, content: bytes | None) -> None:
    path = installation.folder / "berkas.csv"
    if content is not None:
        path.write_bytes(content)
    done = await installation.command("import", "agencies", str(path))

    assert done.code == 1
    assert done.err
    assert not [word for word in TROUBLE if word in done.err]


# -- the end -----------------------------------------------------------------------------------------------


@pytest.fixture
async def browsers(installation: Installation) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(base_url=f"http://127.0.0.1:{installation.settings['port']}") as client:
        yield client


async def test_it_ends_in_time_with_open_browsers(
    installation: Installation, browsers: httpx.AsyncClient
) -> None:
    app = await installation.start()
    async with contextlib.AsyncExitStack() as tabs:
        for tab in range(5):
            asked = {"sebagai": "sekda", "grup": "setda", "tab": f"t{tab}"}
            stream = await tabs.enter_async_context(
                browsers.stream("GET", "/latihan/kabar", params=asked, timeout=20)
            )
            await anext(aiter(stream.aiter_lines()))  # it is open: it says something
        await app.stop()


async def test_it_ends_in_time_while_many_speak(installation: Installation) -> None:
    async with chat_by("slack-http") as chat:
        assert isinstance(chat, SlackPeople)
        await government(installation)
        installation.settings |= chat.settings(installation.settings["port"])
        app = await installation.start()
        await chat.meet(app)
        numbers = itertools.count()

        async def speaks() -> None:
            with contextlib.suppress(httpx.TransportError):
                while next(numbers) >= 0:
                    await chat.far.slash("/klaim" if next(numbers) % 2 else "/siapa-saya", "ABCD")

        speakers = [asyncio.create_task(speaks()) for _ in range(6)]
        await until(lambda: len(chat.far.world.messages) > 30)
        await app.stop(signal.SIGTERM)
        await asyncio.gather(*speakers)


async def test_what_could_not_be_said_any_more_is_said_after_the_next_start(
    installation: Installation,
) -> None:
    async with chat_by("slack-http") as chat:
        assert isinstance(chat, SlackPeople)
        await government(installation)
        installation.settings |= chat.settings(installation.settings["port"])
        app = await installation.start()
        await chat.meet(app)
        chat.far.trouble("throttle", 12, "chat.postEphemeral")  # the lane stays closed as long
        await chat.say("/klaim SALAH", "admin")
        await until(lambda: not chat.far.api.troubles)
        await app.stop()
        assert await chat.texts("admin") == []
        app = await installation.start()
        await sees(chat, "Maaf, kodenya salah", who="admin")
        await app.stop()


async def test_it_ends_in_time_while_a_platform_keeps_us_waiting(
    installation: Installation, x: XFarSide
) -> None:
    installation.settings |= x_settings(x)
    tokens = x.add_account("dpuprkebumen")
    await government(installation)
    assert (await connect(installation, tokens)).code == 0
    app = await installation.start()
    x.hang_next()
    await until(lambda: not x.faults)
    await app.stop()
