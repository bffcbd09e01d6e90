"""The ways in which people write an agency: its names, short forms, and what offices of its kind are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugin.registry.matching.tables import Family, families, glued, words_of
from plugin.registry.units import Unit

OFFICES = ("dinas", "din", "dis", "kantor", "kan", "badan", "dns")
BAGIAN = ("bag", "bagian", "bagean", "subbag")
KECAMATAN = (
    "kec", "kecamatan", "pemkec", "kantorkec", "kantorkecamatan", "kantorcamat", "pemerintahkecamatan", "kcmtn",
)  # fmt: skip
HEADS = ("kadis", "kadin", "kadinas", "kepala", "kabag", "kasubag", "kasubbag", "kakan", "kaban")
IN_FORCE, USUAL, OTHER_TIMES, LOOSE, GOVERNMENT = range(5)


def said(name: str) -> str:
    """A name as it is spoken: its words, one space apart."""
    return " ".join(words_of(name))


def forms_of(unit: Unit, others: set[str]) -> Iterator[tuple[str, int, bool]]:
    """Each way to write an agency: in one piece, how surely it is meant, and whether it names its head.

    `others`: what it was called before and is called since.
    """
    if unit.kind == "kecamatan":
        yield from _kecamatan(glued(unit.name).removeprefix("kecamatan"))
        return
    if unit.kind in {"desa", "kelurahan"}:
        yield from _village(unit)
        return
    names = {unit.code, unit.name, unit.short}
    own = set(_names(names))
    plain = {word for family in families() for word in family.words}
    for rank, some in ((IN_FORCE, own - plain), (OTHER_TIMES, set(_names(others)) - own - plain)):
        for form in some:
            yield form, rank, False
    for rank, some in ((USUAL, names), (LOOSE, others)):
        for family in families():
            if _belongs(unit.kind, some, family):
                yield from _usual(unit, family, rank)


def _names(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (glued(part) for part in [text, *text.split("/")])


def _belongs(kind: str, names: Iterable[str], family: Family) -> bool:
    if family.kinds and kind not in family.kinds:
        return False
    if not family.kinds and kind == "bagian":
        return False
    spoken = [f" {said(name)} " for name in names]
    return any(f" {mark} " in text for mark in family.marks for text in spoken) or any(
        text.strip().replace(" ", "") in family.forms for text in spoken
    )


def _usual(unit: Unit, family: Family, rank: int) -> Iterator[tuple[str, int, bool]]:
    for form in family.forms:
        government = form in {"pemkab", "pemda", "pemerintahkab", "pemerintahkabupaten"}
        yield form, GOVERNMENT if government else rank, False
        if form.startswith(("din", "dis")):
            yield f"ka{form}", rank, True
    before = BAGIAN if unit.kind == "bagian" else OFFICES
    for word in (*family.words, *(glued(mark) for mark in family.marks)):
        for office in before:
            yield office + word, rank, False
        for head in HEADS:
            yield head + word, rank, True
        if unit.kind == "bagian":
            yield f"{word}setda", rank, False


def _kecamatan(place: str) -> Iterator[tuple[str, int, bool]]:
    for office in KECAMATAN:
        yield office + place, IN_FORCE, False
    for office in ("kec", "kecamatan"):
        yield place + office, IN_FORCE, False
    for head in ("camat", "sekcam", "pakcamat", "bucamat"):
        yield head + place, IN_FORCE, True
    yield f"{place}camat", IN_FORCE, True


def _village(unit: Unit) -> Iterator[tuple[str, int, bool]]:
    place = glued(unit.name).removeprefix("desa").removeprefix("kelurahan")
    offices: tuple[str, ...]
    heads: tuple[str, ...]
    if unit.kind == "desa":
        offices, heads = ("pemdes", "pemerintahdesa", "kantordesa", "desa"), ("kades", "kepaladesa")
    else:
        offices, heads = ("kelurahan", "kel", "pemkel"), ("lurah",)
    for office in offices:
        yield office + place, IN_FORCE, False
    for head in heads:
        yield head + place, IN_FORCE, True
