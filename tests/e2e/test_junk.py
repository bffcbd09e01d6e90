"""Junk at every HTTP endpoint: turned away with 4xx, never an error of ours, and never written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from tests.e2e.chats import WEBHOOK_SECRET
from tests.e2e.evenings import government
from tests.e2e.running import App, Installation, browser
from tests.far_side.slack import BOT_TOKEN, SECRET, SlackFarSide, signed
from tests.far_side.telegram import TOKEN, TelegramFarSide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MARK = "JANGAN-DICATAT"
DEEP = "[" * 100_000
TYPES = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "multipart/form-data", "text/plain", "application/json; charset=utf-999", "\xff/\xfe", "",
)  # fmt: skip
METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "BREW", "GET", "HEAD", "POST")


def values() -> Iterator[object]:
    """JSON that is well-formed and makes no sense."""
    yield from (None, 1, -1.5, MARK, [], [MARK], {}, {"type": MARK}, {"type": [MARK]}, {"update_id": True})
    yield from ({"update_id": MARK}, {"update_id": 1}, {"update_id": 1, "message": MARK})
    yield {"update_id": 2, "message": {"message_id": 1, "date": MARK, "chat": {"id": MARK}}}
    yield {"update_id": 3, "message": {"message_id": 1, "date": 10**30, "chat": {"id": 1, "type": "group"}}}
    yield {"update_id": 4, "callback_query": {"id": [], "from": {"id": 1}, "data": MARK * 100}}
    yield {"type": "event_callback", "event": {"type": "app_mention", "text": [MARK], "channel": {}}}
    yield {
        "type": "event_callback",
        "event": {"type": "app_mention", "user": "U1", "ts": MARK, "channel": "C1"},
    }
    yield {"type": "url_verification", "challenge": {"x": MARK}}
    yield {"command": MARK, "text": MARK}
    for kind in ("block_actions", "view_submission", "message_action", "view_closed", MARK):
        yield {"type": kind}
        yield {"type": kind, "user": MARK, "view": MARK, "actions": MARK, "container": MARK}
        yield {
            "type": kind,
            "user": {"id": MARK},
            "view": {"state": [], "callback_id": 1},
            "actions": [[], {}],
        }
    yield {"sebagai": "sekda", "grup": "setda", "tab": "t", "key": MARK, "text": 5}
    yield {"sebagai": "sekda", "grup": "setda", "tab": "t", "key": "k", "text": f"{MARK}\x00"}
    yield {"sebagai": "sekda", "grup": "setda", "tab": "t", "key": "k", "on": 10**14, "token": MARK}
    yield {"sebagai": [], "grup": {}, "tab": "t", "key": "k", "form": 7, "values": {MARK: MARK}}


def bodies() -> list[bytes]:
    """What is sent."""
    said = [json.dumps(value) for value in values()]
    forms = [urlencode({"payload": text}) for text in said] + [
        f"payload={MARK}",
        f"command=/{MARK}&text=x",
        "%%%&=;",
    ]
    odd = [f"{{{MARK}", DEEP, f'{{"a":{DEEP}', f'{{"update_id": 1e999, "a": "{MARK}"}}', "\ud800"]
    part = f'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n{MARK}\r\n'
    raw = [text.encode("utf-8", "surrogatepass") for text in (*said, *forms, *odd, part, f"{part}--x--")]
    return [*raw, b"", b"\x00\xff\xfe" * 50, MARK.encode() * 150_000]


BODIES = bodies()


async def test_chat_platforms_endpoints(installation: Installation) -> None:
    telegram = TelegramFarSide()
    await telegram.start()
    async with SlackFarSide() as slack:
        await government(installation)
        hook = f"http://127.0.0.1:{installation.settings['port']}/telegram/updates"
        settings = {
            "slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET, "slack_api_url": slack.api_url,
            "telegram_token": TOKEN, "telegram_api_url": telegram.url, "telegram_webhook_url": hook,
            "telegram_webhook_secret": WEBHOOK_SECRET,
        }  # fmt: skip
        app = await installation.start(settings, debug=True)
        secret = {"x-telegram-bot-api-secret-token": WEBHOOK_SECRET}
        async with browser(base_url=app.url) as client:
            await other_methods(
                client, "/slack/events", "/telegram/updates", "/healthz", "/metrics", "/entah"
            )
            for number, body in enumerate(BODIES):
                kind = {"content-type": TYPES[number % len(TYPES)]}
                await turned_away(client, "/slack/events", body, kind)
                await turned_away(client, "/slack/events", body, kind | signed("salah", body, now(slack)))
                await turned_away(client, "/telegram/updates", body, kind)
                for likely in TYPES[:3]:
                    ours = {"content-type": likely} | signed(SECRET, body, now(slack))
                    await no_error(client, "/slack/events", body, ours)
                await no_error(client, "/telegram/updates", body, kind | secret)
        await raw_junk(app)
        parts = (await app.health())["parts"]
        await app.stop(calm=False)
    await telegram.stop()

    assert parts == {
        "slack": "ok",
        "telegram": "updates skipped: 4",
    }  # those that brought Telegram's own secret
    assert slack.world.noted == []
    quiet(app)


async def test_the_training_rooms_endpoints(installation: Installation) -> None:
    app = await installation.start(debug=True)
    ours = {"x-tanggap": "1", "origin": app.url}
    posts = ("/latihan/ketik", "/latihan/tekan", "/latihan/isi", "/latihan/alun-alun")
    asked = [{"sebagai": a, "grup": b, "sejak": c, "sebelum": c} for a, b, c in STRANGE]
    async with browser(base_url=app.url, headers=ours) as client:
        await other_methods(client, *posts[:3], "/latihan/kabar", "/entah", "/gambar/x")
        for number, body in enumerate(BODIES):
            for path in posts:
                for likely in (*TYPES[:3], TYPES[number % len(TYPES)]):
                    await turned_away(client, path, body, {"content-type": likely})
        for query in asked:
            for path in ("/latihan/kabar", "/latihan/pesan"):
                answer = await client.get(path, params=query)
                assert 400 <= answer.status_code < 500, (path, query)
        for path in (
            "/gambar/../app.py",
            "/gambar/%2e%2e%2fapp.py",
            "/latihan/aset/../door.py",
            "/latihan/aset/%00",
        ):
            assert 400 <= (await client.get(path)).status_code < 500, path
        assert (await client.get("/", headers={"host": "jahat.example"})).status_code == 421
    await raw_junk(app)
    assert (await app.health())["status"] == "ok"
    await app.stop()
    quiet(app)


STRANGE = (
    ("", "", ""), (MARK, "setda", ""), ("sekda", MARK, ""), ("sekda", "setda", MARK), ("sekda", "setda", "-1"),
    ("sekda", "setda", "9" * 40), ("\x00", "\x00", "1"), ("sekda", "pribadi:admin", ""),
)  # fmt: skip


def now(slack: SlackFarSide) -> int:
    return int(slack.world.clock().timestamp())


async def other_methods(client: httpx.AsyncClient, *paths: str) -> None:
    """Methods that nobody meant."""
    for path in paths:
        for method in METHODS:
            answer = await client.request(method, path, content=MARK)
            reads = method in ("GET", "HEAD") and path in ("/healthz", "/metrics")
            assert 400 <= answer.status_code < 500 or (reads and answer.status_code == 200), (method, path)


async def turned_away(client: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]) -> None:
    answer = await _sent(client, path, body, headers)
    assert 400 <= answer.status_code < 500, (path, body[:200], headers, answer.status_code)


async def no_error(client: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]) -> None:
    """With the platform's own proof even nonsense may be acknowledged."""
    answer = await _sent(client, path, body, headers)
    assert answer.status_code < 500, (path, body[:200], headers, answer.status_code)


async def _sent(client: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    try:
        return await client.post(path, content=body, headers=raw)
    except httpx.TransportError:
        # Too much: the door says 413 and hangs up, and may hang up before we have read it.
        assert len(body) > 64_000, (path, headers)
        return httpx.Response(413)


RAW = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n" + MARK.encode(),
    b"POST /telegram/updates HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n" + MARK.encode(),
    b"POST /latihan/ketik HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    MARK.encode() * 1000,
)


async def raw_junk(app: App) -> None:
    """What is not even HTTP; the caller hangs up in the middle."""
    port = int(app.url.rpartition(":")[2])
    for junk in RAW:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(junk)
        writer.write_eof()
        answer = await asyncio.wait_for(_rest(reader), 10)
        writer.close()
        assert not answer.startswith(b"HTTP/1.1 5"), answer[:100]


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(1000)
    except ConnectionError:
        return b""


def quiet(app: App) -> None:
    """Nothing of it was written down, and nothing went wrong."""
    said = app.said()
    assert MARK not in said
    assert "[[[[" not in said
