"""/disposisi 17 dishub: hand a report to the agency that should answer, with an instruction, on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.agencies import which
from plugin.chat.command import command, decision
from plugin.chat.compose import Ask
from plugin.chat.context import Context
from plugin.chat.refusals import NoSuchAgency
from plugin.chat.rights import Right
from plugin.chat.values import Field, Shape
from plugin.desk import cases
from plugin.desk.audit import hand
from plugin.desk.cases import Case, find_case
from plugin.desk.telling import show_card
from plugin.registry.find import Candidates, Found, find
from plugin.registry.snapshot import Node
from plugin.wording import Decide, Press, Say, UserError, View


@dataclass(frozen=True)
class Disposed(View):
    """Handed over. `rooms` says how many groups of the agency got the card."""

    number: int
    agency: str
    agency_name: str
    instruction: str
    rooms: int

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class AlreadyThere(View):
    """The agency has the report already."""

    whisper = True
    number: int
    agency: str


@dataclass(frozen=True)
class WhereTo(Ask):
    """The form that asks for the agency and the instruction."""

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
        )


@command("disposisi", may=Right.DISPOSE)
async def disposisi(
    context: Context, nomor: Case, instansi: Node | None = None, *, perintah: str = ""
) -> Disposed | AlreadyThere | WhereTo:
    if instansi is None:
        return WhereTo(nomor.number, nomor.agency.label)
    return await _dispose(context, nomor, instansi, perintah)


@decision("disposisi", may=Right.DISPOSE)
async def disposisi_form(
    context: Context, number: int, to: str, instruction: str = ""
) -> Disposed | AlreadyThere:
    case = await find_case(context, number, Right.DISPOSE)
    finding = find(context.registry, to)
    match finding:
        case Found(node):
            return await _dispose(
                context, case, node, "" if instruction.strip() == "-" else instruction.strip()
            )
        case Candidates(nodes):
            raise UserError(
                which(context.registry, to[:60], nodes, f"/disposisi {number} {{}} {instruction}".strip())
            )
        case _:
            raise UserError(NoSuchAgency(to[:60]))


async def _dispose(context: Context, case: Case, to: Node, instruction: str) -> Disposed | AlreadyThere:
    store = context.services.store
    _, changed = await store.write(cases.dispose, hand(context), case.number, to.id, instruction)
    if not changed:
        return AlreadyThere(case.number, to.label)
    rooms = await show_card(context, case.number, to.id, "disposisi")
    await context.services.refresh(f"report:{case.number}")
    return Disposed(case.number, to.label, to.name, instruction, rooms)
