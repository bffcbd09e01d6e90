"""Citizens' photos: fetched, made harmless, kept whole or not at all."""

from __future__ import annotations

import asyncio
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlmodel import Session

from adapters.memory import MemoryChannel
from plugin.chat.values import Media
from plugin.desk.posts.photos import MOST_TRIES, Fetched, fetch_waiting, load
from plugin.desk.posts.pictures import NotAPicture, clean
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.values import PostPhoto
from plugin.store.store import Store
from plugin.store.tables import Photo
from tests.conftest import MovableClock
from tests.plugin.intake_world import found, post, rows, take

SECRET = b"-7.6681, 109.6519"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPS>' + SECRET + b"</GPS></x:xmpmeta>"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, size, "blue" if mode != "RGBA" else (0, 0, 255, 90))
    image.paste("red" if mode != "RGBA" else (255, 0, 0, 90), (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def traced(kind: str, **options: Any) -> bytes:
    """A picture that says where and with what it was taken, in every way its format knows."""
    exif = Image.Exif()
    exif[0x0110] = SECRET.decode()  # the camera
    exif[0x8825] = {2: (7.0, 40.0, 5.0), 29: SECRET.decode()}  # the place
    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    more: dict[str, dict[str, Any]] = {
        "PNG": {"pnginfo": text},
        "JPEG": {"comment": SECRET, "xmp": XMP},
        "WEBP": {"xmp": XMP},
    }
    return picture(kind, exif=exif, icc_profile=SECRET * 20, **more[kind], **options)


def seen(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def colour(image: Image.Image, x: float, y: float) -> str:
    r, g, b = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))  # type: ignore[misc]
    return "red" if r > 180 and b < 80 else "blue" if b > 180 and r < 80 else f"{r},{g},{b}"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(800, 600), (100, 80)])
def test_nothing_remains_but_what_can_be_seen(kind: str, size: tuple[int, int]) -> None:
    before = traced(kind, size=size)
    content, suffix = clean(before)
    after = seen(content)

    assert SECRET in before
    assert SECRET not in content
    assert not after.getexif()
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (after.size, suffix) == (size, "jpg" if size == (800, 600) else "png")
    assert (colour(after, 0.2, 0.5), colour(after, 0.8, 0.5)) == ("red", "blue")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_photo_stands_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    after = seen(clean(picture(kind, exif=exif))[0])

    assert after.size == (600, 800)
    assert (colour(after, 0.5, 0.2), colour(after, 0.5, 0.8)) == ("red", "blue")


KINDS = [
    ("JPEG", "RGB", "jpg"),
    ("JPEG", "L", "jpg"),
    ("JPEG", "CMYK", "jpg"),
    ("PNG", "RGB", "jpg"),
    ("PNG", "1", "jpg"),
    ("PNG", "I;16", "jpg"),
    ("PNG", "RGBA", "png"),
    ("WEBP", "RGB", "jpg"),
    ("WEBP", "RGBA", "png"),
    ("GIF", "P", "jpg"),
]


@pytest.mark.parametrize(("kind", "mode", "suffix"), KINDS)
def test_every_kind_of_picture_can_be_shown(kind: str, mode: str, suffix: str) -> None:
    out = BytesIO()
    Image.new(mode, (400, 300), (9, 9, 9, 90) if mode == "RGBA" else None).save(out, kind)
    content, kept = clean(out.getvalue())

    assert kept == suffix
    assert seen(content).format == {"jpg": "JPEG", "png": "PNG"}[suffix]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photo_becomes_smaller(kind: str) -> None:
    assert seen(clean(picture(kind, (5000, 2500)))[0]).size == (2048, 1024)


