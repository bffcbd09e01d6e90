"""Photos on X: fetched without credentials, within a size, and only if they are photos."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from plugin.errors import Refused, TryLater, Unknown
from plugin.public.values import PostPhoto
from tests.adapters.x_wire import XWire, open_wire


@pytest.fixture
async def wire() -> AsyncIterator[XWire]:
    async with open_wire() as wire:
        yield wire


class TestPhotos:
    async def test_no_credentials_travel_to_where_photos_are(self, wire: XWire) -> None:
        key = wire.citizen_posts("lihat", photo=b"\x89PNG")
        [photo] = (await wire.read())[key].photos
        media = await wire.channel.fetch(photo, most_bytes=4)

        assert (media.mime, media.content, media.alt) == ("image/png", b"\x89PNG", photo.alt)
        assert media.name == f"{photo.key}.png"

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("/media/none.png", "gone"),
            ("/trap/page", "other"),
            ("/trap/redirect", "other"),
            ("/trap/endless", "other"),
            ("/trap/packed", "other"),
        ],
    )
    async def test_what_is_no_photo_is_refused(self, wire: XWire, path: str, code: str) -> None:
        with pytest.raises(Refused) as caught:
            await wire.channel.fetch(PostPhoto("1", wire.far.url + path), most_bytes=100_000)
        assert caught.value.why == code

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/a", "http://[", "https://", ""])
    async def test_only_web_addresses_are_fetched(self, wire: XWire, url: str) -> None:
        with pytest.raises(Refused):
            await wire.channel.fetch(PostPhoto("1", url), most_bytes=100)

    async def test_a_server_in_trouble_is_not_a_missing_photo(self, wire: XWire) -> None:
        with pytest.raises(Unknown):
            await wire.channel.fetch(PostPhoto("1", wire.far.url + "/trap/failing"), most_bytes=100)
        with pytest.raises(TryLater):
            await wire.channel.fetch(PostPhoto("1", wire.far.url + "/trap/busy"), most_bytes=100)
