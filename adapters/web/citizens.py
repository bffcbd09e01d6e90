"""The square's endpoints: citizens write here, with a photo if they like, and see what was answered."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.web import posts, reading, shapes
from adapters.web.pictures import Album, NotAPicture
from adapters.web.posts import NewPost
from adapters.web.reading import TurnedAway
from adapters.web.values import Site
from plugin.store.tables import SquarePost

LARGEST_PHOTO = 5_000_000
LONGEST_POST = 1000
HANDLE = re.compile(r"[a-z0-9_]{3,20}")


class Citizens:
    """Endpoints of the square. Nobody is who they say they are here: it is a place to practise."""

    def __init__(self, site: Site, on_post: Callable[[], None]) -> None:
        self._site = site
        self._on_post = on_post

    async def older(self, request: Request) -> Response:
        """Conversations begun before a given one, or the one that holds a given post."""
        post = reading.number(request.query_params, "kiriman")
        before = reading.number(request.query_params, "sebelum")
        if post:
            found = await self._site.store.read(posts.conversation_of, post)
        else:
            found = await self._site.store.read(posts.newest, before=before)
        return shapes.reply({"posts": [shapes.post(p) for p in found]})

    async def write(self, request: Request) -> Response:
        """Let a citizen's post appear."""
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise TurnedAway(status=415)
        try:
            async with request.form(max_files=1, max_fields=8, max_part_size=64_000) as form:
                row = await self._written(form)
        except HTTPException as error:
            raise TurnedAway() from error
        self._site.bell.ring()
        self._on_post()
        return shapes.reply(shapes.post(row))

    async def delete(self, request: Request) -> Response:
        """Take a citizen's own post away."""
        given = await reading.json_body(request)
        handle = reading.words(given, "handle", longest=80).strip().removeprefix("@").lower()
        number = reading.number(given, "kiriman")
        row = await self._site.store.write(posts.take_away, number, self._site.clock(), handle=handle)
        if row is None:
            raise TurnedAway("gone", 404)
        self._site.bell.ring()
        return shapes.reply(shapes.post(row))

    async def _written(self, form: FormData) -> SquarePost:
        handle = reading.words(form, "handle", longest=80).strip().removeprefix("@").lower()
        if not HANDLE.fullmatch(handle):
            raise TurnedAway("handle", 422)
        known = await self._site.store.read(posts.accounts)
        if handle in {account.handle.casefold() for account in known}:
            raise TurnedAway("handle_taken", 422)
        new = NewPost(
            f"in:{reading.key(form, 'key')}",
            handle,
            reading.words(form, "name", longest=60).strip(),
            _text(form),
            self._site.clock(),
            answers=reading.number(form, "answers") or None,
            photo=await photo(form, self._site.album),
        )
        row = await self._site.store.write(posts.put, new)
        if row is None:
            raise TurnedAway("gone", 404)
        return row


async def photo(form: FormData, album: Album) -> str:
    """The name of the photo that came with a form, kept and cleaned; "" when none came."""
    sent = form.get("photo")
    if sent is None or sent == "":
        return ""
    if not isinstance(sent, UploadFile):
        raise TurnedAway()
    content = await sent.read()
    if not content:
        return ""
    if len(content) > LARGEST_PHOTO:
        raise TurnedAway("too_large", 413)
    try:
        return await album.keep_upload(content)
    except NotAPicture as error:
        raise TurnedAway("photo", 422) from error


def _text(form: FormData) -> str:
    # A browser sends line breaks in forms as CR LF; the writer pressed one key.
    return reading.words(form, "text", longest=LONGEST_POST * 2).replace("\r\n", "\n").strip("\n")
