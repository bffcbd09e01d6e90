"""Telegram's end of the line: a Bot API server with a few chats in it, as strict as the real one.

It reads what a bot sends as a person's phone would show it, and keeps `alarms` of whatever should not have
been in it. People act through `say`, `press` and the like; a test waits with `until` or `sees`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.far_side.telegram_flood import Flood
from tests.far_side.telegram_methods import Methods
from tests.far_side.telegram_updates import Updates
from tests.far_side.telegram_world import Chat, Fault, Json, Message, World

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@dataclass
class Trouble:
    """What happens to the next call of a method ("" for any but getUpdates), `after` so many that go well."""

    kind: str
    on: str = ""
    seconds: int = 0
    after: int = 0
    description: str = ""


class TelegramFarSide:
    """One bot's Telegram. Start it inside the event loop that its users run in."""

    def __init__(self, token: str = TOKEN, *, username: str = "tanggap_bot", privacy: bool = False) -> None:
        self.token = token
        self.privacy = privacy
        me: Json = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Tanggap"}
        me |= {"username": username, "can_join_groups": True, "can_read_all_group_messages": not privacy}
        self.url = ""
        self.world = World(me)
        self.methods = Methods(self.world)
        self.updates = Updates(self._touch)
        self.calls: list[str] = []
        self.connections: set[str] = set()
        self.troubles: deque[Trouble] = deque()
        self.flood: Flood | None = None  # set it, and too much is refused
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._table = self.methods.table | {
            "getupdates": self.updates.get_updates,
            "setwebhook": self.updates.set_webhook,
            "deletewebhook": self.updates.delete_webhook,
            "getwebhookinfo": self.updates.webhook_info,
        }
        self.room = self.world.group("Grup SKPD").id

    # -- the server -------------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.updates.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self.connections.add(str(peer))
        if request.match_info["token"] != self.token:
            return _no(Fault(401, "Unauthorized"))
        trouble = self._take_trouble(method)
        if trouble is not None and trouble.kind != "break":
            return _troubled(trouble)
        try:
            result = await self._result(method, await _params(request))
            answer = web.json_response({"ok": True, "result": result}, dumps=_compact)
        except Fault as fault:
            answer = _no(fault)
        if trouble is not None and request.transport is not None:
            request.transport.abort()
        self._touch()
        return answer

    async def _result(self, method: str, params: Json) -> object:
        handler = self._table.get(method.lower())
        if handler is None:
            raise Fault(404, "Not Found")
        if self.flood is not None:
            self.flood.check(method, params)
        result = handler(params)
        return await result if asyncio.iscoroutine(result) else result

    async def _file(self, request: web.Request) -> web.Response:
        self.calls.append("file")
        file_id = request.match_info["path"].rpartition("/")[2].partition(".")[0]
        if request.match_info["token"] != self.token or file_id not in self.world.files:
            return web.Response(status=404)
        return web.Response(body=self.world.files[file_id])

    def _take_trouble(self, method: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.on.lower() == method.lower() or (not trouble.on and method != "getUpdates"):
                trouble.after -= 1
                if trouble.after < 0:
                    self.troubles.remove(trouble)
                    return trouble
        return None

    def _touch(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # -- waiting ----------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], object], patience: float = 5) -> None:
        """Wait until something is so; each call of the bot may make it so."""
        async with asyncio.timeout(patience):
            while not condition():
                await self._changed.wait()

    async def sees(self, text: str, chat: int | None = None, patience: float = 5) -> Message:
        """The newest message of the bot that holds `text`, as soon as there is one."""

        def found() -> list[Message]:
            return [m for m in self.ours(chat) if text in m.text]

        await self.until(found, patience)
        return found()[-1]

    def ours(self, chat: int | None = None) -> list[Message]:
        """What the bot said, oldest first."""
        return [m for m in self.world.chats[chat or self.room].messages.values() if m.ours]

    # -- people ------------------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        user: str = "ada",
        chat: int | None = None,
        reply_to: int | None = None,
        **more: Any,  # Any: further fields of Telegram's message
    ) -> Message:
        """A person writes; `photo` (bytes) makes the text a caption, `thread` a message in a topic."""
        place = self.world.chats[chat or self.room]
        message = Message(place.id, next(place.numbers), text, sender=self.world.person(user))
        message.photo, message.thread = more.pop("photo", None), more.pop("thread", None)
        update_id = more.pop("update_id", None)
        raw = self.world.described(message) | {"from": self.world.person(user)}
        if message.photo is not None:
            raw["caption"] = raw.pop("text", "")
            raw["photo"] = self.world.photo(message.photo)
        if reply_to is not None:
            raw["reply_to_message"] = place.messages[reply_to].raw
            message.reply_to = reply_to
        message.raw = {k: v for k, v in (raw | more).items() if v not in (None, "")}
        place.messages[message.id] = message
        if self._bot_hears(message):
            self.updates.push({"message": message.raw}, update_id)
        return message

    def edit(self, message: Message, text: str) -> None:
        """A person edits what they wrote."""
        message.raw = message.raw | {"text": text, "edit_date": int(time.time())}
        self.updates.push({"edited_message": message.raw})

    def press(self, label: str, user: str = "ada", chat: int | None = None) -> str:
        """A person presses the newest button with this label."""
        for message in reversed(self.ours(chat)):
            for button in (b for row in message.keyboard for b in row):
                if button["text"] == label and "callback_data" in button:
                    return self._query(message, button["callback_data"], user)
        raise AssertionError(f"no button {label!r}")

    def _query(self, message: Message, data: str, user: str) -> str:
        query = str(4_000_000_000 + next(self.world.ids))
        self.methods.queries[query] = True
        body = {"id": query, "from": self.world.person(user), "chat_instance": "1", "data": data}
        self.updates.push({"callback_query": body | {"message": self.world.described(message)}})
        return query

    def migrate(self, chat: int, order: str = "old first") -> Chat:
        """A group becomes a supergroup; both service messages arrive, in either order."""
        old = self.world.chats[chat]
        new = self.world.group(old.title)
        old.moved_to = new.id
        notes = [
            self._note(old, {"migrate_to_chat_id": new.id}),
            self._note(new, {"migrate_from_chat_id": old.id}),
        ]
        for note in notes if order == "old first" else reversed(notes):
            self.updates.push({"message": note})
        return new

    def _note(self, chat: Chat, more: Json) -> Json:
        message = Message(chat.id, next(chat.numbers))
        return self.world.described(message) | {"from": self.world.person("ada")} | more

    def _bot_hears(self, message: Message) -> bool:
        """Privacy mode: only commands and replies to the bot come through."""
        place = self.world.chats[message.chat]
        if not self.privacy or place.type == "private":
            return True
        answered = place.messages.get(message.reply_to or 0)
        return message.text.startswith("/") or (answered is not None and answered.ours)

    def forget_queries(self) -> None:
        """All pressed buttons were pressed long ago."""
        self.methods.queries = dict.fromkeys(self.methods.queries, False)

    def alarms(self) -> list[str]:
        """Everything in what the bot sent that should not have been there, or was dropped."""
        return self.methods.alarms()


async def _params(request: web.Request) -> Json:
    if request.content_type == "application/json":
        read = await request.json()
        if not isinstance(read, dict):
            raise Fault(400, "Bad Request: can't parse request: JSON object expected")
        return read
    form: Json = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            form[name], form[f"{name} is called"] = value.file.read(), value.filename
        else:
            form[name] = value
    return form


def _troubled(trouble: Trouble) -> web.Response:
    match trouble.kind:
        case "throttle":
            wait = trouble.seconds
            return _no(Fault(429, f"Too Many Requests: retry after {wait}", retry_after=wait))
        case "fail":
            page = "<html><body><h1>503 Service Unavailable</h1></body></html>"
            return web.Response(status=503, text=page, content_type="text/html")
        case "ok false":
            return web.json_response({"ok": False, "error_code": 500, "description": "Internal Server Error"})
        case _:
            return _no(Fault(400, trouble.description or "Bad Request: chat not found"))


def _no(fault: Fault) -> web.Response:
    body: Json = {"ok": False, "error_code": fault.code, "description": fault.description}
    if fault.parameters:
        body["parameters"] = fault.parameters
    return web.json_response(body, status=fault.code, dumps=_compact)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
