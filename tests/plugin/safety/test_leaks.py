"""Leaks by class: a house by its number, an official's illness, a trade behind a name, a pupil, a victim's kin.

`own_leaks.jsonl` holds some twenty of each, half of them measured once (0.89 found) before they were learned from,
and `alike`: good replies that look like them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.safety import Line, measure
from plugin.desk.safety import Safety

LINES: list[Line] = [
    json.loads(line) for line in (Path(__file__).parent / "own_leaks.jsonl").read_text("utf-8").splitlines()
]
CLASSES = ("house", "official", "greeted", "trade", "pupil", "kin")


@pytest.mark.parametrize("name", CLASSES)
def test_leaks_of_every_class_are_found_and_marked(safety: Safety, name: str) -> None:
    figures = measure([line for line in LINES if line["part"] == name], safety)

    assert figures["personal_data found"] >= 0.95
    assert figures["leaked words marked whole"] >= 0.95


def test_good_replies_that_look_alike_leak_nothing(safety: Safety) -> None:
    alike = [line["text"] for line in LINES if line["part"] == "alike"]
    taken = [text for text in alike if any(f.kind == "personal_data" for f in safety.check(text))]

    assert len(taken) <= 0.02 * len(alike), taken


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "Terima kasih. Tim kami besok pasti menambal jalan itu, hubungi 081234567890",
            {"promise", "personal_data"},
        ),
        ("Anda tolol sekali, telepon saja Pak Slamet di 081234567890.", {"insult", "personal_data"}),
        ("Terima kasih, silakan telepon Pak Slamet di 081234567890.", {"personal_data"}),
    ],
)
def test_a_person_in_a_sentence_hides_nothing_else_in_it(safety: Safety, text: str, kinds: set[str]) -> None:
    assert {f.kind for f in safety.check(text)} == kinds