def test_only_the_first_picture_of_several_is_kept() -> None:
    frames = [Image.new("RGB", (400, 300), c) for c in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    assert colour(seen(clean(out.getvalue())[0]), 0.5, 0.5) == "red"


NO_PICTURES = {
    "empty": b"",
    "html": b"<html>gone</html>",
    "only a head": b"\x89PNG\r\n\x1a\n",
    "half a jpeg": picture()[:900],
    "half a png": picture("PNG")[:60],
    "tiff": picture("TIFF"),
    "bmp": picture("BMP", (20, 20)),
    "junk gif": b"GIF89a" + b"\xff" * 90,
    "postscript": b"%!PS-Adobe\n",
}


@pytest.mark.parametrize("content", list(NO_PICTURES.values()), ids=list(NO_PICTURES))
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        clean(content)


def test_what_would_fill_the_memory_is_refused_before_it_is_decoded() -> None:
    head = picture("PNG", (1, 1))
    huge = head[:16] + (6_000).to_bytes(4) + (5_000).to_bytes(4) + head[24:29]
    bomb = huge + zlib.crc32(huge[12:]).to_bytes(4) + head[33:]

    with pytest.raises(NotAPicture, match="too_many_pixels"):
        clean(bomb)


def test_broken_bytes_never_raise_anything_else() -> None:
    whole = [picture(kind, (64, 48)) for kind in ("JPEG", "PNG", "WEBP", "GIF")]
    for n in range(400):
        broken = bytearray(whole[n % 4])
        broken[(n * 7919) % len(broken)] ^= 1 << n % 8
        try:
            clean(bytes(broken))
        except NotAPicture:
            continue


class Album:
    """A report with photos that wait to be fetched."""

    def __init__(self, store: Store, clock: MovableClock, folder: Path) -> None:
        self.store, self.clock, self.folder = store, clock, folder
        self.channel = MemoryChannel()

    async def posted(self, *contents: bytes | None) -> None:
        photos = []
        for n, content in enumerate(contents):
            photos.append(PostPhoto(f"m{n}", f"memory:{n}", f"foto {n}"))
            if content is not None:
                self.channel.pictures[f"memory:{n}"] = Media("x", "image/jpeg", content)
        await take(self.store, [post("1", photos=tuple(photos))])

    async def fetch(self, store: Store | None = None, **options: Any) -> Fetched:
        channels = {"memory": self.channel}
        return await fetch_waiting(store or self.store, channels, self.folder, self.clock, **options)

    async def photos(self) -> list[Photo]:
        return await rows(self.store, Photo)

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir()) if self.folder.exists() else []


@pytest.fixture
async def album(store: Store, clock: MovableClock, tmp_path: Path) -> Album:
    await store.write(found)
    return Album(store, clock, tmp_path / "media")


async def test_photos_are_fetched_cleaned_and_kept(album: Album) -> None:
    await album.posted(traced("JPEG"), picture("PNG", (90, 90)))
    fetched = await album.fetch()
    photos = await album.photos()
    media = [await load(album.folder, p) for p in photos]

    assert fetched == Fetched(reports=(1,))
    assert [p.state for p in photos] == ["stored", "stored"]
    assert sorted(p.file for p in photos) == album.files()
    assert all(len(p.file) > 30 for p in photos)
    assert [(m.name, m.mime, m.alt) for m in media if m] == [
        ("1-1.jpg", "image/jpeg", "foto 0"),
        ("1-2.png", "image/png", "foto 1"),
    ]
    assert all(m and SECRET not in m.content for m in media)
    assert (album.folder.stat().st_mode & 0o077, (album.folder / photos[0].file).stat().st_mode & 0o077) == (
        0,
        0,
    )
    assert await album.fetch() == Fetched()


async def test_what_is_refused_or_no_picture_has_failed(album: Album) -> None:
    await album.posted(None, b"<html>", picture(size=(2000, 2000)), picture())
    fetched = await album.fetch(most_bytes=20_000)

    assert fetched == Fetched(reports=(1,), failed=3)
    assert [p.state for p in await album.photos()] == ["failed", "failed", "failed", "stored"]
    assert len(album.files()) == 1
    assert await load(album.folder, (await album.photos())[0]) is None


@pytest.mark.parametrize(
    ("error", "wait"),
    [(Unknown("503"), 60), (TryLater(10), 60), (TryLater(1000), 1000)],
    ids=["unknown", "soon", "later"],
)
async def test_trouble_is_tried_again_later(album: Album, error: DeliveryError, wait: int) -> None:
    await album.posted(picture())
    album.channel.trouble.append(error)

    assert await album.fetch() == Fetched(later=1)
    album.clock.move(seconds=wait - 1)
    assert await album.fetch() == Fetched()
    album.clock.move(seconds=1)
    assert await album.fetch() == Fetched(reports=(1,))


