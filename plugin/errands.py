"""Tasks that run beside us: held until they end, for the loop itself would let go of them, and ended in one way."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


class Errands:
    """The tasks of one owner."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, doing: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin it now; who started it need not keep the task."""
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settle(self) -> None:
        """Wait until all have ended, also those that they start meanwhile. Raises what one of them raised."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self, grace: float = 0.0) -> None:
        """End them, as `end` does. Safe to call twice."""
        await end(self._tasks, grace)


async def end(tasks: Iterable[asyncio.Task[Any]], grace: float = 0.0) -> None:
    """Let them finish within `grace` seconds and cut off the rest; when this returns, all have ended."""
    left = set(tasks)
    if left and grace:
        _, left = await asyncio.wait(left, timeout=grace)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
