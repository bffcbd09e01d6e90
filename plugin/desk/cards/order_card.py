"""An order as whoever gave it sees it: to whom, what, until when, and whether they have received it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from plugin.chat.context import Services
from plugin.chat.rooms import bound_to
from plugin.registry.persons import name_of
from plugin.store.tables import Disposition
from plugin.wording import Press, Say, View


@dataclass(frozen=True)
class OrderCard(View):
    """A disposition as it is now. `rooms` says how many groups the agency has."""

    order_id: int
    number: int
    agency: str
    agency_name: str
    instruction: str
    due_at: datetime | None
    received_by: str
    received_at: datetime | None
    rooms: int

    @property
    def about(self) -> str:
        return f"disposition:{self.order_id}"

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


async def order_card(services: Services, order_id: int) -> OrderCard:
    """The order as it is now."""
    order, received_by, rooms = await services.store.read(_order, order_id)
    agency = (await services.registry.current()).by_id(order.to_agency)
    return OrderCard(
        order_id, order.report_id, agency.label, agency.name, order.instruction, order.due_at, received_by,
        order.received_at, rooms,
    )  # fmt: skip


def _order(session: Session, order_id: int) -> tuple[Disposition, str, int]:
    order = session.get_one(Disposition, order_id)
    received_by = name_of(session, order.received_by)
    return order, received_by, len(bound_to(session, [order.to_agency]))