async def test_trouble_without_end_is_given_up(album: Album) -> None:
    await album.posted(picture())
    ends = []
    for _ in range(MOST_TRIES):
        album.channel.trouble.append(Unknown())
        ends.append(await album.fetch())
        album.clock.move(days=1)

    assert ends == [Fetched(later=1)] * (MOST_TRIES - 1) + [Fetched(failed=1)]
    assert await album.fetch() == Fetched()


async def test_a_folder_that_does_not_take_it_is_tried_again(
    album: Album, caplog: pytest.LogCaptureFixture
) -> None:
    album.folder.write_text("not a folder")
    await album.posted(picture())

    assert await album.fetch() == Fetched(later=1)
    assert "media folder" in caplog.text
    album.folder.unlink()
    album.clock.move(minutes=1)
    assert await album.fetch() == Fetched(reports=(1,))


async def test_a_disk_that_is_full_for_days_costs_no_photo(album: Album) -> None:
    album.folder.write_text("not a folder")
    await album.posted(picture())
    for _ in range(2 * MOST_TRIES):
        assert await album.fetch() == Fetched(later=1)
        album.clock.move(minutes=30)
    album.folder.unlink()

    assert await album.fetch() == Fetched(reports=(1,))


async def test_two_processes_fetch_each_photo_once(album: Album, database_url: str) -> None:
    await album.posted(*[picture(size=(300, 300))] * 12)
    other = Store(database_url)
    first, second = await asyncio.gather(album.fetch(), album.fetch(other))
    await other.aclose()

    assert (first.failed, second.failed, first.later, second.later) == (0, 0, 0, 0)
    assert [(p.state, p.tries) for p in await album.photos()] == [("stored", 1)] * 12
    assert len(album.files()) == 12


async def test_whoever_takes_up_after_a_crash_writes_the_same_file(album: Album) -> None:
    await album.posted(picture())
    await album.fetch()
    [before] = album.files()

    def crashed(session: Session) -> None:  # the file was written, but the row was not marked
        photo = session.get_one(Photo, 1)
        photo.state, photo.file, photo.next_at = "waiting", before.partition(".")[0], album.clock()

    await album.store.write(crashed)

    assert await album.fetch() == Fetched(reports=(1,))
    assert album.files() == [before]


async def test_a_photo_that_ends_us_each_time_is_given_up(album: Album) -> None:
    await album.posted(picture())

    def crashed(session: Session) -> None:
        session.get_one(Photo, 1).tries = MOST_TRIES

    await album.store.write(crashed)

    assert await album.fetch() == Fetched(failed=1)


async def test_a_photo_somebody_else_took_up_is_not_marked(album: Album) -> None:
    await album.posted(picture())
    fetch = album.channel.fetch

    async def slow(photo: PostPhoto, *, most_bytes: int) -> Media:
        album.channel.fetch = fetch  # type: ignore[method-assign]  # only the first is slow
        album.clock.move(minutes=6)
        album.channel.trouble.append(Unknown())
        assert await album.fetch() == Fetched(later=1)
        raise Refused("gone")

    album.channel.fetch = slow  # type: ignore[method-assign]  # a far side that answers late

    assert await album.fetch() == Fetched()
    assert [(p.state, p.tries) for p in await album.photos()] == [("waiting", 2)]


async def test_photos_of_a_channel_that_is_not_there_wait(album: Album) -> None:
    await album.posted(picture())

    assert await fetch_waiting(album.store, {}, album.folder, album.clock) == Fetched()
    assert [p.state for p in await album.photos()] == ["waiting"]


async def test_a_file_that_is_gone_is_nothing_to_show(album: Album) -> None:
    await album.posted(picture())
    await album.fetch()
    [photo] = await album.photos()
    (album.folder / photo.file).unlink()

    assert await load(album.folder, photo) is None
    assert (
        await load(album.folder, Photo(report_id=1, media_key="x", state="stored", file="../../etc/passwd"))
        is None
    )
