"""Pictures on their way to X: each is put there with what it shows, and only a post makes it public.

So whatever ends badly here may be done again. What X has keeps for a day; it is put there anew for each try.
https://docs.x.com/x-api/media/upload-media, https://docs.x.com/x-api/media/create-media-metadata
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp

from adapters.x.client import XClient
from adapters.x.read import read_id
from adapters.x.trouble import No, Silence, Trouble
from plugin.media import Media
from plugin.public.outcomes import NotDone, NotSent, Refusal

MOST = 4
MOST_BYTES = 5_000_000
LONGEST_ALT = 1000
DEADLINE = 45.0
"""Seconds for all of them: with the post itself it is less than anybody's lease."""

ROUTE = "/2/media/upload"
ALT_ROUTE = "/2/media/metadata"
TAKEN = frozenset({"image/jpeg", "image/png", "image/webp"})


class NoId(TimeoutError):
    """X took a picture and did not say under which id."""


def fit(pictures: Sequence[Media]) -> bool:
    """Whether X takes these with one post."""
    return len(pictures) <= MOST and all(
        picture.mime in TAKEN and len(picture.content) <= MOST_BYTES for picture in pictures
    )


async def upload(client: XClient, pictures: Sequence[Media]) -> list[str]:
    """The pictures' ids, in their order. Raises what a call to X may raise."""
    async with asyncio.timeout(DEADLINE):
        return [await _one(client, picture) for picture in pictures]


def outcome(trouble: Trouble) -> NotDone:
    """What became of a post whose pictures could not be put there: certainly nothing is out."""
    if isinstance(trouble, Silence):
        return NotSent(f"pictures: {trouble.why}")
    return Refusal("pictures") if trouble in (No("other"), No("gone")) else trouble.as_outcome()


async def _one(client: XClient, picture: Media) -> str:
    # X's schema takes no other field: what kind of picture it is the part says itself.
    form = aiohttp.FormData({"media_category": "tweet_image"})
    form.add_field("media", picture.content, filename=picture.name, content_type=picture.mime)
    key = read_id((await client.upload(ROUTE, form)).payload)
    if not key:
        raise NoId
    if picture.alt:
        said = {"id": key, "metadata": {"alt_text": {"text": picture.alt[:LONGEST_ALT]}}}
        await client.request("POST", ALT_ROUTE, json=said, user_auth=True)
    return key
