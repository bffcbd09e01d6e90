"""The training room's endpoints: who is let in, what is turned away, and what stays between two people."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from plugin.chat.values import (
    Incoming,
    Person,
    Room,
)
from plugin.store.store import Store
from tests.far_side.web import HOST, TEMPLATES, Training, hearing, room_of, said

ROOM = Room("web", "kebumen")
ADA, BUDI = Person("web", "ada", "Ada"), Person("web", "budi", "Budi")
SOURCES = Path(__file__).parents[2] / "adapters" / "web"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is the same on every database."""
POSTS = ["/latihan/ketik", "/latihan/tekan", "/latihan/isi"]


@pytest.fixture
async def training(store: Store, tmp_path: Path) -> AsyncIterator[Training]:
    made = Training(store, tmp_path / "media")
    yield made
    await made.aclose()


# -- the page ---------------------------------------------------------------------------------------------


@on_sqlite
async def test_the_page_runs_under_a_strict_policy(training: Training) -> None:
    answer = await training.client.get("/")
    policy = answer.headers["content-security-policy"]

    assert answer.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?://(?!127)", answer.text) == []


@on_sqlite
async def test_the_page_shows_names_as_text(training: Training) -> None:
    page = (await training.client.get("/")).text

    assert "Penanggung jawab · Budi &lt;b&gt;Santoso&lt;/b&gt;" in page


@on_sqlite
async def test_the_pages_parts_are_served(training: Training) -> None:
    page = (await training.client.get("/")).text
    for asset in set(re.findall(r'"(/latihan/aset/[^"]+)"', page)):
        answer = await training.client.get(asset)

        assert answer.status_code == 200, asset
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_phrase_of_the_scripts_is_in_the_page() -> None:
    page = (TEMPLATES / "web/page.html.j2").read_text()
    scripts = "".join(path.read_text() for path in (SOURCES / "static").glob("*.js"))
    asked = set(re.findall(r'say\("(\w+)"', scripts))

    assert asked
    assert asked <= set(re.findall(r'data-word="(\w+)"', page))


@on_sqlite
async def test_every_refusal_has_its_words(training: Training) -> None:
    sources = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    codes = set(re.findall(r'TurnedAway\("(\w+)"', sources)) | {"host", "origin", "busy", "failed", "odd"}
    for code in codes:
        assert training.chat.site.wording.text("web/refused.txt", code=code)


# -- who is let in ----------------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:8000", f"{HOST}.evil.example", ""])
async def test_a_strange_host_is_turned_away(training: Training, host: str) -> None:
    for path in ("/", "/latihan/pesan?sebagai=ada&grup=kebumen", "/latihan/aset/room.js"):
        assert (await training.client.get(path, headers={"host": host})).status_code == 421


@on_sqlite
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_sites_page_cannot_speak(training: Training, headers: dict[str, str]) -> None:
    heard: list[Incoming] = []
    async with hearing(training, heard):
        answer = await training.client.post("/latihan/ketik", json=said(), headers=headers)

    assert answer.status_code == 403
    assert (heard, await room_of(training)) == ([], [])


@on_sqlite
async def test_a_plain_form_of_another_site_cannot_post_on_the_square(training: Training) -> None:
    transport = httpx.ASGITransport(app=training.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as stranger:
        answer = await stranger.post("/latihan/alun-alun", data={"text": "x"})

    assert answer.status_code == 403


# -- junk -------------------------------------------------------------------------------------------------

JUNK = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'"x"',
    b"\xff\xfe",
    b"[" * 60_000,
    b'{"a":' + b"9" * 5000 + b"}",
    json.dumps(said(12)).encode(),
    json.dumps(said(None)).encode(),
    json.dumps(said("")).encode(),
    json.dumps(said(" \n ")).encode(),
    json.dumps(said("nul \x00")).encode(),
    json.dumps(said("half \ud800")).encode(),
    json.dumps(said("x" * 12_001)).encode(),
    json.dumps(said(key=None)).encode(),
    json.dumps(said(key="../x")).encode(),
    json.dumps(said(key="k" * 65)).encode(),
    json.dumps(said(who="")).encode(),
    json.dumps(said(who="nobody\x00")).encode(),
    json.dumps(said(who=["ada"])).encode(),
    json.dumps(said(room="")).encode(),
    json.dumps(said(room="pribadi:budi")).encode(),
    json.dumps(said(room={"a": 1})).encode(),
    json.dumps(said(tab={})).encode(),
    json.dumps(said(answers="x")).encode(),
    json.dumps(said(answers=True)).encode(),
    json.dumps(said(answers=10**18)).encode(),
    json.dumps(said(answers=77, on=77, form=77, token="t", values={})).encode(),
    json.dumps(said(answers=-1, on=-1, form=1.5, token=3, values=[1])).encode(),
]


