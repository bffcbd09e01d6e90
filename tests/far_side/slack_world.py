"""A workspace on Slack: who is there, what was said, which promises (triggers, reply addresses) stand open."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.far_side.slack_reader import Shown, see
from tests.far_side.slack_rules import SlackRefuses, check_message

Json = dict[str, Any]  # Slack's and the app's JSON

ME, BOT, TEAM = "UTANGGAP", "BTANGGAP", "TKEBUMEN"
MOST_NAMED = 5  # of those who answered in a thread, in what tells of the message that began it


@dataclass
class Message:
    """Something that stands in a channel. `raw` is as its sender sent it."""

    ts: str
    channel: str
    user: str
    raw: Json
    thread: str = ""
    whisper_to: str = ""
    picture: bytes | None = None
    file: bytes | None = None
    file_name: str = ""

    @property
    def is_media(self) -> bool:
        return self.picture is not None or self.file is not None

    @property
    def is_ours(self) -> bool:
        return self.user == ME

    def shown(self) -> Shown:
        return see(self.raw)


@dataclass
class Channel:
    """`is_open`: anybody may know that it exists. `has_app`: the app was invited."""

    id: str
    has_app: bool = True
    is_open: bool = True


@dataclass
class Promise:
    """A trigger_id (once, three seconds) or a response_url (five times, half an hour)."""

    user: str
    channel: str
    until: datetime
    left: int
    message: Message | None = None


@dataclass
class File:
    name: str
    length: int
    content: bytes | None = None


@dataclass
class View:
    """A modal that is open before somebody. `errors` stand at its fields."""

    id: str
    user: str
    raw: Json
    errors: dict[str, str] = field(default_factory=dict)


class World:
    """What Slack knows."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.users = {"UADA": "ada", "UBUDI": "budi", "UCITRA": "citra"}
        self.channels = {"C1": Channel("C1")}
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.triggers: dict[str, Promise] = {}
        self.hooks: dict[str, Promise] = {}
        self.views: list[View] = []
        self.noted: list[str] = []
        self.app_in_threads = ME  # whether Slack names apps there by their user or their bot, it does not say
        self._numbers = itertools.count(1)

    def number(self) -> int:
        return next(self._numbers)

    def stamp(self) -> str:
        """A message's ts: unique in the channel, and the moment."""
        return f"{int(self.clock().timestamp())}.{self.number():06d}"

    def trigger(self, user: str, channel: str, name: str | None = None) -> str:
        name = name or f"{self.number()}.{self.number()}.trigger"
        self.triggers[name] = Promise(user, channel, self.clock() + timedelta(seconds=3), 1)
        return name

    def hook(self, user: str, channel: str, message: Message | None = None) -> str:
        name = f"hook{self.number()}"
        self.hooks[name] = Promise(user, channel, self.clock() + timedelta(minutes=30), 5, message)
        return name

    def reachable(self, channel: str) -> Channel:
        """The channel that the app may act in. Raises SlackRefuses."""
        found = self.channels.get(channel)
        if found is None or not (found.is_open or found.has_app):
            raise SlackRefuses("channel_not_found")
        if not found.has_app:
            raise SlackRefuses("not_in_channel")
        return found

    def put(self, channel: str, raw: Json, *, thread: str = "", whisper_to: str = "") -> Message:
        """Something that the app says. Raises SlackRefuses."""
        check_message(raw)
        message = Message(self.stamp(), channel, ME, raw, thread, whisper_to)
        if thread and whisper_to and not self.replies(channel, thread):
            self.noted.append(f"nobody is shown a whisper in a thread without replies: {raw.get('text')!r}")
            return message
        if thread and not self.by_ts(channel, thread):
            raise SlackRefuses("thread_not_found")
        self.messages.append(message)
        return message

    def replies(self, channel: str, root: str) -> list[Message]:
        """What everybody sees below a message: a thread is one from its first reply on."""
        return [m for m in self.messages if (m.channel, m.thread) == (channel, root) and not m.whisper_to]

    def say(self, channel: str, user: str, text: str, thread: str = "", ts: str | None = None) -> Message:
        """Something that a person (or another app) says."""
        message = Message(ts or self.stamp(), channel, user, {"text": text, "blocks": []}, thread)
        self.messages.append(message)
        return message

    def by_ts(self, channel: str, ts: str) -> Message | None:
        found = [m for m in self.messages if (m.channel, m.ts) == (channel, ts) and not m.whisper_to]
        return found[0] if found else None

    def ours(self, channel: str) -> list[Message]:
        """What of ours stands in the channel for all, oldest first."""
        return [m for m in self.messages if m.channel == channel and m.is_ours and not m.whisper_to]

    def answered(self, promise: Promise, body: Json) -> None:
        """What the app says through a response_url or in an acknowledgement. Raises SlackRefuses."""
        check_message(body)
        if promise.message is not None and body.get("replace_original", True):
            promise.message.raw = promise.message.raw | body
            return
        to_all = body.get("response_type") == "in_channel"
        thread = promise.message.thread if promise.message is not None else ""
        message = self.put(promise.channel, body, thread=thread, whisper_to="" if to_all else promise.user)
        promise.message = promise.message or message

    def as_slack_tells_it(self, message: Message, *, with_metadata: bool = True) -> Json:
        """A message as history and payloads carry it."""
        told: Json = {"type": "message", "ts": message.ts, "user": message.user, "text": message.raw["text"]}
        replies = self.replies(message.channel, message.ts)
        if message.is_ours:
            told["bot_id"] = BOT
        if message.thread:
            told["thread_ts"] = message.thread
        elif replies:
            told |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
            users = list(dict.fromkeys(self.app_in_threads if m.is_ours else m.user for m in replies))
            told |= {"reply_users": users[:MOST_NAMED], "reply_users_count": len(users)}
        if with_metadata and message.raw.get("metadata"):
            told["metadata"] = message.raw["metadata"]
        if message.raw.get("blocks"):
            told["blocks"] = json.loads(json.dumps(message.raw["blocks"]))
        return told
