"""How a photo of a post is fetched: without credentials, within a size, and only if it is an image."""

from __future__ import annotations

from pathlib import PurePosixPath

import aiohttp
from yarl import URL

from plugin.errors import Refused, TryLater, Unknown
from plugin.media import Media
from plugin.public.values import PostPhoto

CHUNK = 64 * 1024
PLAINLY = {"Accept": "image/*", "Accept-Encoding": "identity"}
"""Unpacked, a small file may become a huge one before anyone can count it."""


async def fetch(session: aiohttp.ClientSession, photo: PostPhoto, most_bytes: int) -> Media:
    """The photo. Redirects are not followed: they could lead anywhere inside the operator's network."""
    url = _address(photo)
    try:
        async with session.get(url, headers=PLAINLY, allow_redirects=False) as response:
            mime = _accepted(response, most_bytes)
            content = await _within(response, most_bytes)
    except TimeoutError as error:
        raise Unknown("timeout") from error
    except aiohttp.InvalidURL as error:
        raise Refused("other") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unknown("connection broken") from error
    return Media(PurePosixPath(url.name).name or photo.key, mime, content, photo.alt)


def _address(photo: PostPhoto) -> URL:
    try:
        url = URL(photo.url)
    except ValueError as error:
        raise Refused("other") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise Refused("other")
    return url


def _accepted(response: aiohttp.ClientResponse, most_bytes: int) -> str:
    status = response.status
    if status == 429:
        raise TryLater(60)
    if status >= 500:
        raise Unknown(f"HTTP {status}")
    if status in {403, 404, 410}:
        raise Refused("gone")
    packed = response.headers.get("Content-Encoding", "identity") != "identity"
    if status != 200 or packed or not response.content_type.startswith("image/"):
        raise Refused("other")
    if (response.content_length or 0) > most_bytes:
        raise Refused("other")
    return response.content_type


async def _within(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > most_bytes:
            raise Refused("other")
    return bytes(content)
