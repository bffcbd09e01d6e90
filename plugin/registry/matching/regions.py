"""Which words name the government's own region, and which another one. A kota is not the kabupaten around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugin.registry.matching.government import is_place
from plugin.registry.matching.tables import Place, glued, places, words_of
from plugin.registry.tree import Node

KINDS = {"kab": ("kab", "kabupaten"), "kota": ("kota", "kotamadya"), "prov": ("prov", "provinsi")}
SEATS = {"kab": ("pemkab", "pemda"), "kota": ("pemkot",), "prov": ("pemprov",)}
SHORT = 3  # a shorter word says nothing of another region: it is part of too many others


def place_of(government: Node) -> Place | None:
    """The place in our table that a government is."""
    return next((place for place in places() if is_place(government, place)), None)


def region_words(government: Node, own: Place | None, kecamatan: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words in one piece with `own`, `place` (a kecamatan of it), `foreign`, `province` or `homonym`."""
    ours = _ours(government, own)
    for place in places():
        if place is not own:
            yield from _other(place, ours, own)
    if own is not None:
        yield from ((number, "own") for number in _number(own))
    for name in kecamatan:
        yield name, "place"
    kind = own.kind if own else "kab"
    for word in ours:
        yield word, "own"
        for before in KINDS[kind]:
            yield before + word, "own"
            yield word + before, "own"


def _ours(government: Node, own: Place | None) -> tuple[str, ...]:
    if own is not None:
        return own.spellings
    drop = {"pemerintah", "kabupaten", "kota", "provinsi", "kab"}
    return (glued(" ".join(w for w in words_of(government.name) if w not in drop)),)


def _number(place: Place) -> Iterator[str]:
    """The number by which the state counts it: `bpbd3328`."""
    if place.code and place.kind != "prov":
        yield place.code.replace(".", "")


def _other(place: Place, ours: Iterable[str], own: Place | None) -> Iterator[tuple[str, str]]:
    shared = set(ours) & set(place.spellings)
    yield from ((number, "foreign") for number in _number(place))
    province = (
        own is not None and place.kind == "prov" and own.code.startswith("33") and place.name == "Jawa Tengah"
    )
    for word in place.spellings:
        if word in shared:
            for before in (*KINDS[place.kind], *(SEATS[place.kind] if place.kind != "kab" else ("pemkab",))):
                yield before + word, "homonym"
                yield word + before, "homonym"
        elif len(word) >= SHORT:
            yield word, "province" if province else "foreign"
            for before in (*KINDS[place.kind], *SEATS[place.kind]):
                yield before + word, "foreign"
