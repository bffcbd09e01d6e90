"""X with its far side, as a test drives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.x import make_x
from plugin.public.port import PublicChannel, Purse
from plugin.public.values import Page, Post, PublicAccount
from tests.far_side.x import XFarSide
from tests.far_side.x_words import Shape

HANDLE = "dpupr_kbm"


class XWire:
    def __init__(
        self, far: XFarSide, *, numbered: bool, bearer: bool, deadline: float, purse: Purse | None
    ) -> None:
        self.far = far
        self.channel: PublicChannel = make_x(
            consumer_key=far.consumer_key,
            consumer_secret=far.consumer_secret,
            bearer_token=far.bearer_token if bearer else "",
            api_url=far.url,
            deadline=deadline,
            purse=purse,
        )
        tokens = far.add_account(HANDLE)
        user = far.world.user(HANDLE, far.clock())
        self.account = PublicAccount(1, "x", HANDLE, user.id if numbered else "", tokens)
        self.refuse_next = far.refuse_next
        self.throttle_next = far.throttle_next
        self.break_next = far.break_next
        self.fail_next = far.fail_next

    def citizen_posts(self, text: str, *, summon: bool = True, photo: bytes | None = None) -> str:
        return self.far.citizen_posts(text, mention=HANDLE if summon else "", photo=photo)

    def citizen_answers(self, post_id: str, text: str) -> str:
        return self.far.citizen_answers(post_id, text)

    def citizen_deletes(self, post_id: str) -> None:
        self.far.delete(post_id)

    def published(self) -> list[tuple[str, str]]:
        return self.far.published(HANDLE)

    def pictures(self) -> list[list[tuple[bytes, str]]]:
        return self.far.pictures(HANDLE)

    async def pages(self, since: str = "", account: PublicAccount | None = None) -> list[Page]:
        return [page async for page in self.channel.mentions(account or self.account, since)]

    async def read(self) -> dict[str, Post]:
        """All that is to be read from the beginning, by id."""
        return {post.id: post for page in await self.pages() for post in page.posts}


@asynccontextmanager
async def open_wire(
    shape: Shape = "both",
    *,
    outspoken: bool = False,
    numbered: bool = True,
    bearer: bool = True,
    deadline: float = 20,
    purse: Purse | None = None,
) -> AsyncIterator[XWire]:
    far = XFarSide(shape=shape, outspoken=outspoken)
    await far.start()
    wire = XWire(far, numbered=numbered, bearer=bearer, deadline=deadline, purse=purse)
    yield wire
    await wire.channel.aclose()
    await far.stop()
