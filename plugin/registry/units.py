"""Which offices there were on a given day, and which of them the public could not reach.

Offices are split and joined. In 2015 one office cared for transport and for information; today they are two
nodes of the tree with a common former code. Before that name ended they count as one office: an account of
either was the account of both.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

from plugin.registry.handles import CONTACTS
from plugin.registry.kinds import WITHOUT_OFFICE, rank
from plugin.registry.ledger import CLAIMED, HAVING, IMPOSTOR, OFFICIAL, PERSONAL, Holding
from plugin.registry.tree import Account, Former, Node, Registry

T = TypeVar("T")

NOTHING = "none"
NO_OFFICE = -1
BEST = (*sorted(HAVING, key=lambda state: state != OFFICIAL), CLAIMED, PERSONAL, IMPOSTOR)
"""An office's state is that of its best account."""

DAYS_KEPT = 8  # a picture keeps what it worked out for so many days; today is nearly always the one asked for


@dataclass(frozen=True, slots=True)
class Unit:
    """An office under the name it had on that day. `members` are today's nodes that have come out of it."""

    code: str
    name: str
    short: str
    kind: str
    contact: str
    members: tuple[Node, ...]

    @property
    def label(self) -> str:
        """What people called it: the short form where there was one."""
        return self.short or self.name


class Coverage(NamedTuple):
    """The offices without an official account, grouped by kind, and how many offices there are at all."""

    missing: tuple[Unit, ...]
    total: int


def units(registry: Registry, at: date, under: Node) -> tuple[Unit, ...]:
    """The offices in force on that day at or below a node, grouped by kind in the officials' order.

    An office that has since been split belongs below each node that any part of it belongs to.
    """
    return day_of(registry, at).below(under)


def without_account(registry: Registry, under: Node, at: date) -> Coverage:
    """The offices at or below a node that had no official account by the end of that day."""
    return day_of(registry, at).coverage(under)


def prepare(registry: Registry, at: date) -> None:
    """Work out the offices of that day now, instead of at the first question."""
    day_of(registry, at)


def best(accounts: Iterable[Account], channels: Collection[str] = ()) -> Account | None:
    """The account that says most for its office, on these channels; on any where accounts are, if none is named."""
    fit = [a for a in accounts if a.state in BEST and (a.channel in channels if channels else _public(a))]
    return min(fit, key=lambda a: BEST.index(a.state), default=None)


def _public(account: Account) -> bool:
    return account.channel not in CONTACTS


class Day:
    """All offices of one day. `_at[place]` is the office of the node at that place of `registry.nodes`, or NO_OFFICE.

    `holding`: the accounts as they were at some moment; without it, today's, each from its day on.
    """

    def __init__(self, registry: Registry, at: date, holding: Holding | None = None) -> None:
        self._registry = registry
        self._holding = holding or registry.accounts
        self._at = array("i", [NO_OFFICE]) * len(registry)
        self._units = tuple(_units(registry, at))
        for number, unit in enumerate(self._units):
            for node in unit.members:
                self._at[registry.span(node)[0]] = number
        self._reached = [self._has(unit, None if holding else at) for unit in self._units]
        self._answers: dict[int, Coverage] = {}
        self._kinds: dict[int, Mapping[str, int]] = {}
        self._states: dict[int, Mapping[str, int]] = {}
        self._kept: dict[Hashable, Any] = {}

    def below(self, node: Node) -> tuple[Unit, ...]:
        return tuple(self._units[n] for n in self._numbers(node))

    def coverage(self, node: Node) -> Coverage:
        if node.id not in self._answers:
            numbers = self._numbers(node)
            missing = tuple(self._units[n] for n in numbers if not self._reached[n])
            self._answers[node.id] = Coverage(missing, len(numbers))
        return self._answers[node.id]

    def by_kind(self, node: Node) -> Mapping[str, int]:
        if node.id not in self._kinds:
            self._kinds[node.id] = Counter(unit.kind for unit in self.coverage(node).missing)
        return self._kinds[node.id]

    def states(self, node: Node) -> Mapping[str, int]:
        """How many offices without an account are in which state."""
        if node.id not in self._states:
            self._states[node.id] = Counter(self.state(unit)[0] for unit in self.coverage(node).missing)
        return self._states[node.id]

    def state(self, unit: Unit, channels: Collection[str] = ()) -> tuple[str, Account | None]:
        """An office's state on these channels, and the account it comes from."""
        account = best((a for node in unit.members for a in self._holding(node)), channels)
        return (account.state, account) if account else (NOTHING, None)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was worked out about this day under `key`: made at the first question."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[no-any-return]  # each key is used with one `make` only

    def of(self, node: Node) -> Unit | None:
        """The office of a node, if it had one on that day."""
        number = self._at[self._registry.place(node.id)]
        return None if number == NO_OFFICE else self._units[number]

    def reached(self, node: Node) -> bool:
        """Whether the node's office has an account."""
        number = self._at[self._registry.place(node.id)]
        return number != NO_OFFICE and self._reached[number]

    def _has(self, unit: Unit, at: date | None) -> bool:
        return any(
            account.verdict == OFFICIAL and _public(account) and (at is None or account.since <= at)
            for node in unit.members
            for account in self._holding(node)
        )

    def _numbers(self, node: Node) -> Sequence[int]:
        start, end = self._registry.span(node)
        return sorted({n for n in self._at[start:end] if n != NO_OFFICE})


