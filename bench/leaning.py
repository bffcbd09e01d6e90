"""How much each sign of a message should speak for a report: `python -m bench.leaning` (needs the extra `learn`).

Fitted on every message whose truth is known here; prints the constants of `plugin/desk/triage/kinds.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

from sklearn.linear_model import LogisticRegression

from plugin.desk.triage import read_triage
from plugin.desk.triage.kinds import OFFICES_MOST, TOPIC_MOST, Signs

KNOWN = sorted(Path("tests/plugin/triage").glob("*_routing.jsonl"))
SHOWN_FROM = 0.25
"""A message that is a report with this probability is shown: better a thank-you too many than a complaint unseen."""
PENALTY = 2.0
TOPIC, ASKED, AGAINST, WORDS, OFFICES = 10, 5, 5, 20, 4  # of one size, so that the penalty is fair


def features(signs: Signs) -> list[float]:
    """The signs, each around 1."""
    return [
        min(signs.matter.score, TOPIC_MOST) / TOPIC,
        signs.asked / ASKED,
        float(signs.question),
        signs.against / AGAINST,
        signs.words / WORDS,
        min(signs.matter.offices, OFFICES_MOST) / OFFICES,
    ]


def messages() -> Iterator[tuple[str, bool]]:
    """(text, whether it is a report)."""
    for path in KNOWN:
        for line in path.read_text(encoding="utf-8").splitlines():
            known = json.loads(line)
            yield known["text"], known["is_report"]


def main() -> None:
    triage = read_triage()
    told = [(features(triage.signs(text)), truth) for text, truth in messages()]
    model = LogisticRegression(C=PENALTY, max_iter=2000, class_weight="balanced")
    model.fit([row for row, _ in told], [truth for _, truth in told])
    sizes = (TOPIC, ASKED, 1, AGAINST, WORDS, OFFICES)
    names = ("TOPIC", "ASKED", "QUESTION", "AGAINST", "LENGTH", "OFFICES")
    for name, weight, size in zip(names, model.coef_[0], sizes, strict=True):
        print(f"{name} = {weight / size:.2f}")
    print(f"LEANING = {model.intercept_[0] - math.log(SHOWN_FROM / (1 - SHOWN_FROM)):.2f}")


if __name__ == "__main__":
    main()
