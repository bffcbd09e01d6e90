"""Learn the weights of plugin/desk/triage/data/learned.csv: `python -m bench.learn_triage` (needs the extra `learn`).

Add messages to examples.csv (kind, agency, text), run this, look at `bench.triage` before and after. It learns from
the lexicon, the examples and the messages that the lists were tuned on, and prints how well what was learned from
four fifths of the examples reads the other fifth. What is named (`python -m bench.learn_triage urgent`) is learned
alone, and the other weights stay as they are.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any  # scikit-learn has no types of its own

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from plugin.desk.triage import DATA, Triage, read_entries, read_triage
from plugin.desk.triage.authority import DISTRICT_OFFICE, HOSPITAL, ROAD
from plugin.desk.triage.kinds import QUESTION, REPORT, REPORTS, URGENT
from plugin.desk.triage.learned import ALWAYS, KIND, SCALE, traits
from plugin.desk.triage.reading import read_spelling, rows
from plugin.desk.triage.spelling import raw_words

TUNED = sorted(Path("tests/plugin/triage").glob("*_routing.jsonl"))
HELD = ("held", "held_back")
"""Halves of the tests' messages that nothing is learned from."""
TUNED_COUNTS = 0.4
"""A message whose words went into the lists teaches less about messages whose words did not."""
PHRASE_COUNTS = 0.04
"""What a phrase of the lexicon counts beside a message, for each point of its weight."""
POLITELY = (
    "Selamat pagi min, {}",
    "Assalamualaikum wr wb. {}",
    "terima kasih sebelumnya, {}",
    "{}, hub 0812 0000 0000",
    "sugeng enjing, nuwun sewu {}",
    "halo admin {}",
    "mohon maaf pak, {}",
    "{}. Terima kasih. Wa 085700000000",
    "Salam, saya warga sini. {}",
    "suwun ya pak, tapi {}",
    "{} suwun",
)
POLITE_COUNTS = 0.3
"""Around a report's words people greet, thank and leave their number: each is learned from once more so."""
STRICTNESS = {"agency": 5.0, REPORT: 1.0, URGENT: 2.0, QUESTION: 1.0}
LEAST = {"agency": 5, URGENT: 2, QUESTION: 2, KIND: 2}
"""A weight of fewer twentieths is left out."""
SEEN_IN = 3
"""What fewer examples hold says nothing of the kind of a message."""
NON_REPORTS_SHOWN = 0.155
"""So many of the examples that are no reports may be shown, in words not learned from."""
URGENT_FOUND = 0.9
"""So many of the urgent examples are to be found so."""
QUESTIONS_FOUND = 0.8
Weights = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Example:
    """A message whose truth is known; `counts` says how much it teaches."""

    text: str
    kind: str
    agency: str
    category: str
    counts: float

    @property
    def is_report(self) -> bool:
        return self.kind in REPORTS


def examples() -> Iterator[Example]:
    """Those of the table, then those that the lists were tuned on."""
    for row in rows(DATA / "examples.csv"):
        yield Example(row["text"], row["kind"], row["agency"], "", 1.0)
    for path in TUNED:
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            if line.get("half") not in HELD:
                kind = told_kind(line)
                category = (line.get("category_ok") or [line.get("category", "")])[0]
                yield Example(line["text"], kind, line["agency_ok"][0], category, TUNED_COUNTS)


def politely(every: Sequence[Example]) -> Iterator[Example]:
    """The reports once more, each with a greeting, thanks or a number."""
    for n, one in enumerate(one for one in every if one.is_report):
        yield replace(
            one, text=POLITELY[n % len(POLITELY)].format(one.text), counts=one.counts * POLITE_COUNTS
        )


def told_kind(line: Mapping[str, Any]) -> str:
    """The kind of a message of the tests."""
    if not line["is_report"]:
        return str((line.get("category_ok") or [line["category"]])[0])
    return URGENT if line["urgent"] else QUESTION if line.get("kind") == "question" else REPORT


def learn_agencies(triage: Triage, every: Sequence[Example]) -> Weights:
    """For each agency and category of the lexicon the weights of traits."""
    entries = read_entries()
    spelling = read_spelling(DATA, entries)
    known = dict.fromkeys(e.about for e in entries)
    told, truth, counts = [], [], []
    for entry in entries:
        plain = [w for part in entry.phrase.split("+") for w in spelling.plain(raw_words(part))]
        told.append(dict.fromkeys(traits(plain, ()), 1.0))
        truth.append("/".join(entry.about))
        counts.append(entry.weight * PHRASE_COUNTS)
    for one in every:
        about = about_of(one, triage, known) if one.is_report else None
        if about:
            told.append(dict.fromkeys(triage.told(one.text)[0], 1.0))
            truth.append("/".join(about))
            counts.append(one.counts / TUNED_COUNTS / 2)
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRICTNESS["agency"], max_iter=300, fit_intercept=False)
    model.fit(vectorizer.fit_transform(told), truth, sample_weight=counts)
    names = vectorizer.get_feature_names_out()
    return {str(c): dict(zip(names, model.coef_[n], strict=True)) for n, c in enumerate(model.classes_)}


def about_of(one: Example, triage: Triage, known: Mapping[tuple[str, ...], None]) -> tuple[str, ...] | None:
    """The agency and category as the lexicon calls them; the likeliest category where the example names none."""
    agency, category = one.agency, one.category
    if agency.startswith("KEC_"):
        agency = DISTRICT_OFFICE
    elif agency.startswith("RSUD"):
        agency = HOSPITAL
    elif (agency, category) == ("DPUPR", ROAD[1]):
        agency = ROAD[0]
    fitting = [about for about in known if about[0] == agency]
    if (agency, category) in fitting or not fitting:
        return (agency, category) if fitting else None
    hit = next((h.entry.about for h in triage.hits(one.text) if h.entry.about in fitting), None)
    return hit or fitting[0]