def day_of(registry: Registry, at: date) -> Day:
    """The offices of a day, kept with the picture."""
    days: dict[date, Day] = registry.kept("days", dict)
    if at not in days:
        while len(days) >= DAYS_KEPT:
            del days[next(iter(days))]
        days[at] = Day(registry, at)
    return days[at]


def in_force(registry: Registry, code: str, at: date) -> Sequence[Node]:
    """Whom a code means on that day: the agency that has it; where that is no more (or was never listed), those that
    have come after it, as their former code says. Nobody where no successor is known."""
    node = registry.by_code(code)
    if node is not None and _in_force(node, at):
        return (node,)
    after = registry.kept("by former code", lambda: _by_former_code(registry)).get(
        code.strip().casefold(), ()
    )
    return [
        new
        for new in after
        if _in_force(new, at) and (node is None or registry.government(new) == registry.government(node))
    ]


def _by_former_code(registry: Registry) -> Mapping[str, Sequence[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    for node in registry.nodes:
        for code in {f.code.casefold() for f in registry.formers(node) if f.code}:
            found[code].append(node)
    return found


def _units(registry: Registry, at: date) -> list[Unit]:
    """Every office of that day, in order: by kind, then where it stands in the tree, then by name."""
    together: dict[tuple[int, str], list[tuple[Node, Former | None]]] = {}
    for node in registry.nodes:
        if node.kind not in WITHOUT_OFFICE and _in_force(node, at):
            former = _former(registry, node, at)
            # Two kabupaten may both have had a "DPU".
            code = (former.code if former else "") or node.code
            together.setdefault((registry.government(node).id, code.casefold()), []).append((node, former))
    made = [_unit(members) for members in together.values()]
    return sorted(made, key=lambda unit: _order(registry, unit))


def _in_force(node: Node, at: date) -> bool:
    return (node.valid_from is None or node.valid_from <= at) and (
        node.valid_to is None or at <= node.valid_to
    )


def _former(registry: Registry, node: Node, at: date) -> Former | None:
    """The name in force on that day, where it is not today's."""
    formers = registry.formers(node)
    if not formers:
        return None
    then = [f for f in formers if f.until is not None and at <= f.until]
    return min(then, key=lambda f: f.until or date.max, default=None)


def _unit(members: Sequence[tuple[Node, Former | None]]) -> Unit:
    node, former = members[0]
    return Unit(
        code=(former and former.code) or node.code,
        name=(former and former.name) or node.name,
        short=(former and former.short) or node.short,
        kind=node.kind,
        contact=next((n.contact for n, _ in members if n.contact), ""),
        members=tuple(n for n, _ in members),
    )


def _order(registry: Registry, unit: Unit) -> tuple[int, int, str, str]:
    parent = unit.members[0].parent_id
    place = -1 if parent is None else registry.place(parent)
    return rank(unit.kind), place, unit.name.casefold(), unit.code
