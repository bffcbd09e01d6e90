"""`app.py check-replies`: one line out for each good line in; broken ones are told, never fatal."""

from __future__ import annotations

import json
from pathlib import Path

from plugin.desk.safety import Safety, Voice, check_lines
from plugin.desk.triage.backtest import Problem
from plugin.wording import Wording

VOICE = Voice(Wording(Path(__file__).parents[3] / "templates"))


def test_each_good_line_gets_one_line(safety: Safety) -> None:
    lines = [
        '{"id": "a", "text": "Sudah kami cek."}',
        "",
        '{"id": 2, "text": "😀 NIK 3305121407830003", "agency": "X"}',
    ]
    first, second = (json.loads(line) for line in check_lines(lines, safety, VOICE.why))

    assert first == {"id": "a", "findings": []}
    (found,) = second["findings"]
    assert (second["id"], found["kind"], found["span"], found["level"]) == (
        "2",
        "personal_data",
        [6, 22],
        "block",
    )
    assert "NIK" in found["why"]


def test_broken_lines_are_told_and_the_good_ones_read(safety: Safety) -> None:
    told: list[Problem] = []
    lines = [
        "nonsense",
        "[]",
        '{"text": "a"}',
        '{"id": 1}',
        '{"id": 1, "text": "a"}',
        '{"id": 1, "text": "b"}',
    ]
    found = list(check_lines(lines, safety, VOICE.why, told.append))

    assert len(found) == 1
    assert [(p.line, p.code) for p in told] == [
        (1, "not_json"),
        (2, "not_an_object"),
        (3, "no_id"),
        (4, "no_text"),
        (6, "same_id"),
    ]