def learn_kinds(triage: Triage, every: Sequence[Example]) -> Weights:
    """The weights of traits and signs for each kind of message beside the others, for danger and for a question."""
    greeted = list(politely(every))
    both = (*every, *greeted)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([seen(triage, one) for one in both])
    names = vectorizer.get_feature_names_out()
    counts = np.array([one.counts for one in both])
    own = counts[: len(every)] == 1.0
    learned: Weights = {}
    for kind in (URGENT, QUESTION):
        truth = np.array([one.kind == kind for one in both])
        model = LogisticRegression(C=STRICTNESS[kind], max_iter=3000, class_weight="balanced")
        unseen = read_by_others(model, matrix, truth, counts, len(every))
        shift = threshold(kind, unseen[own], truth[: len(every)][own])
        most = len(every)  # a cry for help does not greet
        model.fit(matrix[:most], truth[:most], sample_weight=counts[:most])
        learned[kind] = dict(zip(names, model.coef_[0], strict=True))
        learned[kind][ALWAYS] = float(model.intercept_[0]) - shift
    often = np.asarray((matrix[: len(every)] != 0).sum(axis=0)).ravel() >= SEEN_IN
    kinds = np.array([one.kind for one in both])
    return learned | learn_apart(matrix[:, often], names[often], kinds, counts, len(every))


def learn_apart(matrix: Any, names: Any, kinds: Any, counts: Any, most: int) -> Weights:
    """The weights of each kind beside the others; the reports' are lowered until few enough others are shown."""
    model = LogisticRegression(C=STRICTNESS[REPORT], max_iter=3000, class_weight="balanced")
    unseen = read_by_others(model, matrix, kinds, counts, most)
    own = counts[:most] == 1.0
    model.fit(matrix, kinds, sample_weight=counts)
    report = np.isin(model.classes_, list(REPORTS))
    leaning = np.logaddexp.reduce(unseen[:, report], axis=1) - np.logaddexp.reduce(unseen[:, ~report], axis=1)
    shift = threshold(REPORT, leaning[own], np.isin(kinds[:most], list(REPORTS))[own])
    learned: Weights = {}
    for n, kind in enumerate(model.classes_):
        weights = dict(zip(names, model.coef_[n], strict=True))
        weights[ALWAYS] = float(model.intercept_[n]) - shift * report[n]
        learned[f"{KIND}{kind}"] = weights
    return learned


def seen(triage: Triage, one: Example) -> dict[str, float]:
    """What the judgement on an example is weighed from."""
    found, signs = triage.told(one.text)
    return {**dict.fromkeys((*found, *signs.traits), 1.0), **signs.measures}


def read_by_others(model: Any, matrix: Any, truth: Any, counts: Any, most: int) -> Any:
    """How the first `most` examples are judged by what four fifths without them taught (greeted ones do not)."""
    unseen: Any = None
    for taught, held in StratifiedKFold(5, shuffle=True, random_state=0).split(matrix[:most], truth[:most]):
        model.fit(matrix[taught], truth[taught], sample_weight=counts[taught])
        told = model.decision_function(matrix[held])
        unseen = np.zeros((most, *told.shape[1:])) if unseen is None else unseen
        unseen[held] = told
    return unseen


def threshold(kind: str, unseen: Any, truth: Any) -> float:
    """Above which a message is taken for it; prints what that means for examples not learned from."""
    if kind == REPORT:
        others = np.sort(unseen[~truth])[::-1]
        above = float(others[int(NON_REPORTS_SHOWN * len(others))])
    else:
        share = {URGENT: URGENT_FOUND, QUESTION: QUESTIONS_FOUND}[kind]
        above = float(np.sort(unseen[truth])[::-1][int(share * truth.sum())])
    taken = unseen > above
    print(
        f"{kind}: of examples not learned from, found {taken[truth].mean():.3f}, right {truth[taken].mean():.3f},"
        f" others taken for it {taken[~truth].mean():.3f}"
    )
    return above


def write(learned: Weights) -> None:
    """The table anew: first what the weights are for, then each trait with its weights in twentieths."""
    kinds = list(learned)
    table: dict[str, list[str]] = {}
    for at, kind in enumerate(kinds):
        least = LEAST.get(KIND if kind.startswith(KIND) else kind, LEAST["agency"])
        for trait, weight in learned[kind].items():
            whole = max(-127, min(127, round(weight * SCALE)))
            if abs(whole) >= least:
                table.setdefault(trait, []).append(f"{at}:{whole}")
    with (DATA / "learned.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trait", "weights"])
        writer.writerow(["kinds", " ".join(kinds)])
        writer.writerows((trait, " ".join(told)) for trait, told in sorted(table.items()))
    print(f"{len(table)} traits")


def kept() -> Weights:
    """The table as it is."""
    table = rows(DATA / "learned.csv")
    kinds = next(table)["weights"].split()
    weights: Weights = {kind: {} for kind in kinds}
    for row in table:
        for at, weight in (told.split(":") for told in row["weights"].split()):
            weights[kinds[int(at)]][row["trait"]] = int(weight) / SCALE
    return weights


def main(only: Sequence[str]) -> None:
    """Learn everything anew, or `only` some of danger, question and the kinds of messages."""
    every = list(examples())
    if only:
        kinds = learn_kinds(read_triage(), every)
        write(kept() | {kind: kinds[kind] for kind in only})
        return
    agencies = learn_agencies(read_triage(), every)
    write(agencies)
    write(agencies | learn_kinds(read_triage(), every))


if __name__ == "__main__":
    main(sys.argv[1:])
