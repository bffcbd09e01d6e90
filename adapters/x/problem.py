"""What X says when it refuses: several shapes of JSON, read into one."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.x.shape import mapping, mappings, words


@dataclass(frozen=True, slots=True)
class Problem:
    """X's own words in lower case, and the query parameters that it complains of."""

    said: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()

    def says(self, *phrases: str) -> bool:
        """Whether any of these phrases stands in what X said."""
        return any(phrase in said for said in self.said for phrase in phrases)

    @property
    def complaints(self) -> list[str]:
        """What X said, without the lists of what it would have taken instead."""
        return [said.partition(" is not one of")[0] for said in self.said]


def read_problem(payload: object) -> Problem:
    """Never raises; an answer that is no problem at all gives an empty one."""
    top = mapping(payload)
    parts = [top, *mappings(top.get("errors"))]
    said = (
        words(part.get(key)).lower()
        for part in parts
        for key in ("title", "detail", "type", "message", "reason")
    )
    named = (name for part in parts for name in mapping(part.get("parameters")))
    parameter = (words(part.get("parameter")) for part in parts)
    return Problem(tuple(s for s in said if s), frozenset(named) | {p for p in parameter if p})
