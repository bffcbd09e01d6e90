"""The training room in the browser: a group chat of officials, and a public square beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.web.bell import Bell
from adapters.web.chat import WebChat
from adapters.web.pictures import Album
from adapters.web.square import SquareChannel
from adapters.web.values import PRIVATE, People, Persona, Rooms, Site, WebRoom
from plugin.clock import Clock
from plugin.store.store import Store
from plugin.wording import Wording

__all__ = ["PRIVATE", "Persona", "SquareChannel", "WebChat", "WebRoom", "make_web"]


def make_web(
    store: Store,
    wording: Wording,
    *,
    clock: Clock,
    media: Path,
    hosts: Sequence[str],
    people: People,
    rooms: Rooms,
    zone: str = "Asia/Jakarta",
) -> tuple[WebChat, SquareChannel]:
    """The chat and the square of one training room.

    `hosts` are the `name:port` under which browsers may ask for it, the one to show first. `people` and
    `rooms` are asked anew at each request. Set `square.on_post` to hear of a citizen's post at once.
    """
    # This library's debug lines hold whole messages: what people write stays out of every log.
    logging.getLogger("sse_starlette.sse").setLevel(logging.INFO)
    site = Site(
        store, wording, clock, Album(media), Bell(), people, rooms,
        tuple(host.lower() for host in hosts), f"http://{hosts[0]}", ZoneInfo(zone),
    )  # fmt: skip
    square = SquareChannel(site)
    return WebChat(site, square.posted), square
