"""The public square: the training room's own public channel, where citizens write and agencies answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta

import regex

from adapters.web import posts
from adapters.web.pictures import FORMATS, NotAPicture
from adapters.web.posts import CHANNEL, NewPost
from adapters.web.reading import ID, writable
from adapters.web.trouble import as_delivery
from adapters.web.values import Site
from plugin.chat.values import Media
from plugin.errors import Refused, TryLater, Unknown
from plugin.public.outcomes import Outcome, Published, RateLimited, Refusal, Uncertain, Withdrawal, Withdrawn
from plugin.public.values import (
    Author,
    Availability,
    Cursor,
    Draft,
    Inspection,
    Link,
    Page,
    Post,
    PostPhoto,
    PostRef,
    PublicAccount,
    PublicCapabilities,
)
from plugin.store.tables import SquarePost

LONGEST = 280
MOST_PICTURES = 4
ADDRESS = re.compile(r"[?&]kiriman=([1-9][0-9]{0,14})(?:[&#]|\Z)")
LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


class SquareChannel:
    """Reads and answers on the square. `on_post` is called whenever a citizen has written."""

    name = CHANNEL
    health = "ok"
    can = PublicCapabilities(longest=LONGEST, needs_tokens=False, pictures=MOST_PICTURES, poll_seconds=15.0)
    page_size = 100

    def __init__(self, site: Site, on_post: Callable[[], None] | None = None) -> None:
        self.site = site
        self.on_post = on_post

    def posted(self) -> None:
        """A citizen has written."""
        if self.on_post is not None:
            self.on_post()

    async def mentions(self, account: PublicAccount, since: Cursor) -> AsyncIterator[Page]:
        handle, reached, complete = account.handle.casefold(), int(since or 0), False
        while not complete:
            with as_delivery():
                found, reached, complete = await self.site.store.read(
                    posts.heard, handle, reached, self.page_size
                )
            yield Page(tuple(map(self._post, found)), str(reached), complete=complete)

    def inspect(self, text: str, account: PublicAccount, target: Post) -> Inspection:
        signs = regex.findall(r"\X", text)
        fits = sum(len(sign) for sign in signs[:LONGEST])
        links = tuple(Link(url, url) for url in LINK.findall(text))
        return Inspection(len(signs), LONGEST, fits, links)

    async def publish(self, account: PublicAccount, draft: Draft, target_id: str, *, key: str) -> Outcome:
        wrong = _wrong(draft, target_id)
        if wrong:
            return Refusal(wrong)
        try:
            return await self._publish(account, draft, int(target_id), key)
        except TryLater as error:
            return RateLimited(datetime.now(UTC) + timedelta(seconds=error.after))
        except Unknown as error:
            return Uncertain(error.why)

    async def _publish(self, account: PublicAccount, draft: Draft, target: int, key: str) -> Outcome:
        try:
            pictures = [
                {"file": await self.site.album.keep(p.content, p.mime), "alt": p.alt} for p in draft.pictures
            ]
        except NotAPicture:
            return Refusal("pictures")
        with as_delivery():
            name = await self.site.store.read(posts.agency_name, account.id)
            new = NewPost(
                f"out:{key}", account.handle, name or account.handle, draft.text, self.site.clock(),
                account.id, target, pictures=pictures,
            )  # fmt: skip
            row = await self.site.store.write(posts.put, new)
        if row is None:
            return Refusal("gone")
        self.site.bell.ring()
        return Published(self._ref(row.id))

    async def find_published(
        self, account: PublicAccount, text: str, target_id: str, *, since: datetime
    ) -> PostRef | None:
        if not ID.fullmatch(target_id):
            return None
        with as_delivery():
            found = await self.site.store.read(posts.published, account.id, text, int(target_id), since)
        return None if found is None else self._ref(found)

    async def written_since(self, account: PublicAccount, since: datetime) -> Sequence[Post]:
        with as_delivery():
            return [self._post(row) for row in await self.site.store.read(posts.written, account.id, since)]

    async def withdraw(self, account: PublicAccount, ref: PostRef) -> Withdrawal:
        if not ID.fullmatch(ref.id):
            return Refusal("gone")
        try:
            with as_delivery():
                gone = await self.site.store.write(
                    posts.take_away, int(ref.id), self.site.clock(), account_id=account.id
                )
        except TryLater as error:
            return RateLimited(datetime.now(UTC) + timedelta(seconds=error.after))
        except Unknown as error:
            return Uncertain(error.why)
        self.site.bell.ring()
        return Withdrawn() if gone is not None else Refusal("forbidden")

    async def recheck(self, account: PublicAccount, refs: Sequence[PostRef]) -> AsyncIterator[Availability]:
        asked = [ref for ref in refs if ID.fullmatch(ref.id)]
        for start in range(0, len(asked), self.page_size):
            some = asked[start : start + self.page_size]
            with as_delivery():
                there = await self.site.store.read(posts.seen, [int(ref.id) for ref in some])
            for ref in some:
                yield Availability(ref, "there" if int(ref.id) in there else "gone")

    async def look_at(self, account: PublicAccount, ref: PostRef) -> Post | None:
        if not ID.fullmatch(ref.id):
            return None
        with as_delivery():
            row = await self.site.store.read(posts.shown, int(ref.id))
        return None if row is None else self._post(row)

    async def identify(self, account: PublicAccount) -> tuple[str, str]:
        return account.handle.casefold(), account.handle

    def compose_url(self, text: str, target_id: str) -> str:
        return f"{self.site.address}/?kiriman={target_id}"

    def post_at(self, address: str) -> tuple[str, PostRef] | None:
        found = ADDRESS.search(address.strip())
        return ("", self._ref(int(found[1]))) if found else None

    async def fetch(self, photo: PostPhoto, *, most_bytes: int) -> Media:
        found = await self.site.album.read(photo.key, most_bytes=most_bytes)
        if found is None:
            raise Refused("gone")
        return found

    async def aclose(self) -> None:
        pass

    def _ref(self, number: int | None) -> PostRef:
        return PostRef(str(number), f"{self.site.address}/?kiriman={number}")

    def _post(self, row: SquarePost) -> Post:
        photo = PostPhoto(row.photo, f"{self.site.address}/gambar/{row.photo}")
        return Post(
            str(row.id),
            Author(row.author.casefold(), row.author, row.name),
            row.text,
            row.at,
            self._ref(row.id).url,
            conversation=str(row.conversation),
            answers=str(row.answers or ""),
            mentions=posts.named(row.text),
            photos=(photo,) if row.photo else (),
        )


def _wrong(draft: Draft, target_id: str) -> str:
    """Why the square does not take it, or ""."""
    if not ID.fullmatch(target_id):
        return "gone"
    if not all(writable(text) for text in (draft.text, *(p.alt for p in draft.pictures))):
        return "other"
    if len(regex.findall(r"\X", draft.text)) > LONGEST:
        return "too_long"
    shown = len(draft.pictures) <= MOST_PICTURES and all(p.mime in FORMATS.values() for p in draft.pictures)
    return "" if shown else "pictures"
