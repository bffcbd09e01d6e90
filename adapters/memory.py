"""A chat platform and a public channel that live in memory: for tests, and for trying things out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from plugin.chat.port import Receive
from plugin.chat.values import (
    Apart,
    Capabilities,
    Form,
    Incoming,
    Media,
    MediaRef,
    MenuEntry,
    MessageRef,
    Opener,
    Outgoing,
    Person,
    Room,
)
from plugin.errors import DeliveryError, Refused
from plugin.public.outcomes import Outcome, Published, Refusal, Withdrawal, Withdrawn
from plugin.public.values import (
    Activity,
    Author,
    Availability,
    Cursor,
    Draft,
    FollowersPage,
    Inspection,
    Page,
    Post,
    PostPhoto,
    PostRef,
    PublicAccount,
    PublicCapabilities,
)

PICTURES = ("image/jpeg", "image/png")
CAN = Capabilities(longest=4000, history=True, answers_at_once=True)


class MemoryChat:
    """Keeps what was sent on `board`; `trouble` holds the errors that the next calls will meet.

    `unbegun` are the private chats that nobody has begun yet.
    """

    name = "memory"
    health = "ok"

    def __init__(self, can: Capabilities = CAN) -> None:
        self.can = can
        self.inbox: asyncio.Queue[Incoming] = asyncio.Queue()
        self.board: dict[MessageRef, Outgoing] = {}
        self.keys: dict[str, MessageRef] = {}
        self.forms: list[tuple[Opener, Form]] = []
        self.files: dict[str, Media] = {}
        self.menu: tuple[MenuEntry, ...] = ()
        self.trouble: list[DeliveryError] = []
        self.unbegun: set[str] = set()

    async def listen(self, receive: Receive) -> None:
        while True:
            message = await self.inbox.get()
            answer = await receive(message)
            if answer is not None:
                await self.send(message.room, answer, key=message.key)

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        self._fail()
        if room.key in self.unbegun:
            raise Refused("bot can't initiate conversation with a user")
        ref = MessageRef(room, str(len(self.board) + 1), message.answers.thread if message.answers else "")
        self.board[ref] = message
        self.keys[key] = ref
        return ref

    async def amend(self, ref: MessageRef, message: Outgoing) -> None:
        self._fail()
        if ref not in self.board:
            raise Refused("message_not_found")
        self.board[ref] = message

    async def open_form(self, opener: Opener, form: Form) -> None:
        self._fail()
        self.forms.append((opener, form))

    async def offer_menu(self, entries: Sequence[MenuEntry]) -> None:
        self.menu = tuple(entries)

    def apart(self, person: Person) -> Apart | None:
        if self.can.whispers:
            return None
        return Apart(Room(self.name, f"pribadi-{person.key}", private=True), "https://memory.example/mulai")

    async def sent_before(self, room: Room, key: str) -> MessageRef | None:
        self._fail()
        return self.keys.get(key)

    async def fetch(self, media: MediaRef, *, most_bytes: int) -> Media:
        self._fail()
        found = self.files.get(media.key)
        if found is None or len(found.content) > most_bytes:
            raise Refused("too_large" if found else "file_not_found")
        return found

    async def aclose(self) -> None:
        pass

    def _fail(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)


@dataclass
class Timeline:
    """What an account has published in memory: (text, target, reference), oldest first; pictures by post."""

    pictures: dict[str, tuple[Media, ...]] = field(default_factory=dict)
    posts: list[tuple[str, str, PostRef]] = field(default_factory=list)


class MemoryChannel:
    """Keeps mentions in `heard` and what was published in `timelines`.

    `outcomes` holds what the next publishes will answer instead of `Published` (None: that one all the same); an
    outcome in `arrives` also puts the post on the timeline, as when the connection breaks after the platform has
    accepted.
    `written` are an account's own posts, those from elsewhere too. Withdrawals meet `outcomes` too; `unseen`
    holds the posts that are not public any more.
    """

    name = "memory"
    health = "ok"
    page_size = 100

    def __init__(self, can: PublicCapabilities | None = None) -> None:
        self.can = can or PublicCapabilities(longest=280, pictures=4)
        self.heard: dict[str, list[Post]] = {}
        self.timelines: dict[str, Timeline] = {}
        self.written: dict[str, list[Post]] = {}
        self.outcomes: list[Outcome | None] = []
        self.arrives: list[Outcome] = []
        self.unseen: dict[str, Literal["gone", "hidden"]] = {}
        self.trouble: list[DeliveryError] = []
        self.pictures: dict[str, Media] = {}
        self.following: dict[str, list[str]] = {}

    async def audience(self, account: PublicAccount) -> int:
        self._fail()
        return len(self.following.get(account.handle, []))

    async def activity(self, account: PublicAccount) -> Activity:
        self._fail()
        own, naming = self.written.get(account.handle, []), self.heard.get(account.handle, [])
        return Activity(tuple(reversed(own)), tuple(reversed(naming)))

    async def followers(self, account: PublicAccount, cursor: Cursor) -> FollowersPage:
        self._fail()
        start = int(cursor or 0)
        some = self.following.get(account.handle, [])
        end = start + self.page_size
        return FollowersPage(tuple(some[start:end]), str(end) if end < len(some) else "")

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        self._fail()
        fresh = self.heard.get(account.handle, [])[int(since or 0) :]
        done = int(since or 0)
        for start in range(0, len(fresh), self.page_size):
            posts = tuple(fresh[start : start + self.page_size])
            done += len(posts)
            yield Page(posts, str(done), complete=start + self.page_size >= len(fresh))
        if not fresh:
            yield Page((), since, complete=True)

    def inspect(self, text: str, account: PublicAccount, target: Post) -> Inspection:
        return Inspection(len(text), self.can.longest, min(len(text), self.can.longest))

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if len(draft.pictures) > self.can.pictures or not all(p.mime in PICTURES for p in draft.pictures):
            return Refusal("pictures")
        if outcome is None or outcome in self.arrives:
            ref = self._put(account, draft, target_id)
            return outcome or Published(ref)
        return outcome

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        self._fail()
        posts = self.timelines.get(account.handle, Timeline()).posts
        found = (ref for said, target, ref in posts if (said, target) == (text, target_id))
        return next((ref for ref in found if ref.id not in self.unseen), None)

    async def written_since(self, account: PublicAccount, since: datetime) -> Sequence[Post]:
        self._fail()
        seen = (post for post in self.written.get(account.handle, []) if post.id not in self.unseen)
        return [post for post in seen if post.answers and post.at >= since][::-1]

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is None or outcome in self.arrives:
            self.unseen[ref.id] = "gone"
        return Withdrawn() if outcome is None or isinstance(outcome, Published) else outcome

    async def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        self._fail()
        for ref in refs:
            yield Availability(ref, self.unseen.get(ref.id, "there"))

    async def look_at(self, account: PublicAccount, ref: PostRef) -> Post | None:
        self._fail()
        known = (post for shelf in (self.written, self.heard) for posts in shelf.values() for post in posts)
        return next((post for post in known if post.id == ref.id and post.id not in self.unseen), None)

    def public(self, handle: str) -> list[tuple[str, str, PostRef]]:
        """What an account shows to everyone, oldest first."""
        posts = self.timelines.get(handle, Timeline()).posts
        return [post for post in posts if post[2].id not in self.unseen]

    async def identify(self, account: PublicAccount) -> tuple[str, str]:
        self._fail()
        return account.tokens.get("id", ""), account.tokens.get("handle", account.handle)

    def compose_url(self, text: str, target_id: str) -> str:
        return f"https://memory.example/compose/{target_id}"

    def post_at(self, address: str) -> tuple[str, PostRef] | None:
        handle, _, number = address.strip().removeprefix("https://memory.example/").partition("/")
        known = address.strip().startswith("https://memory.example/") and number
        return (handle, PostRef(number, address.strip())) if known else None

    async def fetch(self, photo: PostPhoto, *, most_bytes: int) -> Media:
        self._fail()
        found = self.pictures.get(photo.url)
        if found is None or len(found.content) > most_bytes:
            raise Refused("gone")
        return found

    async def aclose(self) -> None:
        pass

    def _put(self, account: PublicAccount, draft: Draft, target_id: str) -> PostRef:
        timeline = self.timelines.setdefault(account.handle, Timeline())
        number = f"{account.handle}-{len(timeline.posts) + 1}"
        ref = PostRef(number, f"https://memory.example/{account.handle}/{number}")
        timeline.posts.append((draft.text, target_id, ref))
        timeline.pictures[ref.id] = draft.pictures
        author, at = Author(account.platform_id, account.handle), datetime.now(UTC)
        post = Post(number, author, draft.text, at, ref.url, answers=target_id)
        self.written.setdefault(account.handle, []).append(post)
        return ref

    def _fail(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)


def moment(text: str) -> datetime:
    """`2026-08-18T19:00+07:00` as an aware time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
