"""Which agency a row of officials or accounts belongs to: by its code, or by a name that fits only one."""

from __future__ import annotations

from plugin.registry.find import Candidates, Found, find
from plugin.registry.importing.problems import Problem, Reason
from plugin.registry.tree import Node, Registry


def agency_named(registry: Registry, text: str, line: int, heading: str) -> Node | Problem:
    """The agency, or what to tell: a file is never guessed at, slips are shown and not mended."""
    node = registry.by_code(text)
    if node is not None:
        return node
    match find(registry, text, exactly=True):
        case Found(node):
            return node
        case Candidates(nodes):
            return Problem(line, heading, Reason.WHICH_AGENCY, text, _names(registry, nodes))
    match find(registry, text):
        case Found(node):
            near: tuple[Node, ...] = (node,)
        case Candidates(nodes):
            near = nodes
        case _:
            near = ()
    return Problem(line, heading, Reason.UNKNOWN_AGENCY, text, _names(registry, near))


def _names(registry: Registry, nodes: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(f"{registry.title(node)} ({node.code})" for node in nodes)
