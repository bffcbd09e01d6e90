"""Who said what was written down, and how they are reached: told later, changed, and looked up, on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plugin.chat.command import decision
from plugin.chat.compose import Ask, filled
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.chat.values import Field
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling.cases import find_case
from plugin.desk.posts import recording
from plugin.desk.posts.notes import WHO
from plugin.desk.posts.recording import Citizen
from plugin.wording import Decide, Press, Say, View


@dataclass(frozen=True)
class WhoSaidIt(Ask):
    """The form for who said it and how they are reached."""

    confidential = True
    number: int

    def then(self) -> Decide:
        return Decide(recording.NAMING, {"number": self.number})

    def again(self) -> str:
        return f"/laporan {self.number}"

    def asks(self) -> Sequence[Field]:
        return WHO


@dataclass(frozen=True)
class Named(View):
    """The report knows who said it, or no longer."""

    number: int
    known: bool

    def presses(self) -> Mapping[str, Press]:
        return {"open": Say(f"/laporan {self.number}")}


@dataclass(frozen=True)
class Reached(View):
    """Who said it, how they are reached, and all that they said: for the eyes of whoever asked."""

    whisper = True
    confidential = True
    number: int
    name: str
    contact: str
    said: tuple[str, ...]

    def presses(self) -> Mapping[str, Press]:
        return {"change": Decide("isi-pelapor", {"number": self.number})}


@decision("isi-pelapor", may=Right.DRAFT)
async def isi_pelapor(context: Context, number: int) -> WhoSaidIt:
    await find_case(context, number, Right.DRAFT)
    return WhoSaidIt(number)


@decision(recording.NAMING, may=Right.DRAFT)
async def pelapor(context: Context, number: int, name: str = "", contact: str = "") -> Named:
    await find_case(context, number, Right.DRAFT)
    citizen = Citizen(filled(name), filled(contact))
    await context.services.store.write(recording.name_citizen, hand(context), number, citizen)
    await refresh(context, number)
    return Named(number, bool(citizen.name or citizen.contact))


@decision("kontak", may=Right.DRAFT)
async def kontak(context: Context, number: int) -> Reached:
    """Seeing it is a right, and using it is on record."""
    await find_case(context, number, Right.DRAFT)
    citizen, said = await context.services.store.write(recording.reached, hand(context), number)
    return Reached(number, citizen.name, citizen.contact, said)
