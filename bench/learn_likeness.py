"""Learn the weights of plugin/desk/triage/data/likeness.csv: `python -m bench.learn_likeness` (needs scikit-learn).

Two messages of the same days: one incident or two? It learns from pairs.csv and from the tests' messages that are
not `held`, and prints how the pairs of each file are judged by what the others taught. Look at `bench.triage` before
and after.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any  # lines of JSON

import numpy as np
from sklearn.linear_model import LogisticRegression

from plugin.desk.triage import DATA, read_grouping, read_triage
from plugin.desk.triage.grouping import APART, Grouping
from plugin.desk.triage.likeness import TWO, Features, signs
from plugin.desk.triage.reading import rows
from plugin.desk.triage.triage import Triage

TESTS = Path("tests/plugin/triage")
HELD = ("held", "held_back")
UNRELATED = 300.0
"""What all pairs of messages that have nothing to do with each other count together."""
STRICTNESS = 1.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two messages that may be one incident, by what they are compared by; `source` is the file they are of."""

    source: str
    signs: dict[str, float]
    same: bool
    counts: float = 1.0


class Reader:
    """Reads messages as the desk does."""

    def __init__(self, triage: Triage, grouping: Grouping) -> None:
        self._triage, self._grouping = triage, grouping

    def features(self, text: str) -> Features:
        """What a message is compared by."""
        return self._grouping.features(self._triage.judge(text))


def pairs(reader: Reader) -> Iterator[Pair]:
    """Every pair to learn from that is not two for certain."""
    for row in rows(DATA / "pairs.csv"):
        found = signs(reader.features(row["first"]), reader.features(row["second"]))
        if found:
            yield Pair("pairs.csv", found, row["same"] == "yes")
    for path in sorted(TESTS.glob("*_duplicates.jsonl")):
        told = [(moment(line), line["group"], reader.features(line["text"])) for line in lines(path)]
        for (then, group, one), (later, other_group, other) in combinations(told, 2):
            found = signs(one, other) if abs(later - then) <= APART else {}
            if found:
                yield Pair(path.name, found, group == other_group)
    yield from unrelated(reader)


def unrelated(reader: Reader) -> Iterator[Pair]:
    """Messages of which each tells its own: two of them that could be one are two all the same."""
    found: list[dict[str, float]] = []
    for path in sorted(TESTS.glob("*_routing.jsonl")):
        every = [reader.features(line["text"]) for line in lines(path) if line["is_report"]]
        found += filter(None, (signs(one, other) for one, other in combinations(every, 2)))
    for each in found:
        yield Pair("unrelated", each, False, UNRELATED / len(found))


def lines(path: Path) -> list[Mapping[str, Any]]:
    """The messages of a file, but for those that nothing is learned from."""
    every = map(json.loads, path.read_text("utf-8").splitlines())
    return [line for line in every if line.get("half") not in HELD]


def moment(line: Mapping[str, Any]) -> datetime:
    """When it was said."""
    return datetime.fromisoformat(line["created_at"])


def learn(every: list[Pair]) -> dict[str, float]:
    """The weight of each sign."""
    names = sorted({sign for pair in every for sign in pair.signs} - {TWO})
    table = np.array([[pair.signs.get(name, 0.0) for name in names] for pair in every])
    model = LogisticRegression(C=STRICTNESS, max_iter=2000)
    model.fit(table, [pair.same for pair in every], sample_weight=[pair.counts for pair in every])
    return {TWO: float(model.intercept_[0])} | dict(zip(names, model.coef_[0], strict=True))


def judged(pair: Pair, weights: dict[str, float]) -> bool:
    """Whether they are taken for one."""
    return sum(weights.get(sign, 0.0) * measure for sign, measure in pair.signs.items()) > 0


def by_the_others(every: list[Pair]) -> None:
    """Print how each file's pairs are judged by what the other files taught."""
    for source in sorted({pair.source for pair in every}):
        weights = learn([pair for pair in every if pair.source != source])
        own = [pair for pair in every if pair.source == source]
        found = [judged(pair, weights) for pair in own if pair.same]
        wrong = [judged(pair, weights) for pair in own if not pair.same]
        print(f"{source:28} one incident found {share(found)}, two taken for one {share(wrong)}")


def share(judgements: list[bool]) -> str:
    """How many of them are yes."""
    return f"{np.mean(judgements):.3f}" if judgements else "    -"


def main() -> None:
    every = list(pairs(Reader(read_triage(), read_grouping())))
    by_the_others(every)
    with (DATA / "likeness.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["sign", "weight"])
        writer.writerows((sign, f"{weight:.2f}") for sign, weight in learn(every).items())
    print(f"{len(every)} pairs")


if __name__ == "__main__":
    main()
