"""The library's bot, made discreet: nothing of it goes to a log, and its updates come unread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, cast

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.request import PooledRequest

LISTENS_TO = ("message", "callback_query")
LONG_POLL = 30


class DiscreetBot(Bot):
    """A `telegram.Bot` that keeps tokens and people's words out of the log and of its own `repr`."""

    __slots__ = ()

    # At DEBUG the library logs its URL with the token and all that it sends and receives.
    _LOGGER = logging.Logger("telegram", level=logging.CRITICAL + 1)

    def __repr__(self) -> str:
        return "DiscreetBot()"

    @property
    def pool(self) -> PooledRequest:
        """The connections to Telegram."""
        return cast(PooledRequest, self.request)

    async def updates(
        self, offset: int | None, *, wait: int, kinds: Sequence[str] = LISTENS_TO
    ) -> list[dict[str, Any]]:  # Any: each is read on its own later, so that a strange one spoils no other
        """The unconfirmed updates from `offset` on, as Telegram wrote them."""
        found = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": wait, "allowed_updates": list(kinds)},
            read_timeout=wait + self.pool.read_timeout,
        )
        if not isinstance(found, list):
            raise TelegramError("unreadable answer")
        return [u for u in found if isinstance(u, dict) and isinstance(u.get("update_id"), int)]


def make_bot(token: str, api_url: str | None) -> DiscreetBot:
    """A bot that speaks to Telegram, or to a Bot API server at `api_url` ("http://host:port")."""
    base = (api_url or "https://api.telegram.org").rstrip("/")
    pool = PooledRequest()
    return DiscreetBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=pool,
        get_updates_request=pool,
    )
