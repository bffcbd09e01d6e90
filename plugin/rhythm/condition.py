"""How we are: whether every part of the desk is well, and how each account is heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from plugin.chat.context import Hearing
from plugin.clock import Clock
from plugin.desk.accounts.spending import Spendings
from plugin.rhythm import connections, shut_rooms
from plugin.rhythm.polling import Polling
from plugin.store.store import Store


async def condition(
    store: Store, clock: Clock, healths: Callable[[], dict[str, str]], polling: Polling, spendings: Spendings
) -> tuple[Mapping[str, str], Sequence[Hearing]]:
    """(every part by its name with what is to be said of it, or "ok"; how each account is heard).

    `healths` are those of the adapters and channels, as they say themselves. Without a database it says just that.
    """
    parts = healths()
    try:
        return await _stored(store, clock, parts, polling, spendings)
    except SQLAlchemyError:
        return parts | {"database": "away"}, ()


async def _stored(
    store: Store, clock: Clock, parts: dict[str, str], polling: Polling, spendings: Spendings
) -> tuple[Mapping[str, str], Sequence[Hearing]]:
    for month in await store.survey(spendings.months, clock()):
        parts[f"{month.channel} budget"] = "monthly limit reached" if month.full else "ok"
    for account, _ in await store.survey(connections.lost):
        parts[f"{account.channel} @{account.handle}"] = "to be connected again"
    parts |= await store.survey(shut_rooms.health)
    return parts, await polling.state()
