"""How well followers are judged: precision and recall of agencies' accounts, and who is taken for what.

Run: python -m bench.matching FOLLOWERS.jsonl TRUTH.jsonl [--as-of 2015-09-01] [--region 33.28] [--show]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from plugin.registry.matching import Judgement, match_text
from plugin.registry.tree import Registry

VERDICTS = ("official", "personal", "other_government", "impostor", "other")


@dataclass(frozen=True)
class Figures:
    """What came out, against the truth. An agency's account counts as found only with the right agency."""

    precision: float
    recall: float
    personal: float
    impostors_accepted: int
    table: Mapping[tuple[str, str], int]


def figures(found: Iterable[Judgement], truth: Mapping[str, Mapping[str, str | None]]) -> Figures:
    """Compare judgements with the truth, by handle."""
    some = [j for j in found if j.username in truth]
    label = {j.username: str(truth[j.username]["label"]) for j in some}
    official = [j for j in some if j.verdict == "official"]
    right = [j for j in official if label[j.username] == "skpd" and j.agency == truth[j.username]["agency"]]
    own = sum(1 for v in label.values() if v == "skpd")
    persons = [j for j in some if label[j.username] == "official_personal"]
    return Figures(
        len(right) / max(len(official), 1),
        len(right) / max(own, 1),
        sum(j.verdict == "personal" for j in persons) / max(len(persons), 1),
        sum(label[j.username] == "impostor" for j in official),
        Counter((label[j.username], j.verdict) for j in some),
    )


def read_truth(path: Path) -> dict[str, dict[str, str | None]]:
    """The truth by handle."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {row["username"]: row for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("followers", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2015, 9, 1))
    parser.add_argument("--region")
    parser.add_argument("--show", action="store_true", help="list the wrong ones")
    given = parser.parse_args()
    lines = given.followers.read_text("utf-8").splitlines()
    started = time.perf_counter()
    found = match_text(lines, Registry(0, (), {}, {}), given.as_of, region=given.region).judgements
    took = time.perf_counter() - started
    truth = read_truth(given.truth)
    result = figures(found, truth)
    print(f"{len(found)} followers in {took:.2f} s")
    print(
        f"precision {result.precision:.3f}  recall {result.recall:.3f}  personal {result.personal:.3f}",
        end="  ",
    )
    print(f"impostors accepted {result.impostors_accepted}")
    print(f"{'':18}" + "".join(f"{verdict:>18}" for verdict in VERDICTS))
    for label in sorted({label for label, _ in result.table}):
        print(f"{label:18}" + "".join(f"{result.table.get((label, v), 0):>18}" for v in VERDICTS))
    if given.show:
        show(found, truth)


MEANT = {
    "skpd": "official",
    "official_personal": "personal",
    "other_gov": "other_government",
    "impostor": "impostor",
}
MEANT |= {"vertikal": "other_government", "bumd": "other_government", "uptd": "other_government"}


def show(found: Iterable[Judgement], truth: Mapping[str, Mapping[str, str | None]]) -> None:
    """List what was judged otherwise than the truth has it."""
    for j in found:
        t = truth[j.username]
        wanted = MEANT.get(str(t["label"]), "other")
        if j.verdict != wanted or (wanted in {"official", "personal"} and j.agency != t["agency"]):
            print(
                f"{j.username:17}{t['label']!s:18}{t['agency']!s:18} -> {j.verdict} {j.agency} {j.score} {j.reasons}"
            )


if __name__ == "__main__":
    main()
