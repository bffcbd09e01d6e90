"""Pictures on the square: opened and drawn anew, without what a camera or a stranger hid in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from adapters.web.pictures import Album, NotAPicture, cleaned
from plugin.chat.values import Media, MediaRef
from plugin.errors import Refused
from plugin.store.store import Store
from tests.far_side.web import Training

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORM = {"key": "k1", "handle": "@Warga_1", "name": "Warga", "text": "@dpupr lihat ini"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, gps: bool = False) -> bytes:
    image, exif, out = Image.new("RGB", size, "#b04020"), Image.Exif(), BytesIO()
    exif[0x0112] = 6  # the camera was held upright
    if gps:
        exif.get_ifd(0x8825)[2] = (7.0, 40.0, 0.0)
    image.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.fixture
async def training(store: Store, tmp_path: Path) -> AsyncIterator[Training]:
    made = Training(store, tmp_path / "media")
    yield made
    await made.aclose()


async def upload(
    training: Training, content: bytes, name: str = "foto.jpg", **change: str
) -> tuple[int, dict[str, str]]:
    form = FORM | change
    photo = {"photo": (name, content, "image/jpeg")}
    answer = await training.client.post("/latihan/alun-alun", data=form, files=photo)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_shown_upright_and_without_its_metadata(training: Training, kind: str) -> None:
    status, post = await upload(training, picture(kind, gps=True), name="../../etc/passwd")
    answer = await training.client.get(post["photo"])

    assert status == 200
    assert answer.headers["content-type"] == f"image/{kind.lower()}"
    with Image.open(BytesIO(answer.content)) as shown:
        assert shown.size == (40, 60)
        assert dict(shown.getexif()) == {}


async def test_what_is_no_picture_is_refused(training: Training, tmp_path: Path) -> None:
    jpeg = picture()
    for content in (
        b"x",
        b"\x89PNG",
        b"<svg/>",
        b"GIF89a" + b"\0" * 50,
        jpeg[:40],
        picture("GIF"),
        picture("TIFF"),
    ):
        status, said = await upload(training, content)

        assert (status, said["code"]) == (422, "photo")
    assert not (tmp_path / "media").exists()


async def test_a_picture_is_not_more_than_five_megabytes(training: Training) -> None:
    status, _ = await upload(training, picture() + b"\0" * 5_000_000)

    assert status == 413


def test_a_small_file_that_opens_to_a_huge_picture_is_refused(database_url: str) -> None:
    bomb = BytesIO()
    Image.new("1", (10_000, 9_000)).save(bomb, "PNG")

    with pytest.raises(NotAPicture):
        cleaned(bomb.getvalue())


def test_what_is_appended_to_a_picture_is_gone(database_url: str) -> None:
    content, mime = cleaned(picture() + b"<script>alert(1)</script>")

    assert mime == "image/jpeg"
    assert b"<script>" not in content


async def test_a_stored_picture_can_be_fetched_within_a_limit(training: Training, tmp_path: Path) -> None:
    name = await Album(tmp_path / "media").keep(b"abc", "image/png")

    assert await training.chat.fetch(MediaRef("web", name), most_bytes=3) == Media(name, "image/png", b"abc")
    for wrong, most in ((name, 2), ("../x", 9), ("", 9), ("a" * 40 + ".png", 9)):
        with pytest.raises(Refused):
            await training.chat.fetch(MediaRef("web", wrong), most_bytes=most)
