"""The adapters in memory keep the same promises as the real ones."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryChannel, MemoryChat
from plugin.chat.markup import Buttons, parse, plain
from plugin.chat.values import (
    Form,
    Incoming,
    Media,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Pressed,
    Room,
    Submitted,
    Typed,
)
from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.outcomes import Outcome, RateLimited, Refusal, Uncertain
from plugin.public.values import Author, Post, PostPhoto, PublicAccount, PublicCapabilities
from tests.contract.chat import ChatAdapterContract
from tests.contract.public import PublicChannelContract


class MemoryWire:
    def __init__(self) -> None:
        self.adapter = MemoryChat()
        self.room = Room("memory", "hall")
        self._keys = itertools.count(100)

    def _incoming(
        self, sender: str, body: Typed | Pressed | Submitted, key: str | None, ref: MessageRef | None
    ) -> Incoming:
        person = Person("memory", sender, sender.title())
        opener = Opener(self.room, person, "opener")
        return Incoming(
            key or f"d{next(self._keys)}", self.room, person, datetime.now(UTC), body, ref, opener
        )

    async def deliver(self, text: str, *, sender: str = "ada", key: str | None = None) -> None:
        ref = MessageRef(self.room, f"in-{next(self._keys)}")
        self.adapter.inbox.put_nowait(self._incoming(sender, Typed(text), key, ref))

    async def press(self, label: str, *, sender: str = "ada") -> None:
        for ref, message in reversed(self.adapter.board.items()):
            for action in message.actions:
                if action.label == label:
                    self.adapter.inbox.put_nowait(
                        self._incoming(sender, Pressed(action.token, ref), None, ref)
                    )
                    return
        raise AssertionError(label)

    def _form(self) -> Form:
        return self.adapter.forms[-1][1]

    async def fill_in(self, values: dict[str, str], *, sender: str = "ada") -> None:
        body = Submitted(self._form().token, values)
        self.adapter.inbox.put_nowait(self._incoming(sender, body, None, None))

    def form(self) -> tuple[str, list[str]]:
        return self._form().title, [f.label for f in self._form().fields]

    def _public(self) -> list[Outgoing]:
        return [m for m in self.adapter.board.values() if m.whisper_to is None]

    def shown(self) -> list[str]:
        return [plain(parse(m.text)) for m in self._public()]

    def whispered(self) -> list[tuple[str, str]]:
        return [(m.whisper_to.key, plain(parse(m.text))) for m in self.adapter.board.values() if m.whisper_to]

    def buttons(self) -> list[str]:
        blocks = parse(list(self.adapter.board.values())[-1].text)
        return [label for b in blocks if isinstance(b, Buttons) for label in b.labels]

    def pictures(self) -> list[bytes]:
        return [p.content for m in self._public() for p in m.pictures]

    def files(self) -> list[tuple[str, bytes]]:
        return [(f.name, f.content) for m in self._public() for f in m.files]

    def answering(self) -> str | None:
        answers = list(self.adapter.board.values())[-1].answers
        return answers.key if answers else None

    def alarms(self) -> list[str]:
        return []

    def _next(self, error: DeliveryError) -> None:
        self.adapter.trouble.append(error)

    def refuse_next(self) -> None:
        self._next(Refused("channel_not_found"))

    def throttle_next(self, seconds: int) -> None:
        self._next(TryLater(seconds))

    def break_next(self) -> None:
        self._next(Unknown("broken"))

    def fail_next(self) -> None:
        self._next(Unknown("503"))


class TestMemoryChat(ChatAdapterContract):
    @pytest.fixture
    def wire(self) -> MemoryWire:
        return MemoryWire()


class MemoryPublicWire:
    def __init__(self) -> None:
        self.channel = MemoryChannel(PublicCapabilities(longest=280, activity_price=(0.0, 0.0), pictures=4))
        self.account = PublicAccount(1, "memory", "pupr", "1", {"id": "1"})
        self._numbers = itertools.count(1)
        self._conversations: dict[str, str] = {}

    def _post(self, text: str, conversation: str, answers: str, photo: bytes | None) -> str:
        key = str(next(self._numbers))
        photos: tuple[PostPhoto, ...] = ()
        if photo is not None:
            photos = (PostPhoto(f"m{key}", f"memory:{key}"),)
            self.channel.pictures[f"memory:{key}"] = Media("foto.png", "image/png", photo)
        post = Post(
            key,
            Author("9", "warga"),
            text,
            datetime.now(UTC),
            "",
            conversation or key,
            answers,
            ("1",),
            photos,
        )
        self._conversations[key] = post.conversation
        self.channel.heard.setdefault("pupr", []).append(post)
        return key

    def citizen_posts(self, text: str, *, summon: bool = True, photo: bytes | None = None) -> str:
        return self._post(text, "", "", photo)

    def citizen_answers(self, post_id: str, text: str) -> str:
        posts = self.channel.timelines["pupr"].posts
        target = next(target for _, target, ref in posts if ref.id == post_id)
        return self._post(text, self._conversations[target], post_id, None)

    def published(self) -> list[tuple[str, str]]:
        return [(text, target) for text, target, _ in self.channel.public("pupr")]

    def pictures(self) -> list[list[tuple[bytes, str]]]:
        shown = self.channel.timelines["pupr"].pictures
        return [[(p.content, p.alt) for p in shown[ref.id]] for _, _, ref in self.channel.public("pupr")]

    def citizen_deletes(self, post_id: str) -> None:
        self.channel.unseen[post_id] = "gone"

    def _next(self, outcome: Outcome, error: DeliveryError, *, arrives: bool = False) -> None:
        self.channel.outcomes.append(outcome)
        self.channel.trouble.append(error)
        if arrives:
            self.channel.arrives.append(outcome)
            self.channel.trouble.clear()

    def refuse_next(self) -> None:
        self._next(Refusal("forbidden"), Refused("forbidden"))

    def throttle_next(self, seconds: int) -> None:
        self._next(RateLimited(datetime.now(UTC) + timedelta(seconds=seconds)), TryLater(seconds))

    def break_next(self) -> None:
        self._next(Uncertain("broken"), Unknown(), arrives=True)

    def fail_next(self) -> None:
        self._next(Uncertain("503"), Unknown("503"))


class TestMemoryChannel(PublicChannelContract):
    @pytest.fixture
    def wire(self) -> MemoryPublicWire:
        return MemoryPublicWire()
