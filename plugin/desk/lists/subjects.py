"""What a list is narrowed to by what reports are about and where: `kategori lampu jalan`, `di alian`.

Category and place are what triage read in the reports. A name nobody knows is answered with the nearest ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from plugin.desk.lists.queue import Wanted
from plugin.desk.triage.places import key
from plugin.desk.triage.reading import DATA, rows
from plugin.wording import Press, Refusal, Say, UserError

LONGEST_NAME = 4
NEAREST = 4
LIKE = 55
PRECEDED = r"(?<!\S){}\s+(?P<rest>\S.*)$"
KINDS = {
    "kecamatan": "kecamatan",
    "kec": "kecamatan",
    "desa": "desa",
    "ds": "desa",
    "kelurahan": "desa",
    "kel": "desa",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by the name officials typed: of a kecamatan, of a desa, or of whichever bears it."""

    name: str
    kecamatan: tuple[str, ...]
    desa: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The categories and the place that were asked for; `category` as it was typed."""

    category: str = ""
    categories: tuple[str, ...] = ()
    spot: Spot | None = None


@dataclass(frozen=True)
class UnknownSubject(Refusal):
    """A category or a place that nobody knows, and the nearest ones. `line` has {} where the name goes."""

    what: str
    given: str
    near: tuple[str, ...]
    line: str

    def presses(self) -> Mapping[str, Press]:
        return {f"near{n}": Say(self.line.replace("{}", name)) for n, name in enumerate(self.near)}


def read_subject(text: str, line: str) -> tuple[str, Subject]:
    """(what is left of the text, the category and the place named in it); `line` is the command that asks."""
    text, category, codes = _category(text, line)
    text, spot = _spot(text, line)
    return " ".join(text.split()), Subject(category, codes, spot)


def about(wanted: Wanted, subject: Subject) -> Wanted:
    """The filters with the category and the place."""
    if subject.spot:
        wanted = replace(wanted, kecamatan=subject.spot.kecamatan, desa=subject.spot.desa)
    return replace(wanted, categories=subject.categories)


def _category(text: str, line: str) -> tuple[str, str, tuple[str, ...]]:
    names = categories()
    if match := re.search(PRECEDED.format("kategori"), text, re.IGNORECASE):
        said, rest = _longest(match["rest"], names)
        if not said:
            raise _unknown("category", match["rest"], names, line, text[: match.start()] + "kategori {} ")
        return f"{text[: match.start()]} {rest}", said, names[said]
    typed = " ".join(text.split()).casefold()
    if (
        " " in typed and typed in names
    ):  # a name of several words by itself is the category, a single word is searched
        return "", typed, names[typed]
    return text, "", ()


def _spot(text: str, line: str) -> tuple[str, Spot | None]:
    match = re.search(PRECEDED.format(r"di"), text, re.IGNORECASE)
    if match is None:
        return text, None
    words = match["rest"].split()
    kind = KINDS.get(words[0].casefold().rstrip("."), "") if len(words) > 1 else ""
    words = words[1:] if kind else words
    for n in range(min(len(words), LONGEST_NAME), 0, -1):
        spot = _named("".join(words[:n]), kind)
        if spot:
            return f"{text[: match.start()]} {' '.join(words[n:])}", spot
    shown = {name: () for name, _ in places().values()}
    raise _unknown("place", " ".join(words), shown, line, text[: match.start()] + "di {} ")


def _named(word: str, kind: str) -> Spot | None:
    found = places().get(key(word))
    if found is None or (kind and kind not in found[1]):
        return None
    name, kinds = found
    kinds = (kind,) if kind else kinds
    return Spot(name, (name,) if "kecamatan" in kinds else (), (name,) if "desa" in kinds else ())


def _longest(rest: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    words = rest.split()
    for n in range(min(len(words), LONGEST_NAME), 0, -1):
        said = " ".join(words[:n]).casefold()
        if said in names:
            return said, " ".join(words[n:])
    return "", rest


def _unknown(what: str, given: str, names: Iterable[str], line: str, asked: str) -> UserError:
    word = given.split(maxsplit=1)[0][:40]
    near = process.extract(
        word.casefold(), list(names), scorer=fuzz.ratio, processor=str.casefold, limit=NEAREST
    )
    chosen = tuple(name for name, score, _ in near if score >= LIKE)
    return UserError(UnknownSubject(what, word, chosen, f"{line} {' '.join(asked.split())}"))


@cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """What officials call them, and the categories that are meant."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows(DATA / "categories.csv"):
        found[row["phrase"]] = (*found.get(row["phrase"], ()), row["category"])
    return found


@cache
def places() -> Mapping[str, tuple[str, Sequence[str]]]:
    """The names of kecamatan and desa, as triage writes them, by their letters alone."""
    found: dict[str, tuple[str, Sequence[str]]] = {}
    for row in rows(DATA / "villages.csv"):
        kind = "kecamatan" if row["kind"] == "kecamatan" else "desa"
        name, kinds = found.get(key(row["name"]), (row["name"], ()))
        found[key(row["name"])] = (name, tuple(dict.fromkeys((*kinds, kind))))
    return found