@pytest.mark.parametrize("path", POSTS)
async def test_junk_is_the_senders_fault(
    training: Training, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[Incoming] = []
    async with hearing(training, heard):
        for body in JUNK:
            answer = await training.client.post(
                path, content=body, headers={"content-type": "application/json"}
            )

            assert 400 <= answer.status_code < 500, body[:80]
            assert answer.json()["says"]
        wrong = await training.client.post(path, content=b"a=b", headers={"content-type": "text/plain"})

    assert wrong.status_code == 415
    assert heard == []
    assert await room_of(training) == []
    assert [r for r in caplog.records if r.name.startswith("adapters")] == []


async def test_junk_on_the_square_is_the_senders_fault(training: Training) -> None:
    form = {"key": "k1", "handle": "warga", "name": "Warga", "text": "halo"}
    wrong: list[dict[str, str]] = [
        {"key": ""},
        {"handle": "a b"},
        {"handle": "x" * 90},
        {"name": ""},
        {"text": ""},
        {"text": "\x00"},
        {"text": "x" * 2001},
        {"answers": "x"},
        {"answers": "99"},
        {"photo": "not a file"},
    ]
    for change in wrong:
        files = {name: (None, value) for name, value in (form | change).items()}
        answer = await training.client.post("/latihan/alun-alun", files=files)

        assert 400 <= answer.status_code < 500, change
    for body in (b"", b"--x", b"--x\r\n\r\n", b"\xff" * 100):
        kind = {"content-type": "multipart/form-data; boundary=x"}
        answer = await training.client.post("/latihan/alun-alun", content=body, headers=kind)

        assert 400 <= answer.status_code < 500, body
    no_boundary = {"content-type": "multipart/form-data"}
    answer = await training.client.post("/latihan/alun-alun", content=b"x", headers=no_boundary)

    assert answer.status_code == 400
    assert (await training.client.get("/latihan/alun-alun")).json() == {"posts": []}


@on_sqlite
@pytest.mark.parametrize(
    "path",
    [
        "/gambar/../../etc/passwd",
        "/gambar/..%2f..%2fetc%2fpasswd",
        "/gambar/%00",
        "/gambar/" + "a" * 5000,
        "/latihan/aset/../chat.py",
        "/latihan/aset/..%2fchat.py",
        "/latihan/aset/%00",
        "/latihan/aset/" + "a" * 5000,
        "/latihan/pesan",
        "/latihan/pesan?sebagai=ada&grup=kebumen&sebelum=abc",
        "/latihan/pesan?sebagai=ada&grup=pribadi:budi",
        "/latihan/pesan?sebagai=%ff&grup=%00",
        "/latihan/kabar",
        "/latihan/kabar?sebagai=ada&grup=kebumen&sejak=-1",
        "/latihan/kabar?sebagai=ada&grup=kebumen&tab=%00",
        "/latihan/alun-alun?kiriman=99999999999999999999",
        "/latihan/alun-alun?sebelum=1;drop",
        "/latihan/ketik",
    ],
)
async def test_odd_addresses_are_the_senders_fault(training: Training, path: str) -> None:
    assert 400 <= (await training.client.get(path)).status_code < 500


@on_sqlite
async def test_a_large_body_is_not_read(training: Training) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    kind = {"content-type": "application/json"}
    declared = await training.client.post("/latihan/ketik", content=b"x" * 100_000, headers=kind)
    undeclared = await training.client.post("/latihan/ketik", content=endless(), headers=kind)

    assert (declared.status_code, undeclared.status_code) == (413, 413)
