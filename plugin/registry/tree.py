"""The tree of agencies as it stands, read once and asked many times.

Every command asks who is below whom, so the whole tree is kept in memory, in the order of a walk through it:
everything below a node is one slice. A changed registry has a new number, and gets a new picture.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from plugin.errors import OperatorError
from plugin.registry.kinds import rank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """An agency. `path` is its place in the tables, `depth` its distance from the root."""

    id: int
    code: str
    kind: str
    name: str
    short: str
    contact: str
    path: str
    parent_id: int | None
    depth: int
    valid_from: date | None
    valid_to: date | None

    @property
    def label(self) -> str:
        """What people call it: the short form where there is one."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Former:
    """A code, name and short form that held until `until`; without a date, an alias. Blank is as today."""

    code: str
    name: str
    short: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """An agency's public account. `since` is the local day of its verdict, or else of its claim."""

    id: int
    agency_id: int
    channel: str
    handle: str
    platform_id: str | None
    verdict: str
    mode: str
    since: date
    condition: str = ""

    @property
    def state(self) -> str:
        """The verdict, or what has become of an official account since."""
        return self.condition or self.verdict


@dataclass(frozen=True, slots=True)
class Circular:
    """An order to be reachable by a deadline: whom it binds, and what it asks (see `plugin.registry.duties`)."""

    id: int
    number: str
    dated: date
    issuer: str
    agency_id: int
    kinds: frozenset[str]
    channels: tuple[str, ...]
    particulars: tuple[str, ...]
    due_at: datetime
    ended_at: datetime | None
    excepted: frozenset[int]


