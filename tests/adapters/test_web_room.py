"""What is said, whispered, pressed and filled in in the training room."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from plugin.chat.values import (
    Action,
    Field,
    Form,
    Incoming,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Room,
    Shape,
    Submitted,
    Typed,
)
from plugin.errors import Refused
from plugin.store.store import Store
from tests.far_side.web import Training, hearing, listening, room_of, said, visible

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


# -- hearing and failing ----------------------------------------------------------------------------------


async def test_a_repeated_delivery_is_shown_once(training: Training) -> None:
    heard: list[Incoming] = []
    async with hearing(training, heard):
        for _ in range(2):
            await training.client.post("/latihan/ketik", json=said("halo"))

    assert [visible(m["blocks"]) for m in await room_of(training, "budi")] == ["halo"]
    assert {m.key for m in heard} == {"ada:k1"}


@on_sqlite
async def test_two_people_with_one_key_are_two_deliveries(training: Training) -> None:
    heard: list[Incoming] = []
    async with hearing(training, heard):
        for who in ("ada", "budi"):
            await training.client.post("/latihan/ketik", json=said("halo", who=who))

    assert len({m.key for m in heard}) == 2
    assert [m["by"]["key"] for m in await room_of(training)] == ["ada", "budi"]


@on_sqlite
async def test_answering_a_message_says_which(training: Training) -> None:
    ref = await training.chat.send(ROOM, Outgoing("Pertanyaan"), key="q")
    heard: list[Incoming] = []
    async with hearing(training, heard):
        await training.client.post("/latihan/ketik", json=said("Jawaban", answers=int(ref.key)))

    assert heard[0].body == Typed("Jawaban", ref)


@on_sqlite
async def test_while_nobody_listens_nothing_is_shown_and_the_sender_is_told(training: Training) -> None:
    answer = await training.client.post("/latihan/ketik", json=said("halo"))

    assert answer.status_code == 503
    assert answer.json()["says"]
    assert await room_of(training) == []


@on_sqlite
async def test_a_failure_is_logged_once_without_anybodys_words(
    training: Training, caplog: pytest.LogCaptureFixture
) -> None:
    async def receive(message: Incoming) -> None:
        raise RuntimeError(f"gagal: {message.body}")

    async with listening(training, receive):
        answer = await training.client.post("/latihan/ketik", json=said("rahasia warga"))

    assert answer.status_code == 500
    assert [r.name for r in caplog.records if r.levelno >= logging.ERROR] == ["adapters.web.door"]
    assert "rahasia" not in caplog.text
    assert "rahasia" not in answer.text


# -- between two people -----------------------------------------------------------------------------------


async def test_a_whisper_is_nobody_elses(training: Training) -> None:
    whisper = Outgoing(
        'rahasia<actions><button name="k">Kirim</button></actions>',
        (Action("k", "Kirim", "token"),),
        whisper_to=ADA,
    )
    ref = await training.chat.send(ROOM, whisper, key="w")
    heard: list[Incoming] = []
    async with hearing(training, heard):
        for path in POSTS:
            more = {"on": int(ref.key), "form": int(ref.key), "answers": int(ref.key), "token": "token"}
            answer = await training.client.post(path, json=said(who="budi", values={}, **more))

            assert answer.status_code == 404

    assert [visible(m["blocks"]) for m in await room_of(training, "ada")] == ["rahasia"]
    assert await room_of(training, "budi") == []
    assert heard == []


async def test_an_amended_whisper_stays_a_whisper(training: Training) -> None:
    ref = await training.chat.send(ROOM, Outgoing("rahasia", whisper_to=ADA), key="w")
    await training.chat.amend(ref, Outgoing("masih rahasia"))

    assert await room_of(training, "budi") == []


@on_sqlite
async def test_a_private_room_is_its_persons(training: Training) -> None:
    await training.chat.send(Room("web", "pribadi:ada"), Outgoing("untuk Ada"), key="p")

    assert [visible(m["blocks"]) for m in await room_of(training, "ada", "pribadi:ada")] == ["untuk Ada"]
    assert await room_of(training, "ada") == []


# -- forms and links --------------------------------------------------------------------------------------

FORM = Form(
    "secret-token",
    "Tanggapi 17",
    "<b>Warga</b>",
    "Lihat dulu",
    (Field("text", "Isi", Shape.TEXT, longest=10), Field("note", "Catatan", required=False)),
)


async def form_id(training: Training) -> int:
    await training.chat.open_form(Opener(ROOM, ADA, "t1"), FORM)
    [message] = await room_of(training)
    number: int = message["id"]
    return number


@on_sqlite
async def test_a_forms_token_never_leaves_the_house(training: Training) -> None:
    await form_id(training)
    answer = await training.client.get("/latihan/pesan", params={"sebagai": "ada", "grup": "kebumen"})

    assert "secret-token" not in answer.text
    assert await room_of(training, "budi") == []


@on_sqlite
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"text": "x"},
        {"text": "x", "note": "", "more": ""},
        {"text": "", "note": ""},
        {"text": "x" * 11, "note": ""},
        {"text": 1, "note": ""},
        {"text": "\ud800", "note": ""},
    ],
)
async def test_a_form_takes_its_own_answers_only(training: Training, values: dict[str, Any]) -> None:
    number, heard = await form_id(training), list[Incoming]()
    async with hearing(training, heard):
        body = json.dumps(said(form=number, values=values))
        kind = {"content-type": "application/json"}
        answer = await training.client.post("/latihan/isi", content=body.encode(), headers=kind)

    assert answer.status_code in {400, 422}
    assert heard == []


async def test_a_form_is_sent_once(training: Training) -> None:
    number, heard = await form_id(training), list[Incoming]()
    body = said(form=number, values={"text": "👍🏽" * 5, "note": ""})
    async with hearing(training, heard):
        first = await training.client.post("/latihan/isi", json=body)
        again = await training.client.post("/latihan/isi", json=body | {"key": "k2"})

    assert (first.status_code, again.status_code) == (200, 409)
    assert [m.body for m in heard] == [Submitted("secret-token", {"text": "👍🏽" * 5, "note": ""})]
    assert heard[0].opener == Opener(ROOM, ADA, "t1")


def photo() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Kamera"
    Image.new("RGB", (40, 30), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


@on_sqlite
async def test_photos_are_attached_to_a_form_before_it_is_sent(training: Training) -> None:
    asked = Form("t", "Foto", "", "Kirim", (Field("photos", "Foto", Shape.PHOTOS, longest=2),))
    await training.chat.open_form(Opener(ROOM, ADA, "t1"), asked)
    [form] = [m for m in await room_of(training) if "form" in m]
    place, heard = {"sebagai": "ada", "grup": "kebumen"}, list[Incoming]()
    send = training.client.post
    kept = await send("/latihan/foto", data=place, files={"photo": ("f.jpg", photo())})
    no_photo = await send("/latihan/foto", data=place, files={"photo": ("f.jpg", b"<svg/>")})
    nobody = await send("/latihan/foto", data=place | {"sebagai": "x"}, files={"photo": ("f.jpg", photo())})
    name = kept.json()["name"]
    async with hearing(training, heard):
        wrong = [
            await send("/latihan/isi", json=said(form=form["id"], values={}, photos=photos))
            for photos in (["../../etc/passwd"], ["a" * 40 + ".jpg"], [name] * 3, "x")
        ]
        sent = await send("/latihan/isi", json=said(form=form["id"], values={}, photos=[name]))
    body = heard[0].body
    assert isinstance(body, Submitted)
    media = await training.chat.fetch(body.media[0], most_bytes=10_000)

    assert (kept.status_code, no_photo.status_code, nobody.status_code) == (200, 422, 404)
    assert [w.status_code for w in wrong] == [404, 404, 400, 400]
    assert sent.status_code == 200
    assert b"Kamera" not in media.content


@on_sqlite
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "/x", "//evil", "http://[", "vbscript:x"]
)
async def test_a_link_that_is_none_stays_text(training: Training, url: str) -> None:
    said = f'<a href="{url}">klik</a><actions><button name="b">Buka</button></actions>'
    await training.chat.send(ROOM, Outgoing(said, (Action("b", "Buka", url=url),)), key="l")
    [message] = await room_of(training)

    assert "href" not in json.dumps(message)
    assert "url" not in message["blocks"][1]["buttons"][0]


@on_sqlite
async def test_unknown_rooms_and_messages_are_refused(training: Training) -> None:
    for room in (Room("web", "x"), Room("slack", "kebumen"), Room("web", "pribadi:nobody")):
        with pytest.raises(Refused):
            await training.chat.send(room, Outgoing("x"), key="k")
    for key in ("77", "x", ""):
        with pytest.raises(Refused):
            await training.chat.amend(MessageRef(ROOM, key), Outgoing("x"))


async def test_older_messages_come_page_by_page(training: Training) -> None:
    for n in range(70):
        await training.chat.send(ROOM, Outgoing(f"pesan {n}"), key=f"k{n}")
    newest = await room_of(training)
    asked = {"sebagai": "ada", "grup": "kebumen", "sebelum": str(newest[0]["id"])}
    older = (await training.client.get("/latihan/pesan", params=asked)).json()["messages"]

    assert texts(older + newest) == [f"pesan {n}" for n in range(70)]


def texts(messages: Iterable[dict[str, Any]]) -> list[str]:
    return [visible(m["blocks"]) for m in messages]
