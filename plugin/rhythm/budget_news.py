"""What the administrators hear of what a channel costs: once at 80 percent of the limit, once when it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.chat.context import Services
from plugin.desk.accounts.costs import Forecast, forecast
from plugin.public.money import Month
from plugin.wording import Press, Say, View

KIND = "budget"


@dataclass(frozen=True)
class BudgetNews(View):
    """How the month stands now. `reached`: it is told since something no longer fits; `by_hand`: answers can still be
    posted by a person."""

    channel: str
    month: Month
    reached: bool
    by_hand: bool
    forecast: Forecast

    def presses(self) -> Mapping[str, Press]:
        return {"state": Say("/keadaan")}


async def budget_news(services: Services, args: Mapping[str, Any]) -> BudgetNews | None:
    """The message, as of now; nothing where the limit was raised meanwhile."""
    channel = services.channels.get(args["channel"])
    if channel is None:
        return None
    now = services.clock()
    month = await services.store.survey(services.budget.of, channel.name, now)
    if month.month != args["month"] or month.cap != args["cap"]:
        return None
    cost = await services.store.survey(forecast, channel, now)
    return BudgetNews(channel.name, month, bool(args["reached"]), channel.can.composer, cost)