class Registry:
    """Who is who at one moment. Never changes; `number` tells it from the pictures before and after."""

    def __init__(
        self,
        number: int,
        nodes: Iterable[Node],
        formers: Mapping[int, tuple[Former, ...]],
        accounts: Mapping[int, tuple[Account, ...]],
        circulars: Iterable[Circular] = (),
    ) -> None:
        self.number = number
        self.circulars = tuple(circulars)
        self._children = _by_parent(nodes)
        self.nodes, self._end = _walk(self._children)
        self._place = {node.id: n for n, node in enumerate(self.nodes)}
        self._codes = {_folded(node.code): node for node in self.nodes}
        self._formers = formers
        self._accounts = accounts
        self._account = {a.id: a for held in accounts.values() for a in held}
        self._kept: dict[Hashable, object] = {}

    @property
    def roots(self) -> Sequence[Node]:
        """The governments: a province, or one kabupaten, or several side by side."""
        return self._children.get(None, ())

    @property
    def root(self) -> Node:
        """The first government. Raises OperatorError while nothing has been imported."""
        if not self.roots:
            raise OperatorError("empty_registry")
        return self.roots[0]

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, agency_id: int) -> bool:
        return agency_id in self._place

    def by_id(self, agency_id: int) -> Node:
        """The agency a table row points at. Raises KeyError for an id that no agency has."""
        return self.nodes[self._place[agency_id]]

    def by_code(self, code: str) -> Node | None:
        """The agency with that code, in any case."""
        return self._codes.get(code.strip().casefold())

    def subtree(self, node: Node) -> Sequence[Node]:
        """The node and everything below it, in the officials' order."""
        start, end = self.span(node)
        return self.nodes[start:end]

    def span(self, node: Node) -> tuple[int, int]:
        """Where the node's subtree begins and ends in `nodes`."""
        start = self._place[node.id]
        return start, self._end[start]

    def place(self, agency_id: int) -> int:
        """Where an agency stands in `nodes`. Raises KeyError for an id that no agency has."""
        return self._place[agency_id]

    def end(self, place: int) -> int:
        """Where the subtree of the node at that place of `nodes` ends."""
        return self._end[place]

    def above(self, place: int) -> Sequence[int]:
        """The places of the nodes above the one at that place."""
        return [self._place[node.id] for node in self.ancestors(self.nodes[place])]

    def covers(self, upper_id: int, lower_id: int) -> bool:
        """Whether `lower_id` is `upper_id` or stands below it. An unknown agency covers nothing."""
        upper, lower = self._place.get(upper_id), self._place.get(lower_id)
        return upper is not None and lower is not None and upper <= lower < self._end[upper]

    def parent(self, node: Node) -> Node | None:
        """The node above, or None for a root."""
        return None if node.parent_id is None else self.by_id(node.parent_id)

    def ancestors(self, node: Node) -> Sequence[Node]:
        """The nodes above, from the root down to the parent."""
        above: list[Node] = []
        while (parent := self.parent(node)) is not None:
            above.append(parent)
            node = parent
        return tuple(reversed(above))

    def government(self, node: Node) -> Node:
        """The government that an agency belongs to, or is; where nothing above is one, the top of its tree."""
        return self.nodes[self.kept("governments", self._governments)[self._place[node.id]]]

    def codes(self, agency_id: int) -> tuple[str, ...]:
        """The agency's code and those above it, the nearest first, as `plugin.registry.paths.codes_at` reads them."""
        return self.kept(("codes", agency_id), partial(self._codes_at, agency_id))

    def children(self, node: Node) -> Sequence[Node]:
        """The nodes directly below, in the officials' order."""
        return self._children.get(node.id, ())

    def title(self, node: Node) -> str:
        """The node's name; where several have it, also what is above: `Desa Sidomulyo, Kec. Ambal`."""
        for level in range(node.depth):
            title = self._titled(node, level)
            if self.kept(("titles", level), partial(self._titles, level))[title] == 1:
                return title
        return self._titled(node, node.depth)

    def _codes_at(self, agency_id: int) -> tuple[str, ...]:
        node = self.by_id(agency_id)
        return node.code, *(above.code for above in reversed(self.ancestors(node)))

    def _governments(self) -> list[int]:
        """For each place the place of its government: a node stands behind what is above it."""
        found: list[int] = []
        for place, node in enumerate(self.nodes):
            own = node.kind == "pemda" or node.parent_id is None
            found.append(place if own else found[self._place[node.parent_id or 0]])
        return found

    def _titles(self, level: int) -> Counter[str]:
        return Counter(self._titled(node, level) for node in self.nodes)

    def _titled(self, node: Node, level: int) -> str:
        above = [upper.label for upper in reversed(self.ancestors(node)[-level:] if level else ())]
        return ", ".join([node.name, *above])

    def formers(self, node: Node) -> tuple[Former, ...]:
        """What the agency was called before, and its aliases."""
        return self._formers.get(node.id, ())

    def accounts(self, node: Node) -> tuple[Account, ...]:
        """The agency's own accounts, whatever their verdict."""
        return self._accounts.get(node.id, ())

    def account(self, account_id: int) -> Account:
        """One account. Raises KeyError for an id that no account has."""
        return self._account[account_id]

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was derived from this picture under `key`: made at the first question, then kept with it."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]  # each key is used with one `make` only


def _by_parent(nodes: Iterable[Node]) -> dict[int | None, tuple[Node, ...]]:
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    return {
        parent: tuple(sorted(some, key=lambda n: (rank(n.kind), n.name.casefold(), n.code)))
        for parent, some in below.items()
    }


def _folded(code: str) -> str:
    """The code in any case; itself where it is so already, so that it is not kept twice."""
    folded = code.casefold()
    return code if folded == code else folded


def _walk(children: Mapping[int | None, Sequence[Node]]) -> tuple[tuple[Node, ...], array[int]]:
    """All nodes, each before those below it, and for each the place where its subtree ends."""
    order: list[Node] = []
    waiting = list(reversed(children.get(None, ())))
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(reversed(children.get(node.id, ())))
    end = array("i", range(1, len(order) + 1))
    open_at: list[int] = []
    for place, node in enumerate(order):
        while open_at and order[open_at[-1]].depth >= node.depth:
            end[open_at.pop()] = place
        open_at.append(place)
    for place in open_at:
        end[place] = len(order)
    return tuple(order), end
