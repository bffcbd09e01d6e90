"""Javanese is told from Indonesian, on messages that nobody had in mind when the list was made."""

from __future__ import annotations

import json
from pathlib import Path

from plugin.desk.triage.tongue import in_javanese

BLIND = Path(__file__).parent / "blind_routing.jsonl"


def share_in_javanese(*languages: str) -> float:
    rows = [json.loads(line) for line in BLIND.read_text("utf-8").splitlines()]
    found = [in_javanese(row["text"]) for row in rows if row["lang"] in languages]
    return sum(found) / len(found)


def test_javanese_and_banyumasan_are_heard() -> None:
    assert share_in_javanese("jv") >= 0.95
    assert share_in_javanese("ngapak") >= 0.85


def test_indonesian_is_never_taken_for_javanese() -> None:
    assert share_in_javanese("id") == 0


def test_a_place_or_a_greeting_makes_no_language() -> None:
    for text in ("", "Nuwun.", "Jalan di Wonosari rusak parah, mohon diperbaiki. Suwun.", "🙏", "x" * 5000):
        assert not in_javanese(text)
