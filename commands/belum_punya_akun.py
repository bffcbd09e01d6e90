"""/belum-punya-akun: which agencies have no official account, now or as of a moment, and what is new since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from plugin.chat.circular_form import GROUPS
from plugin.chat.command import command
from plugin.chat.context import Context
from plugin.chat.paging import Turn, split_page
from plugin.chat.rights import Right
from plugin.desk.handling.cases import looked_at
from plugin.moments import read_past, split_per
from plugin.registry import ledger
from plugin.registry.duties import day_then, tally_now, touching
from plugin.registry.ledger import News
from plugin.registry.listing import Line, Rolled, line, rolled_up
from plugin.registry.snapshot import Node, Registry
from plugin.registry.units import Day, Unit, day_of
from plugin.wording import Press, Say, View

PER_PAGE = 25
MANY = 1000
"""So many names are a province's: shown by kabupaten, and by name one step further down."""
LONG = 100
BY_PART = ("rekap", "ringkas", "per kecamatan", "per kabupaten")
MOST_NEWS = 6
MOST_DUTIES = 3


@dataclass(frozen=True)
class Duty:
    """A circular in force here: how many have not done yet what it asks."""

    id: int
    number: str
    due_at: datetime
    left: int
    bound: int


@dataclass(frozen=True)
class Change:
    """Who has an account since this room looked, and who has none any more. `more` are not named."""

    since: datetime
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Missing(View):
    """One page of the agencies without an account, grouped by kind, or rolled up by part.

    `past`: the moment as typed, where it is as of an earlier one. `only`: the kinds as typed, where only some are
    meant.
    """

    under: str
    under_code: str
    at: datetime
    now: datetime
    past: str
    only: str
    missing: int
    total: int
    states: Mapping[str, int]
    groups: tuple[tuple[str, int, tuple[Line, ...]], ...]
    rolled: tuple[Rolled, ...]
    by_part: bool
    duties: tuple[Duty, ...]
    change: Change | None
    turn: Turn

    def presses(self) -> Mapping[str, Press]:
        part = "rekap" if self.by_part else ""
        past = f"per {self.past}" if self.past else ""
        of = f"{self.only} di {self.under_code}" if self.only else self.under_code
        head = " ".join(filter(None, ("/belum-punya-akun", of, part, past)))
        presses = dict(self.turn.presses(head))
        presses["rollup"] = Say(f"/belum-punya-akun {self.under_code} rekap {past}".strip())
        presses |= {f"duty{n}": Say(f"/edaran {duty.id}") for n, duty in enumerate(self.duties)}
        for n, rolled in enumerate(self.rolled):
            presses[f"part{n}"] = Say(f"/belum-punya-akun {rolled.code} {past}".strip())
        return presses


@dataclass(frozen=True)
class Asked:
    """What is meant by the line that was typed."""

    node: Node
    page: int
    by_part: bool
    at: datetime
    past: str
    only: str = ""


@command("belum-punya-akun", may=Right.LOOK, at_once=True)
async def belum_punya_akun(context: Context, *, instansi: str = "") -> Missing:
    typed, page = split_page(instansi)
    typed, past = split_per(typed)
    typed, by_part = _by_part(typed)
    typed, only = _only(typed)
    node, zone = await looked_at(context, typed, "/belum-punya-akun {}"), context.services.zone
    if past:
        at = read_past(past, zone, context.now)
        then = await context.services.store.survey(day_then, context.registry, at, zone)
        return _shown(context.registry, Asked(node, page, by_part, at, past, only), then, context.now)
    today = context.today
    day, news = day_of(context.registry, today), await _news(context)
    shown = _shown(context.registry, Asked(node, page, by_part, context.now, "", only), day, context.now)
    change = _change(context.registry, node, day, news)
    return replace(shown, change=change, duties=_duties(context.registry, node, today))


def _shown(registry: Registry, asked: Asked, day: Day, now: datetime) -> Missing:
    node = asked.node
    missing, total = day.coverage(node)
    states = day.states(node)
    if asked.only:
        kinds = GROUPS[asked.only]
        missing = tuple(unit for unit in missing if unit.kind in kinds)
        total = sum(unit.kind in kinds for unit in day.below(node))
        states = Counter(day.state(unit)[0] for unit in missing)
    units: Sequence[Unit] = missing
    rolled: Sequence[Rolled] = ()
    if not asked.only and (asked.by_part or len(missing) > MANY):
        units, rolled = day.kept(("rolled", node.id), lambda: rolled_up(registry, node, day))
    turn = Turn.to(asked.page, len(units) + len(rolled), PER_PAGE)
    start, end = turn.offset, turn.offset + turn.room
    return Missing(
        under=node.label, under_code=node.code, at=asked.at, now=now, past=asked.past, only=asked.only,
        missing=len(missing), total=total, states=states,
        groups=_groups(registry, node, day, units[start:end]),
        rolled=tuple(rolled[max(0, start - len(units)) : max(0, end - len(units))]),
        by_part=bool(rolled), duties=(), change=None, turn=turn,
    )  # fmt: skip


def _groups(
    registry: Registry, node: Node, day: Day, units: Sequence[Unit]
) -> tuple[tuple[str, int, tuple[Line, ...]], ...]:
    sizes = day.by_kind(node)
    return tuple(
        (kind, sizes[kind], tuple(line(registry, unit, *day.state(unit)) for unit in some))
        for kind, some in groupby(units, key=lambda u: u.kind)
    )


async def _news(context: Context) -> News:
    room, now = context.room.address, context.now
    news = await context.services.store.read(ledger.news, room, now)
    if news.due:  # once an hour at most: whoever asks again within the hour hears the same
        await context.services.store.write(ledger.looked, room, now)
    return news


def _change(registry: Registry, node: Node, day: Day, news: News) -> Change | None:
    if news.since is None:
        return None
    touched = [registry.by_id(n) for n in news.agencies if n in registry and registry.covers(node.id, n)]
    gained = sorted(n.label for n in touched if day.reached(n))
    lost = sorted(n.label for n in touched if day.of(n) and not day.reached(n) and news.had(n.id))
    more = max(0, len(gained) - MOST_NEWS) + max(0, len(lost) - MOST_NEWS)
    return Change(news.since, tuple(gained[:MOST_NEWS]), tuple(lost[:MOST_NEWS]), more)


def _duties(registry: Registry, node: Node, today: date) -> tuple[Duty, ...]:
    found = []
    for circular in touching(registry, node):
        done, bound = tally_now(registry, circular, node, today)
        if bound:
            found.append(Duty(circular.id, circular.number, circular.due_at, bound - done, bound))
    return tuple(sorted(found, key=lambda d: d.due_at)[-MOST_DUTIES:])


def _only(typed: str) -> tuple[str, str]:
    """`bagian`, `desa di kec alian`: only some kinds of agencies are meant."""
    words, _, where = f"{typed} ".partition(" di ")
    kinds = " ".join(words.casefold().split())
    return (where.strip(), kinds) if kinds in GROUPS else (typed, "")


def _by_part(typed: str) -> tuple[str, bool]:
    for words in BY_PART:
        if typed.casefold() == words or typed.casefold().endswith(f" {words}"):
            return typed[: len(typed) - len(words)].strip(), True
    return typed, False
