"""The table of limits: what it holds as shipped, and which row is the one that counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plugin.errors import OperatorError
from plugin.limits import Clock
from plugin.rhythm.rules import Rule, Rules, read_rules
from plugin.rhythm.validity import Validity

TODAY = date(2026, 11, 22)
OFFICE = ("DPUPR", "33.05")
HEADER = "clock,name,kind,agency,amount,unit,pauses,valid_from,valid_to,source\n"


@pytest.mark.parametrize(
    ("clock", "kind", "amount", "unit"),
    [
        ("first_answer", "", 24, "hours"),
        ("forward", "", 3, "working_days"),
        ("follow_up", "complaint", 5, "working_days"),
        ("completion", "information", 5, "working_days"),
        ("completion", "complaint", 14, "working_days"),
        ("completion", "", 14, "working_days"),
        ("completion", "supervision", 60, "working_days"),
        ("silence", "", 10, "working_days"),
    ],
)
def test_the_shipped_table_holds_the_limits_of_the_law(
    clock: Clock, kind: str, amount: int, unit: str
) -> None:
    rule = read_rules().find(clock, TODAY, OFFICE, kind)

    assert rule is not None
    assert (rule.amount, rule.unit) == (amount, unit)
    assert rule.name
    assert rule.source


def test_only_the_clock_of_silence_runs_while_we_wait_for_the_citizen() -> None:
    silence = read_rules().find("silence", TODAY)
    forward = read_rules().find("forward", TODAY)

    assert silence is not None
    assert forward is not None
    assert (silence.pauses, forward.pauses) == (False, True)


def rule(amount: int, agency: str = "", kind: str = "", valid: Validity = Validity()) -> Rule:  # noqa: B008  # a frozen value
    return Rule("completion", "Penyelesaian", amount, "working_days", True, kind, agency, valid)


def test_the_nearest_agency_counts_and_then_the_kind() -> None:
    rows = [rule(14), rule(5, kind="information"), rule(10, "33.05"), rule(7, "dpupr"), rule(3, "RSUD")]
    rules = Rules(rows)

    def days(codes: tuple[str, ...], kind: str = "") -> int:
        found = rules.find("completion", TODAY, codes, kind)
        assert found is not None
        return found.amount

    assert days(OFFICE) == 7
    assert days(OFFICE, "information") == 7
    assert days(("DINKES", "33.05"), "information") == 10
    assert days((), "information") == 5
    assert days(()) == 14


def test_a_new_regulation_counts_from_its_first_day() -> None:
    old = rule(14, valid=Validity(None, date(2026, 12, 31)))
    new = rule(10, valid=Validity(date(2027, 1, 1), None))
    rules = Rules([old, new])

    assert rules.find("completion", date(2026, 12, 31)) is old
    assert rules.find("completion", date(2027, 1, 1)) is new


def test_a_limit_that_nobody_set_is_none() -> None:
    assert Rules([rule(14, "RSUD")]).find("completion", TODAY, OFFICE) is None
    assert Rules([rule(14)]).find("forward", TODAY) is None


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("forward,Terus,,,3,hari kerja,ya,,,Perbup 36/2021\n", []),
        ("forward,T,,,3,hari kerja,ya,,2026-12-31,S\nforward,T,,,2,jam,ya,2027-01-01,,S\n", []),
        ("forward,T,,,3,hari kerja,ya,,2027-01-01,S\nforward,T,,,2,jam,ya,2027-01-01,,S\n", ["clock"]),
        ("forward,T,,A,3,hari kerja,ya,,,S\nforward,T,,a,2,jam,ya,,,S\n", ["clock"]),
        ("answer,T,,,3,hari kerja,ya,,,S\n", ["clock"]),
        ("forward,,,,3,hari kerja,ya,,,\n", ["name", "source"]),
        ("forward,T,,,0,hari kerja,ya,,,S\n", ["amount"]),
        ("forward,T,,,-3,hari kerja,ya,,,S\n", ["amount"]),
        ("forward,T,,,1.5,hari kerja,ya,,,S\n", ["amount"]),
        ("forward,T,,,2000,minggu,kadang,,,S\n", ["amount", "unit", "pauses"]),
        ("completion,T,aspirasi,,3,jam,ya,,,S\n", ["kind"]),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path: Path, rows: str, columns: list[str]) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    try:
        read_rules(path)
        found: list[str] = []
    except OperatorError as broken:
        told = broken.values["problems"]
        assert isinstance(told, list)
        found = [problem.column for problem in told]

    assert found == columns
