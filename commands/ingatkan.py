"""/ingatkan: who owes what a circular asks, how often each was reminded, and a superior's own word to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from plugin.chat.command import command, decision
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.desk.audit import hand
from plugin.desk.handling.cases import permit
from plugin.registry.duties import Standing, standings_now, touching
from plugin.registry.ledger import CLAIMED
from plugin.registry.snapshot import Node
from plugin.rhythm import reminders, reminding
from plugin.rhythm.reminders import Count
from plugin.wording import Decide, Press, View

PER_PAGE = 8


@dataclass(frozen=True)
class Line:
    """One agency that owes something: to how many circulars, how often it heard, and whether it can hear."""

    agency_id: int
    name: str
    numbers: tuple[int, ...]
    rounds: int
    rebukes: int
    last: date | None
    snoozed_until: datetime | None
    reachable: bool


@dataclass(frozen=True)
class Owing(View):
    """One page of the agencies that owe something, those reminded most often on top."""

    under: str
    total: int
    unreachable: int
    lines: tuple[Line, ...]
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        named = dict(self.turn.presses("/ingatkan"))
        for line in self.lines:
            args = {"agency": line.agency_id, "circulars": list(line.numbers)}
            named[f"rebuke{line.agency_id}"] = Decide("tegur-akun", args)
        return named


@dataclass(frozen=True)
class Rebuked(View):
    """Said, or not: at most once a day, and only where somebody can hear it."""

    agency: str
    said: bool
    reachable: bool
    by: str


@command("ingatkan", may=Right.VOUCH)
async def ingatkan(context: Context, *, halaman: str = "") -> Owing:
    node = context.here
    _, page = split_page(halaman)
    counted = await context.services.store.survey(reminders.counts, context.now, context.today)
    rooms = await context.services.store.survey(reminding.reachable)
    owed = _owed(context, node)
    ids = sorted(owed, key=lambda n: (-_times(counted.get(n)), context.registry.place(n)))
    turn = Turn.to(page, len(ids), PER_PAGE)
    lines = tuple(_line(context, n, owed[n], counted.get(n, Count()), n in rooms) for n in turn.part(ids))
    unreachable = sum(n not in rooms for n in ids)
    return Owing(node.label, len(ids), unreachable, lines, turn)


@decision("tegur-akun", may=Right.VOUCH)
async def tegur_akun(context: Context, agency: int, circulars: list[int]) -> Rebuked:
    node = context.registry.by_id(agency)
    await permit(context, Right.VOUCH, node)
    store = context.services.store
    today = context.today
    said = await store.write(reminding.rebuke, hand(context), agency, circulars, today)
    reachable = agency in await store.survey(reminding.reachable)
    return Rebuked(node.name, said, reachable, context.sender.name)


def _owed(context: Context, node: Node) -> Mapping[int, list[int]]:
    today = context.today
    found: dict[int, list[int]] = {}
    for circular in touching(context.registry, node):
        for standing in standings_now(context.registry, circular, node, today):
            if _owes(standing):
                found.setdefault(standing.unit.members[0].id, []).append(circular.id)
    return found


def _owes(standing: Standing) -> bool:
    return not standing.done and standing.state != CLAIMED


def _times(count: Count | None) -> int:
    return count.rounds + count.rebukes if count else 0


def _line(context: Context, agency_id: int, numbers: list[int], count: Count, reachable: bool) -> Line:
    node = context.registry.by_id(agency_id)
    return Line(
        agency_id, node.name, tuple(numbers), count.rounds, count.rebukes, count.last, count.snoozed_until,
        reachable,
    )  # fmt: skip
