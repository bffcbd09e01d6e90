"""Slack's Web API, as far as we call it: as strict with arguments, tokens and limits as Slack is."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.far_side.slack_rules import SlackRefuses, check_message, check_view
from tests.far_side.slack_world import BOT, ME, TEAM, File, Json, Message, View, World

SCOPES = {
    "chat.postMessage": "chat:write", "chat.update": "chat:write", "chat.postEphemeral": "chat:write",
    "conversations.history": "channels:history", "conversations.replies": "channels:history",
    "files.getUploadURLExternal": "files:write", "files.completeUploadExternal": "files:write",
}  # fmt: skip


@dataclass
class Trouble:
    """What the next call (of `method`, if named) meets instead of an answer."""

    kind: str
    detail: Any = None
    method: str | None = None


class Api:
    """The methods. `calls` keeps what was asked: (method, arguments)."""

    def __init__(self, world: World, bot_token: str, app_token: str) -> None:
        self.world, self.bot_token, self.app_token = world, bot_token, app_token
        self.url = ""
        self.scopes = set(SCOPES.values()) | {"files:read"}
        self.troubles: list[Trouble] = []
        self.calls: list[tuple[str, Json]] = []
        self.socket_url: Callable[[], str] = lambda: ""
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "files.getUploadURLExternal": self._get_upload_url,
            "files.completeUploadExternal": self._complete_upload,
            "views.open": self._views_open,
        }

    def add_to(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_post("/upload/{id}", self._uploaded)
        app.router.add_post("/hooks/{id}", self._hooked)
        app.router.add_get("/files/{id}/{name}", self._fetched)

    # -- the ways in ------------------------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))

        async def answer() -> web.StreamResponse:
            return web.json_response(
                self._answer(method, request.headers.get("Authorization", ""), arguments)
            )

        return await self._perhaps_trouble(method, request, answer)

    async def _uploaded(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            file, content = self.world.files[request.match_info["id"]], await request.read()
            if len(content) != file.length:
                return web.Response(status=400)
            file.content = content
            return web.Response(text=f"OK - {len(content)}")

        return await self._perhaps_trouble("upload", request, answer)

    async def _hooked(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            promise = self.world.hooks.get(request.match_info["id"])
            if promise is None or promise.until < self.world.clock() or promise.left == 0:
                return web.Response(status=404, text="expired_url" if promise is None else "used_url")
            promise.left -= 1
            try:
                self.world.answered(promise, await request.json())
            except SlackRefuses as refusal:
                return web.Response(status=400, text=refusal.code)
            return web.Response(text="ok")

        return await self._perhaps_trouble("response_url", request, answer)

    async def _fetched(self, request: web.Request) -> web.StreamResponse:
        file = self.world.files.get(request.match_info["id"])
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            raise web.HTTPFound("https://login.example/")
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="image/png")

    async def _perhaps_trouble(
        self, method: str, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        trouble = self._next_trouble(method)
        match trouble.kind if trouble else "":
            case "refuse":
                assert trouble is not None
                return web.json_response({"ok": False, "error": trouble.detail})
            case "throttle":
                assert trouble is not None
                return web.json_response(
                    {"ok": False, "error": "ratelimited"},
                    status=429,
                    headers={"Retry-After": str(trouble.detail)},
                )
            case "fail":
                return web.Response(status=503, text="<html>busy</html>", content_type="text/html")
            case "garble":
                return web.Response(text="{nothing", content_type="application/json")
            case "break":
                await answer()
                assert request.transport is not None
                request.transport.abort()
                raise asyncio.CancelledError
        return await answer()

    def _next_trouble(self, method: str) -> Trouble | None:
        for trouble in self.troubles:
            is_meant = trouble.method == method if trouble.method else method not in FOR_THE_START
            if is_meant:
                self.troubles.remove(trouble)
                return trouble
        return None

    def _answer(self, method: str, authorization: str, arguments: Json) -> Json:
        token = self.app_token if method == "apps.connections.open" else self.bot_token
        try:
            if not authorization:
                raise SlackRefuses("not_authed")
            if authorization != f"Bearer {token}" or not token:
                raise SlackRefuses("invalid_auth")
            if method not in self._methods:
                raise SlackRefuses("unknown_method")
            if method in SCOPES and SCOPES[method] not in self.scopes:
                raise SlackRefuses("missing_scope", needed=SCOPES[method], provided=",".join(self.scopes))
            return {"ok": True} | self._methods[method](arguments)
        except SlackRefuses as refusal:
            return {"ok": False, "error": refusal.code} | refusal.more

    # -- the methods ------------------------------------------------------------------------------------

    def _auth_test(self, arguments: Json) -> Json:
        return {"url": "https://kebumen.example/", "team_id": TEAM, "user_id": ME, "bot_id": BOT}

    def _connections_open(self, arguments: Json) -> Json:
        return {"url": self.socket_url()}

    def _post_message(self, arguments: Json) -> Json:
        channel = self.world.reachable(_need(arguments, "channel"))
        message = self.world.put(channel.id, arguments, thread=arguments.get("thread_ts", ""))
        return {"channel": channel.id, "ts": message.ts, "message": self.world.as_slack_tells_it(message)}

    def _post_ephemeral(self, arguments: Json) -> Json:
        channel, user = self.world.reachable(_need(arguments, "channel")), _need(arguments, "user")
        if user not in self.world.users:
            raise SlackRefuses("user_not_in_channel")
        # It makes no notification with formatting, and no previews.
        raw = arguments | {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
        message = self.world.put(channel.id, raw, thread=arguments.get("thread_ts", ""), whisper_to=user)
        return {"message_ts": message.ts}

    def _update(self, arguments: Json) -> Json:
        channel = self.world.reachable(_need(arguments, "channel"))
        message = self.world.by_ts(channel.id, _need(arguments, "ts"))
        if message is None:
            raise SlackRefuses("message_not_found")
        if not message.is_ours:
            raise SlackRefuses("cant_update_message")
        check_message(arguments, longest_text=4000)
        message.raw = message.raw | {k: arguments[k] for k in ("text", "blocks") if k in arguments}
        return {"channel": channel.id, "ts": message.ts}

    def _history(self, arguments: Json) -> Json:
        channel = self.world.reachable(_need(arguments, "channel"))
        said = [
            m for m in self.world.messages if m.channel == channel.id and not m.thread and not m.whisper_to
        ]
        return self._page(said[::-1], arguments)

    def _replies(self, arguments: Json) -> Json:
        channel, root = self.world.reachable(_need(arguments, "channel")), _need(arguments, "ts")
        if self.world.by_ts(channel.id, root) is None:
            raise SlackRefuses("thread_not_found")
        said = [m for m in self.world.messages if m.channel == channel.id and root in (m.ts, m.thread)]
        return self._page([m for m in said if not m.whisper_to], arguments)

    def _page(self, messages: list[Message], arguments: Json) -> Json:
        start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit", 100))
        page = messages[start : start + limit]
        with_metadata = str(arguments.get("include_all_metadata", "")).lower() in ("1", "true")
        end = start + limit
        return {
            "messages": [self.world.as_slack_tells_it(m, with_metadata=with_metadata) for m in page],
            "has_more": end < len(messages),
            "response_metadata": {"next_cursor": str(end) if end < len(messages) else ""},
        }

    def _get_upload_url(self, arguments: Json) -> Json:
        length = int(_need(arguments, "length"))
        if length <= 0:
            raise SlackRefuses("invalid_arguments")
        name = f"F{self.world.number()}"
        self.world.files[name] = File(_need(arguments, "filename"), length)
        return {"upload_url": f"{self.url}/upload/{name}", "file_id": name}

    def _complete_upload(self, arguments: Json) -> Json:
        files = json.loads(_need(arguments, "files"))
        channel = self.world.reachable(_need(arguments, "channel_id"))
        for given in files:
            file = self.world.files.get(given["id"])
            if file is None or file.content is None:
                raise SlackRefuses("file_not_found")
            thread = arguments.get("thread_ts", "")
            raw = {"text": "", "blocks": []}
            message = Message(self.world.stamp(), channel.id, ME, raw, thread)
            if file.content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
                message.picture = file.content
            else:
                message.file, message.file_name = file.content, file.name
            self.world.messages.append(message)
        return {"files": files}

    def _views_open(self, arguments: Json) -> Json:
        promise = self.world.triggers.get(_need(arguments, "trigger_id"))
        if promise is None:
            raise SlackRefuses("invalid_trigger_id")
        if promise.left == 0:
            raise SlackRefuses("exchanged_trigger_id")
        if promise.until < self.world.clock():
            raise SlackRefuses("expired_trigger_id")
        promise.left -= 1
        raw = arguments.get("view")
        if not isinstance(raw, dict):
            raise SlackRefuses("invalid_arguments")
        check_view(raw)
        view = View(f"V{self.world.number()}", promise.user, raw)
        self.world.views.append(view)
        return {"view": raw | {"id": view.id}}


FOR_THE_START = frozenset({"auth.test", "apps.connections.open"})


def _need(arguments: Json, name: str) -> str:
    found = arguments.get(name)
    if found in (None, ""):
        raise SlackRefuses(
            "invalid_arguments", response_metadata={"messages": [f"missing required field: {name}"]}
        )
    return str(found)


async def _arguments(request: web.Request) -> Json:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        with contextlib.suppress(ValueError):
            given |= await request.json()
    else:
        given |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    return given
