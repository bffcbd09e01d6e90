"""A node for the tests of durable work: a process that can be killed.

    python -m tests.plugin.durable_node URL NODE FOLDER [--sweep] [--tick] [ROW …]

Rows are gates: `free_at` 0 is due, 1 is done. It writes what happens to FOLDER/log; handlers wait while
FOLDER/hold exists; it puts the rows given, says FOLDER/ready-NODE, and ends when FOLDER/stop-NODE appears.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.rhythm.durable import Durable, Pace
from plugin.store.store import Store
from plugin.store.tables import Gate

QUICK = Pace(sweep="* * * * * *", beat=0.2, silence=timedelta(seconds=1.5), at_once=4, poll=0.05)


def due(session: Session) -> list[tuple[str, int]]:
    lanes = session.exec(select(Gate.lane).where(Gate.free_at == 0).order_by(col(Gate.lane)))
    return [("task", int(lane)) for lane in lanes]


def done(session: Session, row_id: int) -> None:
    session.connection().execute(sa.update(Gate).where(col(Gate.lane) == str(row_id)).values(free_at=1))


def is_done(session: Session, row_id: int) -> bool:
    row = session.get(Gate, str(row_id))
    return row is None or row.free_at == 1


class Work:
    """What this node does, and says that it does."""

    def __init__(self, store: Store, node: str, folder: Path) -> None:
        self.store, self.node, self.folder = store, node, folder

    def say(self, line: str) -> None:
        with (self.folder / "log").open("a") as log:
            log.write(f"{line} {self.node}\n")

    async def task(self, row_id: int) -> None:
        if await self.store.read(is_done, row_id):
            return
        self.say(f"begin {row_id}")
        while (self.folder / "hold").exists():
            await asyncio.sleep(0.01)
        await self.store.write(done, row_id)
        self.say(f"end {row_id}")

    async def tick(self) -> None:
        self.say("tick 0")

    async def due(self) -> list[tuple[str, int]]:
        return await self.store.read(due)


async def main(url: str, node: str, folder: Path, more: list[str]) -> None:
    store = Store(url)
    work = Work(store, node, folder)
    durable = Durable(store, node=node, pace=QUICK)
    durable.job("task", work.task)
    if "--sweep" in more:
        durable.sweep(work.due)
    if "--tick" in more:
        durable.tick("pulse", work.tick, "* * * * * *")
    await durable.start()
    for row_id in (int(m) for m in more if m.isdigit()):
        await durable.put("task", row_id)
    (folder / f"ready-{node}").touch()
    while not (folder / f"stop-{node}").exists():
        await asyncio.sleep(0.01)
    await durable.stop()
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
