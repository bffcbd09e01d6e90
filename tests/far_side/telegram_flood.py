"""Telegram's flood control: what a bot may say in a group within a minute, and everywhere within a second."""

from __future__ import annotations

import json
import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.far_side.telegram_world import Fault, Json

SAYING = frozenset(
    {"sendmessage", "sendphoto", "senddocument", "sendmediagroup", "editmessagetext", "editmessagecaption"}
)


class Flood:
    """Counts what is said and changed. Whoever says too much must be silent; `impatient` notes who was not."""

    def __init__(self, now: Callable[[], float], *, a_minute: int = 20, a_second: int = 30) -> None:
        self._now = now
        self._a_minute, self._a_second = a_minute, a_second
        self._said: defaultdict[int, deque[float]] = defaultdict(deque)
        self._closed: dict[int, float] = {}
        self.refused = 0
        self.impatient = 0

    def close(self, chat: int, seconds: float) -> None:
        """Let nothing more be said there for so long."""
        self._closed[chat] = self._now() + seconds

    def check(self, method: str, params: Json) -> None:
        """Raise Fault for what is too much; a private chat (its number is a person's) has no limit of its own."""
        if method.lower() not in SAYING:
            return
        chat, now = int(params.get("chat_id") or 0), self._now()
        wait = self._closed.get(chat, 0.0) - now
        if wait > 0:
            self.impatient += 1
            raise self._enough(wait)
        count = len(json.loads(params["media"])) if method.lower() == "sendmediagroup" else 1
        self._room_for(0, count, self._a_second, 1.0)
        if chat < 0:
            self._room_for(chat, count, self._a_minute, 60.0)
            self._said[chat].extend([now] * count)
        self._said[0].extend([now] * count)

    def _room_for(self, chat: int, count: int, most: int, span: float) -> None:
        said, now = self._said[chat], self._now()
        while said and said[0] <= now - span:
            said.popleft()
        if len(said) + count <= most:
            return
        wait = said[min(count, len(said)) - 1] + span - now
        if chat:
            self.close(chat, math.ceil(wait))
        raise self._enough(wait)

    def _enough(self, wait: float) -> Fault:
        self.refused += 1
        seconds = max(1, math.ceil(wait))
        return Fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
