"""Old or planned answers put through the checks: one line of JSON in, one out, in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from plugin.desk.safety.checking import Safety
from plugin.desk.triage.backtest import Tell, read_lines
from plugin.findings import Finding

Say = Callable[[Finding], str]
"""The reason in words for people."""


def check_lines(
    lines: Iterable[str], safety: Safety, say: Say, tell: Tell = lambda problem: None
) -> Iterator[str]:
    """One line of JSON for each good line, in their order; each broken one is told and passed over."""
    for reply in read_lines(lines, tell):
        yield json.dumps(shown(reply, safety.check(reply["text"]), say), ensure_ascii=False)


def shown(reply: Mapping[str, str], findings: Iterable[Finding], say: Say) -> dict[str, object]:
    """A reply's findings as they are printed."""
    return {
        "id": reply["id"],
        "findings": [
            {"kind": f.kind, "span": [f.start, f.end], "why": say(f), "level": f.level, "words": f.words}
            for f in findings
        ],
    }
