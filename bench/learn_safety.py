"""Learn the weights of plugin/desk/safety/data/learned.csv from its examples: `python -m bench.learn_safety`.

Add replies to examples.csv (kind, text; `ok` for good ones), run this, look at `bench.safety` before and after. It
learns from the examples and from the replies of the tests that are not held back, and prints how well what was
learned from four fifths of them judges the other fifth, with the rules and by the thresholds of sounds.csv.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any  # scikit-learn has no types of its own

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from plugin.desk.safety import Safety, read_safety
from plugin.desk.safety.tables import DATA, read_sounds, rows

LEAST = 0.04
"""A weight nearer to nothing is left out."""
STRICTNESS = {"insult": 1.0, "promise": 1.0, "personal_data": 1.0}
"""How closely the weights follow the examples (C of the regression)."""
TESTS = Path("tests/plugin/safety")
TUNED = (
    "tuning",
    "held_back",
    "marked",
    "house",
    "official",
    "greeted",
    "trade",
    "pupil",
    "kin",
    "alike",
    "fresh",
    "misleading",
)
"""Parts of the tests' replies that were learned from before; nothing is learned from the others."""
Told = tuple[str, str]  # kind, text


def examples(folder: Path = DATA) -> Iterator[Told]:
    """Those of the table, then those of the tests."""
    for row in rows(folder / "examples.csv"):
        yield row["kind"], row["text"]
    for path in sorted(TESTS.glob("own_*.jsonl")):
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            if line["part"] in TUNED:
                yield line["kind"], line["text"]


def model_of(kind: str) -> Any:
    """What is learned for a kind, before it has learned anything."""
    return LogisticRegression(C=STRICTNESS[kind], class_weight="balanced", fit_intercept=False, max_iter=3000)


def learn(told: Sequence[Told], safety: Safety) -> list[tuple[str, str, float]]:
    """(kind, feature, weight) for each kind."""
    vectorizer = DictVectorizer()
    seen = vectorizer.fit_transform([dict.fromkeys(safety.features(text), 1) for _, text in told])
    names = vectorizer.get_feature_names_out()
    found: list[tuple[str, str, float]] = []
    for kind in STRICTNESS:
        model = model_of(kind).fit(seen, [k == kind for k, _ in told])
        weighed = zip(names, model.coef_[0], strict=True)
        found += [(kind, str(name), round(float(w), 3)) for name, w in weighed if abs(w) >= LEAST]
    return found


def write(found: Sequence[tuple[str, str, float]]) -> None:
    """The table anew."""
    with (DATA / "learned.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "feature", "weight"])
        writer.writerows(found)


def judged_by_others(told: Sequence[Told]) -> None:
    """Print how each fifth is judged by what the other four taught. The table is written for it, and stays so."""
    kinds = [*STRICTNESS, "ok"]
    right = {kind: 0 for kind in kinds}
    for taught, held in KFold(5, shuffle=True, random_state=0).split(np.zeros(len(told))):
        write(learn([told[n] for n in taught], read_safety()))
        safety = read_safety()
        for kind, text in (told[n] for n in held):
            if kind in right:
                found = safety.check(text)
                right[kind] += not found if kind == "ok" else any(f.kind == kind for f in found)
    every = {kind: sum(k == kind for k, _ in told) for kind in kinds}
    for kind in STRICTNESS:
        print(f"{kind}: {right[kind] / every[kind]:.3f} of {every[kind]} found")
    print(f"false alarms: {1 - right['ok'] / every['ok']:.3f} of {every['ok']} good replies")


def main() -> None:
    told = list(examples())
    assert {sound.kind for sound in read_sounds(DATA)} == set(STRICTNESS)
    judged_by_others(told)
    found = learn(told, read_safety())
    write(found)
    print(f"{len(found)} weights")


if __name__ == "__main__":
    main()
