"""How often the checks of a reply are right, and how fast: `python -m bench.safety FILE...`.

A file has one JSON object a line, with the truth beside the text: `kind` (or `label`) and, for personal data,
`leaks` (or `leak_spans`): the exact words that must be among those found.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any  # lines of JSON, whose fields differ from file to file

from plugin.desk.safety import Finding, Safety, read_safety

Line = Mapping[str, Any]
LABELS = {
    "angry_or_insulting": "insult",
    "leaks_personal_data": "personal_data",
    "promise_without_authority": "promise",
}


def measure(lines: Sequence[Line], safety: Safety) -> dict[str, float]:
    """Found shares by kind, the share of leaked words found, and false alarms on good replies."""
    seen = [(kind(line), line, safety.check(line["text"])) for line in lines]
    good = [found for which, _, found in seen if which == "ok"]
    figures = {"false alarms on good replies": share(bool(found) for found in good)}
    for name in sorted({which for which, _, _ in seen} - {"ok"}):
        own = [found for which, _, found in seen if which == name]
        figures[f"{name} found"] = share(any(f.kind == name for f in found) for found in own)
    leaks = [(leak, line["text"], found) for _, line, found in seen for leak in leaked(line)]
    if leaks:
        figures["leaked words found"] = share(points_at(*leak) for leak in leaks)
        figures["leaked words marked whole"] = share(marks_whole(*leak) for leak in leaks)
    return figures


def kind(line: Line) -> str:
    """What a line's truth says it is."""
    return str(line.get("kind") or LABELS.get(line["label"], line["label"]))


def leaked(line: Line) -> Sequence[str]:
    """The words that a line leaks."""
    return list(line.get("leaks") or line.get("leak_spans") or ())


def points_at(words: str, text: str, found: Iterable[Finding]) -> bool:
    """Whether a finding of personal data touches these words."""
    start = text.find(words)
    end = start + len(words)
    return any(f.kind == "personal_data" and f.start < end and f.end > start for f in found)


def marks_whole(words: str, text: str, found: Iterable[Finding]) -> bool:
    """Whether every letter and digit of these words is in a finding of personal data."""
    start = text.find(words)
    marked = {n for f in found if f.kind == "personal_data" for n in range(f.start, f.end)}
    return all(n in marked for n, sign in enumerate(words, start) if sign.isalnum())


def share(hits: Iterable[bool]) -> float:
    """The share of true ones; 1 of nothing is not a share, so it is NaN."""
    counted = list(map(bool, hits))
    return sum(counted) / len(counted) if counted else float("nan")


def wrong(lines: Sequence[Line], safety: Safety) -> list[str]:
    """The lines judged wrongly, with what was found."""
    told = []
    for line in lines:
        found = safety.check(line["text"])
        right = not found if kind(line) == "ok" else any(f.kind == kind(line) for f in found)
        if not right:
            told.append(f"{line['id']:6} {kind(line):14} {line['text']}  {[(f.why, f.words) for f in found]}")
    return told


def speed(lines: Sequence[Line], safety: Safety, at_least: int = 1_000) -> float:
    """Replies a second on one core, reading the tables left out."""
    many = [line["text"] for line in lines] * (at_least // len(lines) + 1)
    start = time.process_time()
    for text in many:
        safety.check(text)
    return len(many) / (time.process_time() - start)


def main(paths: Sequence[str]) -> None:
    """Print the figures of each file, part by part."""
    safety = read_safety()
    for path in paths:
        lines = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
        for part in dict.fromkeys(line.get("part", "") for line in lines):
            own = [line for line in lines if line.get("part", "") == part]
            print(f"\n{path} {part}: {len(own)} replies")
            for name, figure in measure(own, safety).items():
                print(f"  {name:32} {figure:6.3f}")
            for row in wrong(own, safety):
                print("   ", row)
        print(f"  {speed(lines, safety):,.0f} replies a second")


if __name__ == "__main__":
    main(sys.argv[1:])
