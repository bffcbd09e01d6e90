"""How often triage proposes the right agency, and how fast: `python -m bench.triage [FILE...]`.

A file has one JSON object a line, with the truth beside the text: `agency_ok`, `category`, `urgent` and
`is_report` for routing, `group` and `hard_neg_of` for duplicates. Each file's figures are printed as it allows,
for each `half` of it. Without a file, for those of the tests that nobody had seen when they were measured: some are
`tuned` on since, of those that are `held` only the figures were ever looked at.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any  # lines of JSON, whose fields differ from file to file

from plugin.desk.triage import backtest, read_grouping, read_triage

Line = Mapping[str, Any]
Pair = tuple[Line, Line]  # the truth, and what was proposed
SPOKEN = ("jv", "ngapak")
BLIND = (
    "tests/plugin/triage/blind_routing.jsonl",
    "tests/plugin/triage/blind_duplicates.jsonl",
    "tests/plugin/triage/further_routing.jsonl",
    "tests/plugin/triage/strangers_routing.jsonl",
    "tests/plugin/triage/strangers_duplicates.jsonl",
    "tests/plugin/triage/newcomers_routing.jsonl",
    "tests/plugin/triage/newcomers_duplicates.jsonl",
    "tests/plugin/triage/latecomers_routing.jsonl",
    "tests/plugin/triage/latecomers_duplicates.jsonl",
    "tests/plugin/triage/crossed_routing.jsonl",
)


def measure(lines: Sequence[Line]) -> dict[str, float]:
    """Every figure that the lines' truth allows."""
    said = [json.loads(line) for line in backtest(json.dumps(line) for line in lines)]
    pairs = list(zip(lines, said, strict=True))
    figures = routing(pairs) if any("agency_ok" in line for line in lines) else {}
    return figures | (duplicates(pairs) if any("group" in line for line in lines) else {})


def routing(pairs: Sequence[Pair]) -> dict[str, float]:
    """The figures for agencies, kinds and urgency."""
    reports = [p for p in pairs if p[0]["is_report"]]
    inside = [p for p in reports if p[0].get("in_authority")]
    outside = [p for p in reports if not p[0].get("in_authority")]
    spoken = [p for p in reports if p[0].get("lang") in SPOKEN]
    others = [p for p in pairs if not p[0]["is_report"]]
    urgent = [p for p in pairs if p[0].get("urgent")]
    shown = [p for p in pairs if p[1]["urgent"]]
    return {
        "agency first": share(first(p) for p in reports),
        "agency among three": share(among(p) for p in reports),
        "agency first, inside": share(first(p) for p in inside),
        "agency first, Javanese and Ngapak": share(first(p) for p in spoken),
        "outside bodies recognised": share(first(p) for p in outside),
        "inside taken as outside": share(not p[1]["in_authority"] for p in inside if p[1]["is_report"]),
        "category": share(p[1]["category"] in categories(p[0]) for p in reports),
        "non-reports taken as reports": share(p[1]["is_report"] for p in others),
        "reports set aside": share(not p[1]["is_report"] for p in reports),
        "urgent recall": share(p[1]["urgent"] for p in urgent),
        "urgent precision": share(p[0]["urgent"] for p in shown),
        "village found": share(village(p) for p in pairs if named_village(p[0])),
    }


def duplicates(pairs: Sequence[Pair]) -> dict[str, float]:
    """Pairwise figures, and how many of the hard negatives were joined to what they resemble."""
    true = {(a["id"], b["id"]) for (a, _), (b, _) in combinations(pairs, 2) if a["group"] == b["group"]}
    said = {(a["id"], b["id"]) for (a, x), (b, y) in combinations(pairs, 2) if x["group"] == y["group"]}
    right = len(true & said)
    hard = [p for p in pairs if p[0].get("hard_neg_of")]
    homes = {p[1]["group"]: set[str]() for p in pairs}
    for truth, proposed in pairs:
        homes[proposed["group"]].add(truth["group"])
    return {
        "pairs precision": right / len(said) if said else 1.0,
        "pairs recall": right / len(true) if true else 1.0,
        "pairs F1": 2 * right / ((len(true) + len(said)) or 1),
        "hard negatives joined": share(t["hard_neg_of"] in homes[p["group"]] for t, p in hard),
    }


def first(pair: Pair) -> bool:
    """Whether the first proposal is right."""
    return bool(set(pair[1]["agencies"][:1]) & set(pair[0]["agency_ok"]))


def among(pair: Pair) -> bool:
    """Whether one of the three is right."""
    return bool(set(pair[1]["agencies"]) & set(pair[0]["agency_ok"]))


def categories(truth: Line) -> Sequence[str]:
    """The categories that count as right."""
    return truth.get("category_ok") or [truth["category"]]


def named_village(truth: Line) -> bool:
    """Whether the text itself names the village that the truth gives."""
    return bool(truth.get("desa")) and truth["desa"].lower() in truth["text"].lower()


def village(pair: Pair) -> bool:
    """Whether the village was found, alone or among the candidates."""
    place = pair[1]["place"] or {}
    return pair[0]["desa_code"] in (place.get("code"), *place.get("candidates", ()))


def share(hits: Iterable[bool]) -> float:
    """The share of true ones; 1 of nothing is not a share, so it is NaN."""
    counted = list(map(bool, hits))
    return sum(counted) / len(counted) if counted else float("nan")


def confusion(lines: Sequence[Line]) -> list[str]:
    """Which agency was proposed for which, the commonest errors first, with an example's id."""
    said = [json.loads(line) for line in backtest(json.dumps(line) for line in lines)]
    wrong: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for truth, proposed in zip(lines, said, strict=True):
        got = proposed["agencies"][0] if proposed["agencies"] else "-"
        want = truth.get("agency", truth["agency_ok"][0]) if truth["is_report"] else "NONE"
        if (got not in truth["agency_ok"]) if truth["is_report"] else proposed["is_report"]:
            wrong[want, got] += 1
            examples.setdefault((want, got), []).append(truth["id"])
    return [
        f"{want:22} {got:22} {n:3}  {' '.join(examples[want, got])}" for (want, got), n in wrong.most_common()
    ]


def speed(lines: Sequence[Line], at_least: int = 5_000) -> float:
    """Messages a second on one core, reading the rules left out."""
    many = [
        json.dumps({**line, "id": n}) for n, line in enumerate(list(lines) * (at_least // len(lines) + 1))
    ]
    triage, grouping = read_triage(), read_grouping()
    list(backtest(many[: len(lines)], triage=triage, grouping=grouping))
    start = time.process_time()
    list(backtest(many, triage=triage, grouping=grouping))
    return len(many) / (time.process_time() - start)


def main(paths: Sequence[str]) -> None:
    """Print the figures of each half of each file."""
    for path in paths or BLIND:
        lines = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        for half in dict.fromkeys(line.get("half", "") for line in lines):
            tell(f"{path} {half}", [line for line in lines if line.get("half", "") == half])
        print(f"\n{speed(lines):,.0f} messages a second on one core")


def tell(title: str, lines: Sequence[Line]) -> None:
    """Print the figures of some lines, and which agencies were taken for which."""
    print(f"\n{title}: {len(lines)} messages")
    for name, figure in measure(lines).items():
        print(f"  {name:36} {figure:6.3f}")
    if any("agency_ok" in line for line in lines):
        print("  wrong: the right one, the one proposed, how often")
        for row in confusion(lines):
            print("   ", row)


if __name__ == "__main__":
    main(sys.argv[1:])
