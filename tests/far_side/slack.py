"""Slack's side of the wire, on this machine: people who type, press and fill in, and a server that hears us.

async with SlackFarSide() as slack:
    app = make_slack(..., api_url=slack.api_url)
    slack.deliver_to(base_url="http://127.0.0.1:8000")      # or asgi=..., or nothing: Socket Mode
    await slack.slash("/bantuan", "")
    assert slack.shown("C1") == [...]
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import regex
from aiohttp import web

from tests.far_side.slack_api import Api, Trouble
from tests.far_side.slack_rules import SlackRefuses
from tests.far_side.slack_socket import Sockets
from tests.far_side.slack_world import ME, TEAM, File, Json, Message, View, World

EVENTS = "/slack/events"
# Names of Slack's own for what tests type; a skin tone is a second name right behind the first.
EMOJI = {
    "🙏": "pray", "👍": "+1", "✅": "white_check_mark", "❤️": "heart", "😊": "blush", "💯": "100", "🇮🇩": "flag-id",
    "👩‍⚕️": "female-doctor", "👩‍👩‍👧‍👦": "woman-woman-girl-boy",
    "🏻": "skin-tone-2", "🏽": "skin-tone-4", "🏿": "skin-tone-6", "🚧": "construction",
}  # fmt: skip
EMOJI_LEFT = regex.compile(r"[\p{Emoji_Presentation}\p{Emoji_Modifier}]")
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-far-side-bot", "xapp-far-side-app", "far-side-signing-secret"


@dataclass(frozen=True)
class Delivered:
    """What the app answered on a delivery. Status 0: it did not acknowledge in time (Socket Mode)."""

    status: int
    body: Any = None


class SlackFarSide:
    """A workspace with channel C1 and users UADA, UBUDI and UCITRA; `world` holds its state."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.world = World(clock)
        self.api = Api(self.world, BOT_TOKEN, APP_TOKEN)
        self.sockets = Sockets()
        self.url = ""
        self._http: httpx.AsyncClient | None = None

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    async def start(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.api.add_to(app)
        app.router.add_get("/link", self.sockets.connected)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = self.api.url = f"http://{host}:{port}"
        self.api.socket_url = lambda: f"ws://{host}:{port}/link?ticket=socket-ticket-{self.world.number()}"

    async def stop(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        await self.sockets.close()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def deliver_to(self, *, base_url: str = "http://app.example", asgi: Any = None) -> None:
        """Post deliveries to an app under test, over the network or in this process; else over Socket Mode."""
        transport = httpx.ASGITransport(app=asgi) if asgi is not None else None
        self._http = httpx.AsyncClient(base_url=base_url, transport=transport, timeout=10)

    # -- what people do ---------------------------------------------------------------------------------

    async def slash(
        self, command: str, text: str = "", *, user: str = "UADA", channel: str = "C1",
        trigger: str | None = None,
    ) -> Delivered:  # fmt: skip
        """Type a command. The same `trigger` again is the same delivery again."""
        hook = self.world.hook(user, channel)
        form = {
            "token": "deprecated", "team_id": TEAM, "team_domain": "kebumen", "channel_id": channel,
            "channel_name": "privategroup", "user_id": user, "user_name": self.world.users[user],
            "command": command, "text": self.typed(text), "api_app_id": "A1",
            "is_enterprise_install": "false", "response_url": f"{self.url}/hooks/{hook}",
            "trigger_id": self.world.trigger(user, channel, trigger),
        }  # fmt: skip
        done = await self.deliver("slash_commands", form)
        if done.status == 200 and done.body:
            body = done.body if isinstance(done.body, dict) else {"text": done.body}
            self._noting(lambda: self.world.answered(self.world.hooks[hook], body))
        return done

    async def press(
        self, label: str, *, user: str = "UADA", channel: str = "C1", trigger: str | None = None
    ) -> Delivered:
        """Press the button on the newest message that this person sees it on; a link as well, once it has opened."""
        message, button = self._find(label, user, channel)
        hook = self.world.hook(user, channel, message)
        container: Json = {
            "type": "message", "message_ts": message.ts, "channel_id": channel,
            "is_ephemeral": bool(message.whisper_to),
        }  # fmt: skip
        if message.thread:
            container["thread_ts"] = message.thread
        action = {k: button[k] for k in ("action_id", "text", "value", "style", "type", "url") if k in button}
        payload = self._interaction("block_actions", user, channel, trigger) | {
            "container": container,
            "actions": [action | {"block_id": "b", "action_ts": self.world.stamp()}],
            "response_url": f"{self.url}/hooks/{hook}",
        }
        if not message.whisper_to:
            payload["message"] = self.world.as_slack_tells_it(message)
        done = await self.deliver("interactive", payload)
        if done.body:
            self.world.noted.append("a press was answered with a body")
        if done.status != 200:
            self.world.noted.append(f"a press was not acknowledged: a warning sign stands beside {label!r}")
        return done

    def upload(self, content: bytes, name: str = "foto.png") -> Json:
        """A person uploads a file; what Slack tells of it."""
        key = f"F{self.world.number()}"
        self.world.files[key] = File(name, len(content), content)
        return {"id": key, "mimetype": "image/png", "url_private": f"{self.url}/files/{key}/{name}"}

    async def submit(
        self, values: dict[str, str], *, user: str = "UADA", files: Sequence[Json] = ()
    ) -> Delivered:
        """Fill in and send the form that stands open before this person."""
        view = self.view(user)
        fields = [block for block in view.raw["blocks"] if block["type"] == "input"]
        state = {f["block_id"]: {f["element"]["action_id"]: _filled(f, values, files)} for f in fields}
        payload = self._interaction("view_submission", user, None, None) | {
            "view": view.raw | {"id": view.id, "state": {"values": state}},
            "response_urls": [],
        }
        done = await self.deliver("interactive", payload)
        body = done.body if isinstance(done.body, dict) else {}
        if body.get("response_action") == "errors":
            view.errors = body["errors"]
            if not view.errors.keys() <= state.keys():
                self.world.noted.append("a complaint at a field that is not there")
        elif done.status == 200:
            self.world.views.remove(view)
        return done

    async def shortcut(
        self, ts: str, *, callback_id: str = "tanggapi", user: str = "UADA", channel: str = "C1"
    ) -> Delivered:
        """Choose our entry in the menu of a message."""
        message = self.world.by_ts(channel, ts)
        assert message is not None
        hook = self.world.hook(user, channel)
        payload = self._interaction("message_action", user, channel, None) | {
            "callback_id": callback_id,
            "message_ts": ts,
            "message": self.world.as_slack_tells_it(message),
            "action_ts": self.world.stamp(),
            "response_url": f"{self.url}/hooks/{hook}",
        }
        return await self.deliver("interactive", payload)

    async def mention(
        self, text: str, *, user: str = "UADA", channel: str = "C1", thread: str = "", ts: str | None = None,
        event_id: str | None = None, **more: Any,
    ) -> Delivered:  # fmt: skip
        """Write `@Tanggap text`, perhaps in a thread. `more` goes into the event (files, edited, bot_id …)."""
        # Events name people by their id alone; only commands carry the name beside it.
        typed = re.sub(r"<(@\w+)\|[^<>]*>", r"<\1>", f"<@{ME}> {self.typed(text)}")
        existing = self.world.by_ts(channel, ts) if ts else None
        message = existing or self.world.say(channel, user, typed, thread, ts)
        event = self.world.as_slack_tells_it(message) | {"type": "app_mention", "channel": channel} | more
        return await self.event(event, event_id=event_id)

    async def event(self, event: Json, *, event_id: str | None = None, retry: int = 0) -> Delivered:
        """Let something happen. `retry`: Slack says that it is not the first time."""
        payload = {
            "token": "deprecated", "team_id": TEAM, "api_app_id": "A1", "type": "event_callback",
            "event": event, "event_id": event_id or f"Ev{self.world.number()}",
            "event_time": int(self.world.clock().timestamp()),
            "authorizations": [{"team_id": TEAM, "user_id": ME, "is_bot": True, "is_enterprise_install": False}],
        }  # fmt: skip
        return await self.deliver("events_api", payload, retry=retry)

    def typed(self, text: str) -> str:
        """`text` as Slack passes on what a person types: escaped, emoji by name, people and links marked."""
        text = by_name(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = re.sub(r"https?://[^\s<>]+", r"<\g<0>>", text)
        text = re.sub(r"(?<![\w/.@<])((?:\w+\.)+(?:go\.id|com))\b(?!>)", r"<http://\1|\1>", text)
        for key, name in self.world.users.items():
            text = re.sub(rf"@{name}\b", f"<@{key}|{name}>", text)
        return text

    # -- what can be seen -------------------------------------------------------------------------------

    def messages(self, channel: str = "C1") -> list[Message]:
        """Ours, as all see them, oldest first; pictures too."""
        return self.world.ours(channel)

    def shown(self, channel: str = "C1") -> list[str]:
        return [m.shown().text for m in self.messages(channel) if not m.is_media]

    def whispers(self, channel: str = "C1") -> list[Message]:
        return [m for m in self.world.messages if m.whisper_to and m.channel == channel]

    def view(self, user: str = "UADA") -> View:
        return next(view for view in reversed(self.world.views) if view.user == user)

    def alarms(self) -> list[str]:
        """Everything that we said and that pinged, linked, formatted or could not be shown."""
        ours = [m for m in self.world.messages if m.is_ours and not m.is_media]
        return self.world.noted + [alarm for m in ours for alarm in m.shown().alarms]

    def trouble(self, kind: str, detail: Any = None, method: str | None = None) -> None:
        """Let the next call meet: refuse (code), throttle (seconds), fail, garble, break (done, then hung up)."""
        self.api.troubles.append(Trouble(kind, detail, method))

    # -- the wire ---------------------------------------------------------------------------------------

    async def deliver(self, kind: str, payload: Json, *, retry: int = 0) -> Delivered:
        """Pass on a payload the way the app is reached."""
        if self._http is None:
            answer = await self.sockets.send(kind, payload)
            return Delivered(0) if answer is None else Delivered(200, answer.get("payload"))
        if kind == "events_api":
            raw, mime = json.dumps(payload), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            raw, mime = urlencode(form), "application/x-www-form-urlencoded"
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"} if retry else {}
        return await self.post(raw.encode(), {"Content-Type": mime} | headers)

    async def post(self, raw: bytes, headers: dict[str, str]) -> Delivered:
        """Post anything at all, signed."""
        assert self._http is not None
        signature = signed(SECRET, raw, int(self.world.clock().timestamp()))
        answer = await self._http.post(EVENTS, content=raw, headers=headers | signature)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return Delivered(answer.status_code, answer.json() if is_json else answer.text or None)

    def _interaction(self, kind: str, user: str, channel: str | None, trigger: str | None) -> Json:
        told: Json = {
            "type": kind, "team": {"id": TEAM, "domain": "kebumen"}, "api_app_id": "A1",
            "user": {"id": user, "username": self.world.users[user], "team_id": TEAM},
            "trigger_id": self.world.trigger(user, channel or "", trigger), "enterprise": None,
        }  # fmt: skip
        return told | ({"channel": {"id": channel, "name": "privategroup"}} if channel else {})

    def _find(self, label: str, user: str, channel: str) -> tuple[Message, Json]:
        seen = [m for m in self.world.messages if m.channel == channel and m.whisper_to in ("", user)]
        for message in reversed(seen):
            for button in message.shown().buttons:
                if button["text"]["text"] == label:
                    return message, button
        raise AssertionError(f"no button {label!r}")

    def _noting(self, act: Callable[[], None]) -> None:
        try:
            act()
        except SlackRefuses as refusal:
            self.world.noted.append(
                f"an acknowledgement that Slack does not show: {refusal.code} {refusal.more}"
            )


def by_name(text: str) -> str:
    """Slack passes on every emoji as its short name, also out of a form."""
    for sign, name in EMOJI.items():
        text = text.replace(sign, f":{name}:")
    assert EMOJI_LEFT.search(text) is None, f"teach the far side the name of the emoji in {text!r}"
    return text


def signed(secret: str, raw: bytes, now: int) -> dict[str, str]:
    """The headers by which Slack signs a request."""
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (now, raw), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": f"v0={digest}"}


def _filled(field: Json, values: dict[str, str], files: Sequence[Json]) -> Json:
    element = field["element"]
    if element["type"] == "file_input":
        assert files or field.get("optional"), f"{field['block_id']} cannot be sent empty"
        assert len(files) <= element["max_files"], "too many files"
        return {"type": "file_input", "files": list(files)}
    value = by_name(values.get(field["block_id"], element.get("initial_value", "")))
    assert value or field.get("optional"), f"{field['block_id']} cannot be sent empty"
    assert len(value) <= element["max_length"], f"{field['block_id']} does not take so much"
    return {"type": "plain_text_input", "value": value or None}
