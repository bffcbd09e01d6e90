"""How often the checks are right, on replies invented for it; the floors stand a little below the measured.

`own_replies.jsonl` has parts: `tuning`, looked at while the lists grew; `held_back`, written by another point of
view, measured once, then learned from; `last`, written afterwards and never learned from; `longer`, polite
replies of several sentences, never learned from either, though examples of their kind came after a first look; and
`marked`, leaks of every kind with all that must be marked in them, the lists grown after a first look.
`own_fresh.jsonl` came when those had been learned from: `fresh`, and `misleading`, whose good replies look like bad
ones and whose insults are polite, both learned from after one measuring; and `later`, which nothing is learned from.
`strangers_replies.jsonl` is somebody else's; of it only the figures were ever looked at.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.safety import Line, measure
from plugin.desk.safety import Safety

FLOORS = {
    "tuning": {
        "personal_data found": 0.95,
        "insult found": 0.95,
        "promise found": 0.95,
        "leaked words found": 0.95,
    },
    "held_back": {"personal_data found": 0.95, "insult found": 0.95, "promise found": 0.95},
    "marked": {"personal_data found": 0.95, "leaked words found": 0.92, "leaked words marked whole": 0.85},
    "longer": {"personal_data found": 0.95, "insult found": 0.80, "promise found": 0.80},
    "last": {
        "personal_data found": 0.90,
        "insult found": 0.85,
        "promise found": 0.85,
        "leaked words found": 0.85,
    },
}
FRESH_FLOORS = {
    "fresh": {"personal_data found": 0.95, "insult found": 0.95, "promise found": 0.95},
    "misleading": {"personal_data found": 0.95, "insult found": 0.95, "promise found": 0.90},
    "later": {"personal_data found": 0.90, "insult found": 0.84, "promise found": 0.85},
}
FALSE_ALARMS = 0.05


def lines(part: str, name: str = "own_replies.jsonl") -> list[Line]:
    text = (Path(__file__).parent / name).read_text("utf-8")
    return [line for line in map(json.loads, text.splitlines()) if line["part"] == part]


@pytest.mark.parametrize("part", FLOORS)
def test_the_figures_hold(safety: Safety, part: str) -> None:
    figures = measure(lines(part), safety)

    assert {name: figures[name] for name, floor in FLOORS[part].items() if figures[name] < floor} == {}
    assert not figures["false alarms on good replies"] > FALSE_ALARMS


@pytest.mark.parametrize("part", FRESH_FLOORS)
def test_the_figures_hold_on_fresh_replies(safety: Safety, part: str) -> None:
    figures = measure(lines(part, "own_fresh.jsonl"), safety)

    assert {name: figures[name] for name, floor in FRESH_FLOORS[part].items() if figures[name] < floor} == {}
    assert not figures["false alarms on good replies"] > FALSE_ALARMS


def test_strangers_replies(safety: Safety) -> None:
    figures = measure(lines("held", "strangers_replies.jsonl"), safety)

    assert figures["personal_data found"] >= 0.90
    assert figures["insult found"] >= 0.80
    assert figures["promise found"] >= 0.90
    assert figures["leaked words found"] >= 0.85
    assert figures["false alarms on good replies"] <= 0.10
