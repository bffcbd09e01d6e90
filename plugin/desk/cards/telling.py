"""Showing in all rooms what has changed."""

from __future__ import annotations

from plugin.chat.context import Context, Services
from plugin.desk.handling.orders import chain
from plugin.desk.replying import companions


async def show_called_off(services: Services, reply_id: int) -> None:
    """What went along with an answer was called off: taking back what may be out begins, and all cards say so."""
    for along in await services.store.read(companions.of, reply_id):
        assert along.id is not None
        if along.state == "withdrawing":
            await services.withdraw(along.id)
        await services.refresh(f"reply:{along.id}")
        await services.refresh(f"report:{along.report_id}")


async def refresh(context: Context, number: int) -> None:
    """Show what is true now of a report, and of the orders given with it, wherever their cards hang."""
    services = context.services
    await services.refresh(f"report:{number}")
    for order in await services.store.read(chain, number):
        await services.refresh(f"disposition:{order.id}")
