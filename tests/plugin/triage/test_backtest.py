"""Lines in, lines out: every good one is answered, every broken one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any  # lines of JSON

import pytest

from plugin.desk.triage import Grouping, Problem, Triage, backtest
from plugin.wording import Wording

TEMPLATES = Path(__file__).parents[3] / "templates"


def run(lines: list[str], triage: Triage, grouping: Grouping) -> tuple[list[dict[str, Any]], list[Problem]]:
    problems: list[Problem] = []
    said = [json.loads(line) for line in backtest(lines, problems.append, triage, grouping)]
    return said, problems


def told(number: str, text: str, at: str) -> str:
    return json.dumps({"id": number, "text": text, "created_at": at})


def test_a_line_has_every_field(triage: Triage, grouping: Grouping) -> None:
    said, problems = run(['{"id": 7, "text": "jalan tresnorejo rusak"}'], triage, grouping)

    why = said[0].pop("why")
    agencies = said[0].pop("agencies")

    assert said == [
        {
            "id": "7",
            "is_report": True,
            "in_authority": True,
            "category": "jalan_jembatan",
            "urgent": False,
            "kind": "complaint",
            "place": {"kecamatan": "Petanahan", "desa": "Tresnorejo", "code": "33.05.04.2018"},
            "group": "7",
        }
    ]
    assert agencies[0] == "DPUPR"
    assert "jalan … rusak" in why
    assert why[-1] == "tresnorejo"
    assert problems == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[1]", "not_an_object"),
        ('"x"', "not_an_object"),
        ('{"text": "x"}', "no_id"),
        ('{"id": true, "text": "x"}', "no_id"),
        ('{"id": {}, "text": "x"}', "no_id"),
        ('{"id": 1}', "no_text"),
        ('{"id": 1, "text": null}', "no_text"),
        ('{"id": "a", "text": "dua kali"}', "same_id"),
        ("x" * 1_000_001, "too_long"),
    ],
)
def test_a_broken_line_is_told_and_the_good_ones_are_read(
    triage: Triage, grouping: Grouping, line: str, code: str
) -> None:
    good = '{"id": "a", "text": "jalan rusak"}'
    said, problems = run([good, line, "", '\ufeff{"id": "b", "text": "pju mati"}'], triage, grouping)

    assert [s["id"] for s in said] == ["a", "b"]
    assert problems == [Problem(2, code)]
    assert "Baris 2" in Wording(TEMPLATES).text("triage/problem.txt", line=2, code=code)


@pytest.mark.parametrize(
    "at", ["", "kemarin", "2026-13-45", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00"]
)
def test_a_time_that_cannot_be_read_is_none(triage: Triage, grouping: Grouping, at: str) -> None:
    said, problems = run([told("1", "pju mati", at)], triage, grouping)

    assert len(said) == 1
    assert problems == []


def test_the_order_of_the_lines_does_not_matter(triage: Triage, grouping: Grouping) -> None:
    lines = [
        told("1", "banjir di desa arjowinangun puring", "2026-05-04T06:00+07:00"),
        told("2", "sampah pasar petanahan numpuk", "2026-05-04T07:00+07:00"),
        told("3", "arjowinangun puring kebanjiran, banyu mlebu umah", "2026-05-04T08:00"),
        told("4", "banjir di desa arjowinangun puring", "2026-07-04T06:00+07:00"),
    ]
    forth, _ = run(lines, triage, grouping)
    back, _ = run(lines[::-1], triage, grouping)

    assert [s["group"] for s in forth] == ["1", "2", "1", "4"]
    assert forth == back[::-1]
