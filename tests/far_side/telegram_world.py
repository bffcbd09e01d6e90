"""The chats, people and files of a small Telegram."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.far_side.telegram_text import Entity

Json = dict[str, Any]  # Any: the wire's own shapes


class Fault(Exception):
    """A call that Telegram refuses."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass
class Message:
    """A message as a person sees it."""

    chat: int
    id: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    asks: Json | None = None
    reply_to: int | None = None
    thread: int | None = None
    photo: bytes | None = None
    document: tuple[str, bytes] | None = None
    album: str = ""
    ours: bool = False
    sender: Json = field(default_factory=dict)
    raw: Json = field(default_factory=dict)
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]


@dataclass
class Chat:
    """A chat and what was said in it."""

    id: int
    type: str
    title: str
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    moved_to: int | None = None
    gone: bool = False
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def described(self) -> Json:
        extra: Json = {"is_forum": True} if self.topics else {}
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        return {"id": self.id, "type": self.type, **name, **extra}


class World:
    """What exists: the bot, people, chats with their messages, files."""

    def __init__(self, me: Json) -> None:
        self.me = me
        self.chats: dict[int, Chat] = {}
        self.people: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        self.ids = itertools.count(5001)

    def person(self, name: str) -> Json:
        """A user; the same name is the same one."""
        if name not in self.people:
            known = {"id": next(self.ids), "is_bot": False, "first_name": name.title()}
            self.people[name] = known | {"username": f"{name}_test", "language_code": "id"}
        return self.people[name]

    def group(self, title: str, kind: str = "supergroup", topics: tuple[int, ...] = ()) -> Chat:
        """A new group with the bot in it."""
        number = len(self.chats) + 1
        chat = Chat(-1_000_000_000_000 - number if kind == "supergroup" else -4000 - number, kind, title)
        chat.topics = {topic: "open" for topic in topics}
        self.chats[chat.id] = chat
        return chat

    def private(self, name: str) -> Chat:
        """The chat of a person alone with the bot, which the person has begun."""
        user = self.person(name)
        return self.chats.setdefault(user["id"], Chat(user["id"], "private", user["first_name"]))

    def described(self, message: Message) -> Json:
        place = self.chats[message.chat]
        raw: Json = {"message_id": message.id, "date": int(time.time()), "chat": place.described}
        raw["from"] = self.me if message.ours else message.sender
        if message.photo is not None and message.ours:
            raw |= {"photo": self.photo(message.photo), "caption": message.text}
        elif message.document is not None:
            name, content = message.document
            raw["document"] = {
                "file_id": f"B{message.id}",
                "file_unique_id": f"B{message.id}",
                "file_name": name,
            }
            raw["document"]["file_size"] = len(content)
        else:
            raw["text"] = message.text
        if message.thread is not None:
            raw |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.keyboard:
            raw["reply_markup"] = {"inline_keyboard": message.keyboard}
        return raw

    def photo(self, content: bytes) -> list[Json]:
        sizes = []
        for side in (90, 800):
            file_id = f"AgAC{side}x{next(self.ids)}"
            self.files[file_id] = content
            size = {"file_id": file_id, "file_unique_id": file_id, "width": side, "height": side}
            sizes.append(size | {"file_size": len(content)})
        return sizes
