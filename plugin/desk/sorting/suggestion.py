"""What triage proposes, as officials read it: the agencies by their names here, and what says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

from plugin.desk.triage import Body, read_bodies
from plugin.registry.snapshot import Registry
from plugin.registry.units import in_force

OUTSIDE = "LUAR:"
BY_DECISIONS = "#decisions"
"""Among the words that say why: earlier decisions of this government say so."""
MOST_REASONS = 3


class Proposed(Protocol):
    """A row of `CaseProposal`, read whole or as a line of a list."""

    @property
    def is_report(self) -> bool: ...
    @property
    def category(self) -> str: ...
    @property
    def agencies(self) -> Sequence[str]: ...
    @property
    def why(self) -> Sequence[str]: ...
    @property
    def urgent(self) -> bool: ...
    @property
    def numbers(self) -> Sequence[str]: ...
    @property
    def kecamatan(self) -> str: ...
    @property
    def desa(self) -> str: ...
    @property
    def candidates(self) -> int: ...
    @property
    def alike(self) -> int | None: ...
    @property
    def confirmed_outside(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Named:
    """An agency that may be the right one: its code, by which a button names it, and its name."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A body outside the government's authority, and where people reach it ("" when we do not know)."""

    code: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The proposal for a report. `here`: it is with the first agency already.

    `outside`: the body that should act, `confirmed` by a person or not. `alike`: the report that seems to tell
    of the same incident. `why`: the words that say so, `by_decisions` whether earlier decisions do too.
    """

    is_report: bool
    category: str
    agencies: tuple[Named, ...]
    here: bool
    outside: Outside | None
    confirmed: bool
    why: tuple[str, ...]
    by_decisions: bool
    urgent: bool
    numbers: tuple[str, ...]
    place: str
    places: int
    alike: int | None
    kind: str = ""

    @property
    def first(self) -> Named | None:
        """The agency to hand it to, if that is another than the one it is with."""
        return None if self.here or self.outside or not self.agencies else self.agencies[0]


def suggest(registry: Registry, today: date, agency_id: int, proposal: Proposed | None) -> Suggestion | None:
    """As this government's registry names it today: whoever has come after an office that is no more, in its place.
    None when nothing was proposed (yet)."""
    if proposal is None or not (proposal.category or proposal.agencies):
        return None
    outside = body(proposal.confirmed_outside or next(iter(proposal.agencies), ""))
    reasons = proposal.why[:MOST_REASONS]
    nodes = list(dict.fromkeys(n for code in proposal.agencies for n in in_force(registry, code, today)))
    return Suggestion(
        is_report=proposal.is_report,
        category=proposal.category,
        agencies=tuple(Named(node.code, node.label) for node in nodes),
        here=bool(nodes) and nodes[0].id == agency_id and outside is None,
        outside=outside,
        confirmed=bool(proposal.confirmed_outside),
        why=tuple(word for word in reasons if word != BY_DECISIONS),
        by_decisions=BY_DECISIONS in reasons,
        urgent=proposal.urgent,
        numbers=tuple(proposal.numbers),
        place=", ".join(filter(None, (proposal.desa, proposal.kecamatan))),
        places=proposal.candidates,
        alike=proposal.alike,
        kind=proposal.kind,
    )


def body(code: str) -> Outside | None:
    """The body with that code, if it is one outside."""
    found = _bodies().get(code) if code.startswith(OUTSIDE) else None
    return Outside(code, found.name, found.contact) if found else None


def bodies() -> tuple[Outside, ...]:
    """Every body outside that we know."""
    return tuple(Outside(code, found.name, found.contact) for code, found in _bodies().items())


@cache
def _bodies() -> Mapping[str, Body]:
    return read_bodies()
