"""Offices as lists show them: one by one, or rolled up by what they stand below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plugin.registry.ledger import CLAIMED, IMPOSTOR, PERSONAL
from plugin.registry.tree import Account, Node, Registry
from plugin.registry.units import Day, Unit

SHOWN = frozenset({CLAIMED, PERSONAL, IMPOSTOR})
"""States that are said of an office without an account, with the account they come from."""


@dataclass(frozen=True)
class Line:
    """One office of a list. `contact` is the office's, where it is known; `above` its kecamatan."""

    label: str
    name: str
    contact: str
    above: str
    state: str = ""
    handle: str = ""


@dataclass(frozen=True)
class Rolled:
    """How many offices of a part are missing, the part's own among them, and of how many."""

    code: str
    label: str
    missing: int
    total: int


def line(registry: Registry, unit: Unit, state: str, account: Account | None) -> Line:
    """An office as a line of a list."""
    node = unit.members[0]
    above = registry.parent(node) if node.kind in ("desa", "kelurahan") else None
    shown = account is not None and state in SHOWN
    return Line(
        unit.label, unit.name, unit.contact, above.label if above else "",
        state if shown else "", account.handle if shown and account else "",
    )  # fmt: skip


def parts_of(registry: Registry, node: Node) -> Sequence[Node]:
    """What a list below a node is rolled up by: the kabupaten of a province, the kecamatan of a kabupaten."""
    below = registry.subtree(node)[1:]
    inner = [n for n in below if n.kind == "pemda"]
    return inner or [n for n in below if n.kind == "kecamatan"]


def rolled_up(registry: Registry, node: Node, day: Day) -> tuple[Sequence[Unit], Sequence[Rolled]]:
    """The missing offices that stand outside every part, and for each part its figures."""
    parts = parts_of(registry, node)
    place: dict[int, int] = {}
    for number, part in enumerate(parts):
        start, end = registry.span(part)
        place.update(dict.fromkeys(range(start, end), number))
    missing, total = day.coverage(node)
    lacking = Counter(_part(registry, unit, place) for unit in missing)
    all_of = Counter(_part(registry, unit, place) for unit in day.below(node))
    outside = [unit for unit in missing if _part(registry, unit, place) is None]
    rolled = [
        Rolled(part.code, part.label, lacking[n], all_of[n]) for n, part in enumerate(parts) if lacking[n]
    ]
    assert len(outside) + sum(r.missing for r in rolled) == len(missing) <= total
    return outside, rolled


def _part(registry: Registry, unit: Unit, place: dict[int, int]) -> int | None:
    return place.get(registry.place(unit.members[0].id))
