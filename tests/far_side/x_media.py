"""Where X keeps what is uploaded until a post shows it: whose it is, for how long, what may be in it."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import BodyPartReader, web

from tests.far_side.x_rules import BAD_BODY, Invalid, invalid, problem
from tests.far_side.x_world import Json

EXPIRES = timedelta(days=1)
MOST_BYTES = 5 * 1024 * 1024
CATEGORIES = {"tweet_image", "dm_image", "subtitles"}
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
INVALID_MEDIA = problem(400, "Invalid Request", "Your media IDs are invalid.")


@dataclass
class Kept:
    """A picture that was uploaded and is in no post yet, or in one."""

    owner: str
    content: bytes
    mime: str
    until: datetime
    alt: str = ""


class Shelf:
    """All that was uploaded, by its id."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    async def take(self, request: web.Request, asker: str, key: str, now: datetime) -> Json:
        """One picture, in one go: `media`, `media_category`, and by OpenAPI 2.168 nothing else that we would know.

        What kind of picture it is the part's own Content-Type says.
        """
        if not request.content_type.startswith("multipart/form-data"):
            raise Invalid(BAD_BODY)
        category, mime, content = "", "", b""
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            if part.name == "media" and part.filename:
                content, mime = bytes(await part.read()), part.headers.get("Content-Type", "")
            elif part.name == "media_category":
                category = await part.text()
            else:
                said = "$.properties: object has additional properties which are not allowed"
                raise Invalid(invalid(part.name or "", "", said))
        _check(category, mime, content)
        self.kept[key] = Kept(asker, content, mime, now + EXPIRES)
        return {"id": key, "media_key": f"3_{key}", "size": len(content), "expires_after_secs": 86400}

    def describe(self, body: bytes, asker: str, now: datetime) -> Json:
        """What a picture shows: exactly the shape that X documents."""
        try:
            said = json.loads(body)
            key, metadata = said.pop("id"), said.pop("metadata")
            alt = metadata.pop("alt_text")
            text = alt.pop("text")
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise Invalid(BAD_BODY) from error
        well = isinstance(text, str) and 0 < len(text) <= 1000 and not (said or metadata or alt)
        if not well or not self._is_theirs(key, asker, now):
            raise Invalid(BAD_BODY)
        self.kept[key].alt = text
        return {"id": key, "associated_metadata": {"alt_text": {"text": text}}}

    def check(self, keys: object, asker: str, now: datetime) -> tuple[str, ...]:
        """The media keys for a post; it takes one to four pictures of its author's own that X still has."""
        if not isinstance(keys, list) or not 1 <= len(keys) <= 4 or len(set(keys)) < len(keys):
            raise Invalid(INVALID_MEDIA)
        if not all(isinstance(key, str) and self._is_theirs(key, asker, now) for key in keys):
            raise Invalid(INVALID_MEDIA)
        return tuple(f"3_{key}" for key in keys)

    def _is_theirs(self, key: str, asker: str, now: datetime) -> bool:
        kept = self.kept.get(key)
        return kept is not None and kept.owner == asker and now < kept.until


def _check(category: str, mime: str, content: bytes) -> None:
    if category not in CATEGORIES or mime not in MAGIC or not content:
        raise Invalid(invalid("media_category", category, "not valid"))
    if len(content) > MOST_BYTES or not content.startswith(MAGIC[mime]):
        raise Invalid(problem(400, "Invalid Request", "The media could not be processed."))


async def trap(request: web.Request) -> web.StreamResponse:
    """Where a photo should be, but something else is."""
    name = request.match_info["name"]
    if name == "redirect":
        raise web.HTTPFound("/media/none.png")
    if name == "packed":
        headers = {"Content-Encoding": "gzip"}
        return web.Response(body=gzip.compress(bytes(1000)), content_type="image/png", headers=headers)
    if name == "endless":
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(bytes(10_000))
        return response
    status = {"failing": 502, "busy": 429}.get(name, 200)
    return web.Response(status=status, text="<html></html>", content_type="text/html")
