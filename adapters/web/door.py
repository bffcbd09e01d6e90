"""The training room's endpoints: what a browser asks of it and sends to it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web import citizens, messages, reading, shapes
from adapters.web.chat import WebChat
from adapters.web.guard import Guard
from adapters.web.messages import Eye
from adapters.web.pictures import MIMES, PAPERS
from adapters.web.reading import TurnedAway
from adapters.web.stream import heartbeat, stream
from adapters.web.values import PLATFORM, PRIVATE, Persona, Site, visible_to
from plugin.chat.values import MediaRef, MessageRef, Room, Shape, Submitted
from plugin.errors import DeliveryError, place_of

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 12_000
LARGEST_UPLOAD = citizens.LARGEST_PHOTO + 64_000
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(chat: WebChat) -> list[BaseRoute]:
    """Everything below `/`, `/latihan` and `/gambar`."""
    door, site = Door(chat), chat.site

    def guard(largest: int = 64_000) -> Middleware:
        return Middleware(Guard, hosts=site.hosts, refuse=functools.partial(_says, site), largest=largest)

    def route(path: str, endpoint: Endpoint, method: str = "GET", largest: int = 64_000) -> Route:
        return Route(path, _answering(site, endpoint), methods=[method], middleware=[guard(largest)])

    square = citizens.Citizens(site, chat.on_post)
    assets = StaticFiles(directory=Path(__file__).with_name("static"))
    return [
        route("/", door.page),
        route("/gambar/{name}", door.picture),
        route("/latihan/kabar", door.news),
        route("/latihan/pesan", door.older),
        route("/latihan/ketik", door.typed, "POST"),
        route("/latihan/tekan", door.pressed, "POST"),
        route("/latihan/isi", door.filled_in, "POST"),
        route("/latihan/foto", door.attached, "POST", LARGEST_UPLOAD),
        route("/latihan/alun-alun", square.older),
        route("/latihan/alun-alun", square.write, "POST", LARGEST_UPLOAD),
        route("/latihan/alun-alun/hapus", square.delete, "POST"),
        Mount("/latihan/aset", assets, middleware=[guard()]),
    ]


@dataclass(frozen=True)
class Place:
    """Who asks, for which room, from which tab."""

    who: Persona
    room: Room
    eye: Eye
    tab: str


class Door:
    """The endpoints of the group chat."""

    def __init__(self, chat: WebChat) -> None:
        self._chat = chat
        self._site = chat.site

    async def page(self, request: Request) -> Response:
        """The one page; everything that moves comes over the stream."""
        html = self._site.wording.text(
            "web/page.html",
            people=await self._site.people(),
            rooms=await self._site.rooms(),
            address=self._site.address,
            zone=self._site.zone.key,
        )
        return HTMLResponse(html, headers={"cache-control": "no-cache"})

    async def picture(self, request: Request) -> Response:
        """A stored picture, by its own name."""
        path = self._site.album.find(request.path_params["name"])
        if path is None:
            raise TurnedAway("gone", 404)
        headers = {"cache-control": "private, max-age=31536000, immutable"}
        mime = MIMES[path.suffix[1:]]
        name = request.query_params.get("nama", path.name)[:100] if mime in PAPERS else None
        return FileResponse(path, media_type=mime, headers=headers, filename=name)

    async def news(self, request: Request) -> Response:
        """The live stream of one tab."""
        place = await self._place(request.query_params)
        last = {"sejak": request.headers.get("last-event-id") or request.query_params.get("sejak")}
        since = reading.number(last, "sejak") or None
        return EventSourceResponse(
            stream(self._chat, place.eye, since), ping=15, ping_message_factory=heartbeat, send_timeout=30
        )

    async def older(self, request: Request) -> Response:
        """The room's messages before a given one; without one the newest."""
        place = await self._place(request.query_params)
        before = reading.number(request.query_params, "sebelum")
        found = await self._site.store.read(messages.newest, place.eye, before=before)
        return shapes.reply({"messages": [shapes.message(m) for m in found]})

    async def typed(self, request: Request) -> Response:
        """Somebody wrote."""
        given, place, key = await self._delivery(request)
        text = reading.words(given, "text", longest=LONGEST_MESSAGE)
        answers = await self._seen(place, given, "answers") if given.get("answers") else None
        ref = await self._chat.hear_typed(place.room, place.who, key, text, tab=place.tab, answers=answers)
        return shapes.reply({"id": int(ref.key)})

    async def pressed(self, request: Request) -> Response:
        """Somebody pressed a button."""
        given, place, key = await self._delivery(request)
        on = await self._seen(place, given, "on")
        token = reading.words(given, "token", longest=64)
        await self._chat.hear_pressed(place.room, place.who, key, token, tab=place.tab, on=on)
        return shapes.reply({})

    async def filled_in(self, request: Request) -> Response:
        """Somebody sent a form."""
        given, place, key = await self._delivery(request)
        form = await self._seen(place, given, "form")
        asked = await self._form(place, form)
        body = Submitted(asked["token"], _answers(asked, given.get("values")), self._photos(asked, given))
        await self._chat.hear_submitted(place.room, place.who, key, body, tab=place.tab, form=form)
        return shapes.reply({})

    async def attached(self, request: Request) -> Response:
        """Somebody attached a photo to a form that is still open: kept, cleaned, and named in the form later."""
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise TurnedAway(status=415)
        try:
            async with request.form(max_files=1, max_fields=4, max_part_size=64_000) as form:
                await self._place(form)
                name = await citizens.photo(form, self._site.album)
        except HTTPException as error:
            raise TurnedAway() from error
        if not name:
            raise TurnedAway("photo", 422)
        return shapes.reply({"name": name})

    def _photos(self, form: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[MediaRef, ...]:
        """The photos that were attached to this form before it was sent."""
        names = given.get("photos", [])
        most = sum(f["longest"] for f in form["fields"] if f["shape"] == Shape.PHOTOS.value)
        if not isinstance(names, list) or len(names) > most:
            raise TurnedAway()
        found = [self._site.album.find(str(name)) for name in names]
        if not all(path is not None and path.suffix[1:] in MIMES for path in found):
            raise TurnedAway("gone", 404)
        return tuple(MediaRef(PLATFORM, path.name, MIMES[path.suffix[1:]]) for path in found if path)

    async def _delivery(self, request: Request) -> tuple[Mapping[str, Any], Place, str]:
        given = await reading.json_body(request)
        return given, await self._place(given), reading.key(given, "key")

    async def _place(self, given: Mapping[str, Any]) -> Place:
        who = await self._site.persona(str(given.get("sebagai", "")))
        if who is None:
            raise TurnedAway("nobody", 404)
        rooms = visible_to(who, await self._site.rooms())
        room = str(given.get("grup", ""))
        if room not in rooms:
            raise TurnedAway("no_room", 404)
        tab = reading.key(given, "tab") if "tab" in given else ""
        return Place(
            who, Room(PLATFORM, room, room.startswith(PRIVATE)), Eye(who.key, room, tuple(rooms)), tab
        )

    async def _seen(self, place: Place, given: Mapping[str, Any], name: str) -> MessageRef:
        number = reading.number(given, name)
        if await self._site.store.read(messages.seen, place.eye, number) is None:
            raise TurnedAway("gone", 404)
        return MessageRef(place.room, str(number))

    async def _form(self, place: Place, ref: MessageRef) -> Mapping[str, Any]:
        row = await self._site.store.read(messages.seen, place.eye, int(ref.key))
        if row is None or "form" not in row.body:
            raise TurnedAway("gone", 404)
        form: Mapping[str, Any] = row.body["form"]
        if form["done"]:
            raise TurnedAway("form_done", 409)
        return form


def _answers(form: Mapping[str, Any], given: Any) -> dict[str, str]:
    """What was filled in: exactly the form's questions, each within its length."""
    asked = [f for f in form["fields"] if f["shape"] != Shape.PHOTOS.value]
    if not isinstance(given, dict) or set(given) != {f["name"] for f in asked}:
        raise TurnedAway()
    return {
        f["name"]: reading.words(given, f["name"], longest=f["longest"], empty=not f["required"])
        for f in asked
    }


def _answering(site: Site, endpoint: Endpoint) -> Endpoint:
    """The endpoint, with every way it can fail turned into words for the person at the browser."""

    name = getattr(endpoint, "__name__", "endpoint")

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except TurnedAway as error:
            return shapes.reply({"code": error.code, "says": _says(site, error.code)}, error.status)
        except DeliveryError:
            return shapes.reply({"code": "busy", "says": _says(site, "busy")}, 503)
        except Exception as error:  # the door: said once
            log.error("%s failed: %s", name, place_of(error))
            return shapes.reply({"code": "failed", "says": _says(site, "failed")}, 500)

    return answered


def _says(site: Site, code: str) -> str:
    return site.wording.text("web/refused.txt", code=code)
