"""Telling an agency's own rooms what has come to it, and showing in all of them what has changed."""

from __future__ import annotations

from plugin.chat.context import Context, Services
from plugin.chat.rooms import bound_to
from plugin.desk import companions
from plugin.desk.orders import chain
from plugin.wording import View


async def tell(context: Context, view: View, agency_id: int, act: str) -> int:
    """Send a view to the agency's rooms, but for the one we are in; returns to how many."""
    rooms = await context.services.store.read(bound_to, [agency_id])
    others = [room for room in rooms if room != context.room]
    for room in others:
        await context.services.send(room, view, f"{act}:{context.origin}:{room.address}")
    return len(others)


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
