"""/disposisi 17 dishub cek, paling lambat besok: an order to an agency, on record, until it is received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from plugin.chat.agencies import named
from plugin.chat.command import command, decision
from plugin.chat.compose import Ask, filled
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.until import WorkingDays, read_until, split_until
from plugin.chat.values import Field, Shape
from plugin.desk.audit import Hand, hand
from plugin.desk.cards.order_card import OrderCard, order_card
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import cases, orders
from plugin.desk.handling.cases import Case, find_case
from plugin.registry.snapshot import Node
from plugin.registry.units import in_force
from plugin.rhythm import handing
from plugin.rhythm.handing import Told
from plugin.wording import Decide, Press, Refusal, Say, UserError, View


@dataclass(frozen=True)
class AlreadyThere(View):
    """The agency has the report already."""

    whisper = True
    number: int
    agency: str


@dataclass(frozen=True)
class OnlyFromAbove(Refusal):
    """Whoever does not stand above the agency sets it no deadline."""

    number: int
    agency: str


@dataclass(frozen=True)
class NoLongerThere(Refusal):
    """The office was joined with another or closed: nobody is left there to do it. `after`: the code and the name of
    those that have come after it."""

    number: int
    agency: str
    until: date
    after: tuple[tuple[str, str], ...] = ()

    def presses(self) -> Mapping[str, Press]:
        return {f"to{n}": Say(f"/disposisi {self.number} {code}") for n, (code, _) in enumerate(self.after)}


@dataclass(frozen=True)
class WhereTo(Ask):
    """The form that asks for the agency, the instruction and the deadline."""

    number: int
    agency: str

    def then(self) -> Decide:
        return Decide("disposisi", {"number": self.number})

    def again(self) -> str:
        return f"/disposisi {self.number}"

    def asks(self) -> Sequence[Field]:
        return (
            Field("to", "", Shape.LINE, longest=120),
            Field("instruction", "", Shape.TEXT, longest=1000, required=False),
            Field("until", "", Shape.LINE, longest=60, required=False),
        )


@command("disposisi", may=Right.DISPOSE)
async def disposisi(
    context: Context, nomor: Case, instansi: Node | None = None, *, perintah: str = ""
) -> OrderCard | AlreadyThere | WhereTo:
    if instansi is None:
        return WhereTo(nomor.number, nomor.agency.label)
    order, until = split_until(perintah, context.services.zone, context.now, _days(context, instansi))
    return await _dispose(context, nomor, instansi, order, until)


@decision("disposisi", may=Right.DISPOSE)
async def disposisi_form(
    context: Context, number: int, to: str, instruction: str = "", until: str = ""
) -> OrderCard | AlreadyThere:
    case = await find_case(context, number, Right.DISPOSE)
    order, moment = filled(instruction), filled(until)
    line = f"/disposisi {number} {{}} {order}{f' paling lambat {moment}' if moment else ''}".strip()
    node = named(context.registry, to, None, line)
    zone, days = context.services.zone, _days(context, node)
    due_at = read_until(moment, zone, context.now, days) if moment else None
    return await _dispose(context, case, node, order, due_at)


def _days(context: Context, to: Node) -> WorkingDays:
    above = reversed(context.registry.ancestors(to))
    codes = (to.code, *(node.code for node in above))
    return lambda days: context.services.limits.closing(context.now, days, codes)


async def _dispose(
    context: Context, case: Case, to: Node, order: str, until: datetime | None
) -> OrderCard | AlreadyThere:
    today = context.today
    if to.valid_to is not None and to.valid_to < today:
        after = tuple((n.code, n.label) for n in in_force(context.registry, to.code, today))
        raise UserError(NoLongerThere(case.number, to.label, to.valid_to, after))
    if until is not None and not context.standing.holds(Right.DISPOSE, to.id, context.registry):
        raise UserError(OnlyFromAbove(case.number, to.label))
    services = context.services
    told = await services.store.write(
        _hand_on, hand(context), case.number, to.id, order, until, context.origin
    )
    if told is None:
        return AlreadyThere(case.number, to.label)
    for notice in told.notices:
        await services.notify(notice)
    await refresh(context, case.number)
    given = await services.store.read(orders.newest, case.number)
    assert given is not None
    assert given.id is not None
    return await order_card(services, given.id)


def _hand_on(
    session: Session, by: Hand, number: int, to: int, order: str, until: datetime | None, origin: str
) -> Told | None:
    """In one step with what the agency's rooms are told; None where it is there already."""
    _, changed = cases.dispose(session, by, number, to, order, until)
    return handing.tell(session, by, to, handing.CARD, {"report": number}, origin) if changed else None
