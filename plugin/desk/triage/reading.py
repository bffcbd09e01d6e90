"""The rules as files: plain tables beside the code that anyone can open, mend and send back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plugin.desk.triage.elsewhere import Elsewhere
from plugin.desk.triage.grouping import Grouping
from plugin.desk.triage.kinds import Kinds
from plugin.desk.triage.learned import Learned
from plugin.desk.triage.lessons import Lessons, learned
from plugin.desk.triage.lexicon import Entry, Lexicon, words_of
from plugin.desk.triage.likeness import Likeness
from plugin.desk.triage.places import Area, Gazetteer, Landmark
from plugin.desk.triage.roads import Road, Roads
from plugin.desk.triage.spelling import Spelling, raw_words
from plugin.desk.triage.spots import Spots, SpotWord
from plugin.desk.triage.triage import Triage

DATA = Path(__file__).parent / "data"
"""Kabupaten Kebumen's tables."""


def read_triage(folder: Path = DATA, lessons: Lessons | None = None) -> Triage:
    """The rules in a folder, as people taught them since."""
    entries = list(learned(read_entries(folder), lessons or Lessons()))
    spelling = read_spelling(folder, entries)
    cues = read_cues(folder)
    return Triage(
        spelling=spelling,
        lexicon=Lexicon(entries, spelling, cues["aside"]),
        kinds=Kinds(read_signs(folder), spelling, cues),
        gazetteer=read_gazetteer(folder, read_words(folder, entries)),
        roads=read_roads(folder),
        elsewhere=read_elsewhere(folder),
        learned=read_learned(folder),
        emergencies=read_emergencies(folder),
    )


def read_grouping(folder: Path = DATA) -> Grouping:
    """What gathers the messages about one incident."""
    problems = read_problems(folder)
    spelling = read_spelling(folder, ())
    known = read_words(folder, read_entries(folder)) | read_spoken(folder)
    weights = {r["sign"]: float(r["weight"]) for r in rows(folder / "likeness.csv")}
    spots = read_spots(folder, known)
    return Grouping(Likeness(Lexicon(problems, spelling), read_fillers(folder), known, weights, spots))


def read_spots(folder: Path, known: set[str]) -> Spots:
    """What is named, by the words that a name may follow; words of trouble and of place are no names."""
    table = [SpotWord(r["word"], r["spot"], r["named"]) for r in rows(folder / "spots.csv")]
    small = (word for words in read_cues(folder).values() for word in words)
    never = read_fillers(folder) | words_of(read_problems(folder)) | set(small)
    return Spots(table, known - read_gazetteer(folder).proper, never)


def read_spelling(folder: Path, entries: Iterable[Entry]) -> Spelling:
    """How words are written; every word of our lists is known and stays as it is."""
    known = read_words(folder, entries) | read_gazetteer(folder).words() | read_elsewhere(folder).words()
    return Spelling(read_dictionary(folder), known)


def read_words(folder: Path, entries: Iterable[Entry]) -> set[str]:
    """Every word of our lists, names of places apart."""
    written = {w for pair in read_dictionary(folder).items() for side in pair for w in raw_words(side)}
    return written | words_of([*entries, *read_signs(folder), *read_problems(folder)]) | read_fillers(folder)


def read_spoken(folder: Path) -> set[str]:
    """Every whole word that something was learned of: whatever it is, it is no name of a place."""
    return {r["trait"] for r in rows(folder / "learned.csv") if r["trait"].isalpha()}


def read_dictionary(folder: Path) -> dict[str, str]:
    """What is written, and what it means."""
    return {r["written"]: r["means"] for r in rows(folder / "dictionary.csv")}


def read_signs(folder: Path) -> list[Entry]:
    """The phrases that tell what kind of message it is."""
    return [Entry(r["phrase"], float(r["weight"]), (r["kind"],)) for r in rows(folder / "markers.csv")]


def read_learned(folder: Path = DATA) -> Learned:
    """The weights learned from examples; the table's first row names what they are weights for."""
    table = rows(folder / "learned.csv")
    return Learned(
        next(table, {"weights": ""})["weights"].split(), ((r["trait"], r["weights"]) for r in table)
    )


def read_problems(folder: Path) -> list[Entry]:
    """Words for the same trouble."""
    return [Entry(r["phrase"], 1.0, (r["problem"],)) for r in rows(folder / "problems.csv")]


def read_fillers(folder: Path) -> set[str]:
    """Words that tell no trouble."""
    return set((folder / "fillers.txt").read_text("utf-8").split())


def read_elsewhere(folder: Path) -> Elsewhere:
    """The names of other kabupaten and their towns."""
    cues = read_cues(folder)
    names = [r["name"] for r in rows(folder / "elsewhere.csv")]
    return Elsewhere(names, cues["passing"], cues["there"])


def read_cues(folder: Path) -> dict[str, frozenset[str]]:
    """Small words that say how to take the word after them."""
    found: dict[str, set[str]] = {}
    for row in rows(folder / "cues.csv"):
        found.setdefault(row["cue"], set()).add(row["phrase"])
    return {cue: frozenset(phrases) for cue, phrases in found.items()}


def read_entries(folder: Path = DATA) -> list[Entry]:
    """The lexicon's rows."""
    return [
        Entry(r["phrase"], float(r["weight"]), (r["agency"], r["category"]))
        for r in rows(folder / "lexicon.csv")
    ]


def read_gazetteer(folder: Path = DATA, known: Iterable[str] = ()) -> Gazetteer:
    """The kecamatan, desa, kelurahan and landmarks."""
    table = list(rows(folder / "villages.csv"))
    areas = [Area(r["code"], r["name"], r["kind"], r["kecamatan"], bool(r["ordinary_word"])) for r in table]
    also = {w: r["name"] for r in table for w in r["also_written"].split(";") if w}
    marks = [
        Landmark(r["name"], r["kecamatan"], r["desa"], r["known_as"]) for r in rows(folder / "landmarks.csv")
    ]
    return Gazetteer(areas, also, marks, read_cues(folder), known)


def read_roads(folder: Path = DATA) -> Roads:
    """The table of national and provincial roads."""
    table = [Road(r["owner"], r["how"], r["place"], r["other_place"]) for r in rows(folder / "roads.csv")]
    return Roads(table, read_cues(folder)["main_road"])


@dataclass(frozen=True, slots=True)
class Body:
    """A body outside the kabupaten's authority, and where people reach it."""

    name: str
    contact: str


def read_bodies(folder: Path = DATA) -> dict[str, Body]:
    """The bodies outside, by their code."""
    return {r["code"]: Body(r["name"], r["contact"]) for r in rows(folder / "outside.csv")}


def read_emergencies(folder: Path = DATA) -> dict[str, str]:
    """The emergency numbers by agency; `*` is everybody's."""
    return {r["agency"]: r["number"] for r in rows(folder / "emergency.csv")}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table, by its headings."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
