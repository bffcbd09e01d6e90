"""How often the proposals are right, on messages invented for it; the floors stand a little below the measured.

`own_routing.jsonl` has three parts: `tuning`, looked at while the lists grew; `held_back`, of which only the
figures were ever looked at; and `last`, written afterwards in words chosen to be missing from the lists, then
tuned on as well. `blind_*.jsonl` were written before the lists were last tuned, over every agency: of the half
called `held` only the figures were looked at. `strangers_*.jsonl` and `newcomers_*.jsonl` are other people's, harder,
and of them too only the figures were looked at, as of `latecomers_*.jsonl`, written when all else was done.
`passersby_*.jsonl` and `villagers_duplicates.jsonl` are learned from. In `crossed_routing.jsonl` complaints speak
like advertisements, news, thanks and jokes, and the other way round; written before its kind was learned, and not
learned from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # lines of JSON

import pytest

from bench.triage import measure

HERE = Path(__file__).parent

FLOORS = {
    "agency first": 0.90,
    "agency among three": 0.95,
    "agency first, Javanese and Ngapak": 0.85,
    "outside bodies recognised": 0.88,
    "category": 0.85,
    "urgent recall": 0.85,
}
BLIND_FLOORS = {**FLOORS, "agency first": 0.88, "urgent recall": 0.80}
CEILINGS = {"non-reports taken as reports": 0.10, "reports set aside": 0.05, "inside taken as outside": 0.05}
BLIND_CEILINGS = {**CEILINGS, "reports set aside": 0.08}


def lines(name: str, half: str | None = None) -> list[Mapping[str, Any]]:
    """The invented messages, or one part of them."""
    every = map(json.loads, (HERE / name).read_text("utf-8").splitlines())
    return [line for line in every if half in (None, line.get("half"))]


@pytest.mark.parametrize("half", ["tuning", "held_back", "last"])
def test_the_right_agency_is_proposed(half: str) -> None:
    figures = measure(lines("own_routing.jsonl", half))

    assert {k: v for k, v in figures.items() if k in FLOORS and v < FLOORS[k]} == {}
    assert {k: v for k, v in figures.items() if k in CEILINGS and v > CEILINGS[k]} == {}


@pytest.mark.parametrize("name", ["own_duplicates.jsonl", "further_duplicates.jsonl"])
def test_tellings_of_one_incident_are_gathered(name: str) -> None:
    figures = measure(lines(name))

    assert figures["pairs F1"] >= 0.85
    assert figures["hard negatives joined"] <= 0.06


@pytest.mark.parametrize("half", ["tuned", "held"])
def test_the_right_agency_is_proposed_for_messages_not_seen_before(half: str) -> None:
    figures = measure(lines("blind_routing.jsonl", half))

    assert {k: v for k, v in figures.items() if v < BLIND_FLOORS.get(k, 0)} == {}
    assert {k: v for k, v in figures.items() if v > BLIND_CEILINGS.get(k, 1)} == {}


@pytest.mark.parametrize("half", ["tuned", "held"])
def test_tellings_not_seen_before_are_gathered(half: str) -> None:
    figures = measure(lines("blind_duplicates.jsonl", half))

    assert figures["pairs F1"] >= 0.85
    assert figures["hard negatives joined"] <= 0.05


@pytest.mark.parametrize(("name", "aside"), [("strangers", 0.06), ("newcomers", 0.03)])
def test_strangers_messages(name: str, aside: float) -> None:
    figures = measure(lines(f"{name}_routing.jsonl"))

    assert figures["agency first"] >= 0.80
    assert figures["agency among three"] >= 0.95
    assert figures["agency first, Javanese and Ngapak"] >= 0.85
    assert figures["outside bodies recognised"] >= 0.75
    assert figures["urgent recall"] >= 0.85
    assert figures["non-reports taken as reports"] <= 0.10
    assert figures["reports set aside"] <= aside


def test_complaints_that_speak_like_advertisements_and_the_other_way_round() -> None:
    figures = measure(lines("crossed_routing.jsonl"))

    assert figures["agency first"] >= 0.78
    assert figures["non-reports taken as reports"] <= 0.17
    assert figures["reports set aside"] <= 0.17


def test_what_only_sounds_of_danger_is_told_from_it() -> None:
    figures = measure(lines("latecomers_routing.jsonl"))

    assert figures["urgent recall"] >= 0.93
    assert figures["urgent precision"] >= 0.84


@pytest.mark.parametrize("name", ["strangers", "newcomers", "latecomers"])
def test_strangers_tellings(name: str) -> None:
    figures = measure(lines(f"{name}_duplicates.jsonl"))

    assert figures["pairs F1"] >= 0.73
    assert figures["hard negatives joined"] <= 0.10
