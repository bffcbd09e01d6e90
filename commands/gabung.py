"""/gabung 17 dengan 15: reports of one incident become one case; one answer reaches all of its reporters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.cards.telling import refresh
from plugin.desk.handling import joins
from plugin.desk.handling.cases import Case, Joined, find_case
from plugin.wording import Press, Refusal, Say, UserError, View

BETWEEN = r"(?:\s|[,;&+#]|dengan\b|ke\b|dan\b|laporan\b|nomor\b|no\b\.?)*"
OTHERS = re.compile(rf"(?:{BETWEEN}\d{{1,9}})+[\s.,;]*", re.IGNORECASE)
MOST = 30


@dataclass(frozen=True, slots=True)
class Left:
    """A report that was not joined. `why` as in `joins.CannotJoin`, or joined: to `into`, another one."""

    number: int
    why: str
    into: int = 0


@dataclass(frozen=True)
class JoinedTogether(View):
    """These were joined to `into`, which leads and has so many reporters now; those `left` were not. A person answers
    those of `in_person`."""

    numbers: tuple[int, ...]
    into: int
    reporters: int
    in_person: tuple[int, ...]
    left: tuple[Left, ...] = ()

    def presses(self) -> Mapping[str, Press]:
        return {
            "answer": Say(f"/tanggapi {self.into}"),
            "open": Say(f"/laporan {self.into}"),
            "split": Say(f"/pisah {self.numbers[0]}"),
        }


@dataclass(frozen=True)
class WithWhich(Refusal):
    """The other reports' numbers are missing, or more than can be joined at once."""

    number: int
    most: int


@command("gabung", may=Right.DISPOSE)
async def gabung(context: Context, nomor: Case, *, dengan: str = "") -> JoinedTogether:
    if not OTHERS.fullmatch(dengan):
        raise UserError(WithWhich(nomor.number, MOST))
    others = list(dict.fromkeys(int(n) for n in re.findall(r"\d+", dengan)))
    if len(others) > MOST:
        raise UserError(WithWhich(nomor.number, MOST))
    for other in others:
        await find_case(context, other, Right.DISPOSE)
    return await _join(context, nomor.number, others)


async def _join(context: Context, number: int, others: list[int]) -> JoinedTogether:
    """One by one, for whoever cannot be joined must not keep the other reporters from their answer."""
    store, by, zone = context.services.store, hand(context), context.services.zone
    led, lead, reporters, left = list[int](), number, 0, list[Left]()
    for other in others:
        try:
            below, lead, reporters = await store.write(joins.join, by, lead, other, zone)
        except UserError as error:
            if len(others) == 1 or (not led and other == others[-1]):
                raise
            left.append(_left(error, other))
        else:
            led.append(below)
    for changed in (*led, lead):
        await refresh(context, changed)
    in_person = await store.read(joins.in_person, lead)
    return JoinedTogether(tuple(led), lead, reporters, in_person, tuple(left))


def _left(error: UserError, number: int) -> Left:
    match error.view:
        case Joined(of, into) if of == number:
            return Left(number, "joined", into)
        case joins.CannotJoin(of, _, why) if of == number:
            return Left(number, why)
    raise error  # the one to which they were to be joined cannot take any
