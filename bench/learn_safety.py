"""Learn the weights of plugin/desk/safety/data/learned.csv from its examples: `python -m bench.learn_safety`.

Add replies to examples.csv (kind, text; `ok` for good ones), run this, look at `bench.safety` before and after.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from plugin.desk.safety import read_safety
from plugin.desk.safety.tables import DATA, rows

LEAST = 0.02
"""A weight nearer to nothing is left out."""
STRICTNESS = {"insult": 3.0, "promise": 1.0}
"""How closely the weights follow the examples (C of the regression)."""


def features(texts: Sequence[str]) -> list[dict[str, int]]:
    """What the checks would look at in each text."""
    safety = read_safety()
    return [dict.fromkeys(safety.features(text), 1) for text in texts]


def learn(folder: Path = DATA) -> list[tuple[str, str, float]]:
    """(kind, feature, weight) for each kind."""
    examples = list(rows(folder / "examples.csv"))
    vectorizer = DictVectorizer()
    seen = vectorizer.fit_transform(features([row["text"] for row in examples]))
    names = vectorizer.get_feature_names_out()
    found: list[tuple[str, str, float]] = []
    for kind, strictness in STRICTNESS.items():
        is_kind = [row["kind"] == kind for row in examples]
        model = LogisticRegression(C=strictness, class_weight="balanced", fit_intercept=False, max_iter=3000)
        model.fit(seen, is_kind)
        weighed = zip(names, model.coef_[0], strict=True)
        found += [(kind, str(name), round(float(w), 3)) for name, w in weighed if abs(w) >= LEAST]
    return found


def main() -> None:
    """Write the table anew."""
    found = learn()
    with (DATA / "learned.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "feature", "weight"])
        writer.writerows(found)
    print(f"{len(found)} weights")


if __name__ == "__main__":
    main()
