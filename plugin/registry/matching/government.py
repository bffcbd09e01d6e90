"""Whose followers these are: the government that is meant, and its agencies where we have no list of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from plugin.errors import OperatorError
from plugin.registry.matching.tables import Place, glued, kecamatan, places, usual_agencies, words, words_of
from plugin.registry.matching.values import Follower
from plugin.registry.tree import Former, Node, Registry

REORGANISED = date(2016, 12, 31)
"""The last day of the agencies of 2007's rules in most kabupaten."""


@cache
def usual_government(kab_code: str) -> Registry:
    """A kabupaten of Jawa Tengah with the usual agencies and its own kecamatan. KeyError for an unknown code."""
    place = next((p for p in places() if p.code == kab_code), None)
    if place is None:
        raise KeyError(kab_code)
    seat = f"{'Kota' if place.kind == 'kota' else 'Kabupaten'} {place.name}"
    nodes = [_node(1, kab_code, "pemda", f"Pemerintah {seat}", f"Pemkab {place.name}", None)]
    formers: dict[int, tuple[Former, ...]] = {}
    for row in usual_agencies():
        node = _node(len(nodes) + 1, row["code"], row["kind"], row["name"], row["short"], 1)
        nodes.append(node)
        if row["former_code"]:
            was = Former(row["former_code"], row["former_name"], row["former_short"], REORGANISED)
            formers[node.id] = (was,)
    for name in kecamatan()[kab_code]:
        code = f"KEC_{name.upper().replace(' ', '_')}"
        nodes.append(_node(len(nodes) + 1, code, "kecamatan", f"Kecamatan {name}", f"Kec. {name}", 1))
    for code in filter(None, words()["other_body"]):
        nodes.append(_node(len(nodes) + 1, code, "luar", code, code.removeprefix("LUAR:"), None))
    return Registry(0, nodes, formers, {})


def _node(id_: int, code: str, kind: str, name: str, short: str, parent: int | None) -> Node:
    path = str(id_) if parent is None else f"{parent}/{id_}"
    return Node(id_, code, kind, name, short, "", path, parent, 0 if parent is None else 1, None, None)


def infer_region(followers: Iterable[Follower], least: int = 2) -> str | None:
    """The code of the kabupaten or kota that most profiles speak of, or None where fewer than `least` do."""
    index = _spellings()
    counts: Counter[str] = Counter()
    for follower in followers:
        counts.update(set(_spoken(follower, index)))
    if not counts:
        return None
    most = max(counts.values())
    # a kabupaten before the kota of its name, which it encloses
    best = sorted((code for code, n in counts.items() if n == most))
    return best[0] if most >= least else None


def _spellings() -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for place in places():
        for spelling in place.spellings:
            if place.code:
                index.setdefault(spelling, []).append(place.code)
    return index


def _spoken(follower: Follower, index: dict[str, list[str]]) -> Iterator[str]:
    said = words_of(f"{follower.name} {follower.description} {follower.location}")
    for word in said:
        yield from index.get(word, ())
    handle = glued(follower.username.replace("_", ""))
    for spelling, codes in index.items():
        if len(spelling) > 2 and handle != spelling and handle.endswith(spelling):
            yield from codes


def registry_for(registry: Registry, followers: Iterable[Follower], region: str | None = None) -> Registry:
    """The registry to judge these followers by: the given one if it is of their region, else the usual one.

    Raises OperatorError if the region is unknown and there is no other.
    """
    code = region or infer_region(followers)
    if code is None:
        if not registry.roots:
            raise OperatorError("empty_registry")
        return registry
    if any(government_of(registry, code)):
        return registry
    if code not in kecamatan():
        if region:
            raise OperatorError("no_region", given=region[:40])
        return registry
    return usual_government(code)


def government_of(registry: Registry, code: str) -> tuple[Node, ...]:
    """The governments in the registry that are the region with that code."""
    place = next((p for p in places() if p.code == code), None)
    return tuple(
        node
        for node in registry.nodes
        if node.kind == "pemda" and (node.code == code or (place is not None and is_place(node, place)))
    )


def is_place(node: Node, place: Place) -> bool:
    """Whether a government is this place by its code or its name."""
    if node.code == place.code != "":
        return True
    called = {"kab": "kabupaten", "kota": "kota", "prov": "provinsi"}[place.kind]
    return glued(node.name) in {f"pemerintah{called}{glued(place.name)}", called + glued(place.name)}
