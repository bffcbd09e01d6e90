"""What people know about names of offices and places, kept in files beside this one and read once."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"[a-z0-9]+")
INITIALS = re.compile(r"\b([a-z]{1,2})\.(?=[a-z]+\b)(?!go\.id)")  # S.Sos, M.Si, Sp.A
SKIPPED = frozenset({"dan", "and", "of", "the", "di", "n"})


@dataclass(frozen=True, slots=True)
class Family:
    """The short forms of one kind of office."""

    marks: tuple[str, ...]
    forms: frozenset[str]
    words: tuple[str, ...]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A kabupaten, kota or province, and how people write it."""

    code: str
    kind: str
    name: str
    capital: str
    shorts: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its name, seat and short forms, each in one piece."""
        return tuple(dict.fromkeys(filter(None, (glued(self.name), glued(self.capital), *self.shorts))))


def words_of(text: str) -> list[str]:
    """The words of a name or a profile's text. Initials belong to what follows: `S.Sos` is one word."""
    joined = INITIALS.sub(r"\1", text.lower().replace("'", ""))
    return [word for word in WORD.findall(joined) if word not in SKIPPED]


def glued(text: str) -> str:
    """A name in one piece, as in a handle."""
    return "".join(words_of(text))


@cache
def families() -> tuple[Family, ...]:
    """All kinds of offices we know short forms of."""
    return tuple(
        Family(
            tuple(raw["marks"]),
            frozenset(raw["forms"].split()),
            tuple(raw.get("words", "").split()),
            frozenset(raw.get("kinds", ())),
        )
        for raw in _toml("families.toml")["family"]
    )


@cache
def task_words() -> frozenset[str]:
    """Ordinary words for what agencies do."""
    return frozenset(
        word for family in families() for mark in (*family.words, *family.marks) for word in mark.split()
    )


@cache
def words() -> Mapping[str, Any]:  # what a TOML file holds has no type; `lexicon` gives it one
    """The lists of words that tell what kind of account it is."""
    return _toml("words.toml")


@cache
def listed(*path: str) -> frozenset[str]:
    """One list of single words, or of phrases, by its place in the file."""
    found: Any = words()  # as above
    for part in path:
        found = found[part]
    return frozenset(found.split() if isinstance(found, str) else found)


@cache
def given_names() -> frozenset[str]:
    """Names that parents give."""
    return frozenset((DATA / "given_names.txt").read_text("utf-8").split())


@cache
def places() -> tuple[Place, ...]:
    """Kabupaten and kota of Java, and provinces."""
    return tuple(
        Place(row["code"], row["kind"], row["name"], row["capital"], tuple(row["shorts"].split()))
        for row in _rows("regions.csv")
    )


@cache
def kecamatan() -> Mapping[str, Sequence[str]]:
    """The names of the kecamatan of each kabupaten and kota of Jawa Tengah, by its code."""
    found: dict[str, list[str]] = {}
    for row in _rows("kecamatan.csv"):
        found.setdefault(row["code"][:5], []).append(row["name"])
    return found


def usual_agencies() -> Iterator[Mapping[str, str]]:
    """The agencies that nearly every kabupaten has, with their codes before and after 2017."""
    return _rows("usual_agencies.csv")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _toml(name: str) -> dict[str, Any]:  # as above
    return tomllib.loads((DATA / name).read_text("utf-8"))
