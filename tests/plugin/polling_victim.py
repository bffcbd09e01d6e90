"""A process that reads an account until nothing is left, or until it kills itself after so many statements.

python -m tests.plugin.polling_victim DATABASE_URL START_ISO DIE_AFTER
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from adapters.memory import MemoryChannel
from plugin.public.values import Post, PostPhoto, PublicAccount, PublicCapabilities
from plugin.rhythm.polling import Pace, Polling
from plugin.store.store import Store
from tests.plugin.intake_world import LIMITS, WIB, post

POSTS = 60


def said() -> list[Post]:
    """What citizens wrote: every third post goes on in its author's thread, every fifth has a photo."""
    return [
        post(
            str(n),
            by=f"w{n // 3}",
            minute=n,
            conversation=f"c{n // 3}",
            photos=(PostPhoto(f"m{n}", f"memory:{n}"),) if n % 5 == 0 else (),
        )
        for n in range(POSTS)
    ]


def die_after(statements: int) -> None:
    """End this process as power failure would, right after its n-th statement, whatever it was doing."""
    count = itertools.count(1)

    @event.listens_for(sa.Engine, "after_cursor_execute")
    def executed(*_: Any) -> None:
        if next(count) == statements:
            os.kill(os.getpid(), signal.SIGKILL)


async def read(url: str, start: datetime) -> None:
    channel = MemoryChannel(PublicCapabilities(longest=280))
    channel.page_size = 4
    channel.heard["pupr"] = said()
    store = Store(url)

    async def connected(number: int) -> PublicAccount:
        return PublicAccount(number, "memory", "pupr", "101")

    polling = Polling(
        store, {"memory": channel}, connected, Pace(WIB, LIMITS), clock=lambda: start, owner="victim"
    )
    assert await polling.once() == 1
    await store.aclose()


def main() -> None:
    url, start, statements = sys.argv[1:]
    die_after(int(statements))
    asyncio.run(read(url, datetime.fromisoformat(start)))


if __name__ == "__main__":
    main()
