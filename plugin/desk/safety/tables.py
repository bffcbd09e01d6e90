"""The rules as files: plain tables that anyone can open, mend and send back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from plugin.desk.safety.checking import Safety
from plugin.desk.safety.clauses import Clauses
from plugin.desk.safety.contacts import Contacts
from plugin.desk.safety.homes import Homes
from plugin.desk.safety.identifiers import Identifiers
from plugin.desk.safety.learned import Learned, Sound
from plugin.desk.safety.lists import Lists
from plugin.desk.safety.names import Names
from plugin.desk.safety.numbers import Numbers
from plugin.desk.safety.offhand import Offhand
from plugin.desk.safety.patterns import Classes, literals
from plugin.desk.safety.persons import Persons
from plugin.desk.safety.reading import Reader
from plugin.desk.safety.remarks import Remarks
from plugin.desk.safety.rules import Rules, read_rule
from plugin.desk.safety.spelling import Spelling
from plugin.once import Once

DATA = Path(__file__).parent / "data"
VILLAGES = Path(__file__).parent.parent / "triage" / "data" / "villages.csv"


def read_safety(folder: Path = DATA, villages: Path = VILLAGES) -> Safety:
    """The checks of the tables in a folder. Reading takes a moment; keep what is returned."""
    dictionary = {row["written"]: row["means"] for row in rows(folder / "spelling.csv")}
    members = grouped(folder / "classes.csv", "class", "phrase")
    classes = Classes(members, dictionary)
    table, beside = (list(rows(folder / name)) for name in ("rules.csv", "beside.csv"))
    cells = [row[name] for row in [*table, *beside] for name in ("pattern", "unless")]
    known = {w for cell in [*cells, *(p for row in members.values() for p in row)] for w in literals(cell)}
    words = grouped(folder / "words.csv", "list", "phrase")
    return Safety(
        reader=Reader(Spelling(dictionary, known).meant, words["shortened"]),
        persons=Persons(
            read_identifiers(folder, words),
            Names(words, (folder / "names.txt").read_text("utf-8").split(), read_places(villages)),
            Homes(words),
        ),
        remarks=Remarks(
            Rules([read_rule(row, classes) for row in table]),
            Rules([read_rule(row, classes) for row in beside]),
            Clauses(words),
        ),
        offhand=Offhand(words),
        learned=Learned(read_sounds(folder), {name: classes.phrase(f"@{name}") for name in members}),
        tops=frozenset((folder / "tops.txt").read_text("utf-8").split()),
    )


def read_identifiers(folder: Path = DATA, words: Lists | None = None) -> Identifiers:
    """What finds numbers of persons: read from two of the tables."""
    words = words or grouped(folder / "words.csv", "list", "phrase")
    contacts = Contacts(grouped(folder / "contacts.csv", "list", "value"), words)
    return Identifiers(Numbers(words, contacts), contacts)


def read_sounds(folder: Path) -> list[Sound]:
    """The learned weights, by kind; what each means to people stands in a table of its own."""
    weights: dict[str, dict[str, float]] = {}
    feature, weight = Once(), Once()  # thirty thousand rows: two thirds as many features, a thousand weights
    for row in rows(folder / "learned.csv"):
        weights.setdefault(row["kind"], {})[feature(row["feature"])] = weight(float(row["weight"]))
    return [
        Sound(
            kind=row["kind"],
            why=row["why"],
            level=row["level"],
            swap=row["swap"],
            weights=weights.get(row["kind"], {}),
            whole=float(row["whole"]),
            alone=float(row["alone"]),
        )
        for row in rows(folder / "sounds.csv")
    ]


def read_places(villages: Path) -> frozenset[str]:
    """The words of the names of villages and kecamatan, small."""
    return frozenset(
        word
        for row in rows(villages)
        for name in (row["name"], row["kecamatan"])
        for word in name.lower().split()
    )


def grouped(path: Path, by: str, what: str) -> dict[str, list[str]]:
    """A table's second column, gathered by its first."""
    found: dict[str, list[str]] = {}
    for row in rows(path):
        found.setdefault(row[by], []).append(row[what])
    return found


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, by its headings."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
