"""What a browser tab hears while it is open: first how things stand, then every change."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from sse_starlette.event import ServerSentEvent

from adapters.web import messages, posts, shapes
from adapters.web.chat import WebChat
from adapters.web.messages import Eye
from adapters.web.shapes import Shape, as_json

log = logging.getLogger(__name__)

FAR_BEHIND = 300
"""More changes than this are not told one by one: the tab begins anew."""


@dataclass(frozen=True)
class News:
    """One event of the stream. `number` is what a tab that comes back names as its last."""

    kind: str
    number: int
    data: Shape

    def event(self) -> ServerSentEvent:
        """As it goes over the line."""
        return ServerSentEvent(as_json(self.data), event=self.kind, id=str(self.number))


async def stream(chat: WebChat, eye: Eye, since: int | None) -> AsyncIterator[ServerSentEvent]:
    """Everything `eye` can see from change `since` on (None: from now), until the room closes."""
    site = chat.site
    try:
        while not site.bell.closed:
            ring = site.bell.next_ring()
            news = await site.store.read(what_is_new, chat, eye, since)
            for item in news:
                since = item.number
                yield item.event()
            await site.bell.wait(ring)
    except DBAPIError as error:
        # The tab comes back by itself and says where it was.
        log.warning("a live connection ended: %s", type(error).__name__)


def what_is_new(session: Session, chat: WebChat, eye: Eye, since: int | None) -> list[News]:
    """How things stand for a tab that knows nothing (or too little), else the changes in their order."""
    newest = messages.last_change(session)
    if since == newest:
        return []
    if since is None or since > newest:
        return [_standing(session, chat, eye, newest)]
    said = messages.changes(session, eye, since, FAR_BEHIND)
    written = posts.changes(session, since, FAR_BEHIND)
    if len(said) + len(written) >= FAR_BEHIND:
        return [_standing(session, chat, eye, newest)]
    news = [
        News("pesan", m.changed, shapes.message(m))
        if m.room == eye.room
        else News("lain", m.changed, {"room": m.room})
        for m in said
    ]
    news += [News("kiriman", p.changed, shapes.post(p)) for p in written]
    return sorted(news, key=lambda item: item.number)


def _standing(session: Session, chat: WebChat, eye: Eye, number: int) -> News:
    data = {
        "messages": [shapes.message(m) for m in messages.newest(session, eye)],
        "posts": [shapes.post(p) for p in posts.newest(session)],
        "accounts": shapes.accounts(posts.accounts(session)),
        "menu": shapes.menu(chat.menu),
    }
    return News("keadaan", number, data)


def heartbeat() -> ServerSentEvent:
    """A sign of life that the page can hear: silence means that the connection is gone."""
    return ServerSentEvent("", event="detak")
