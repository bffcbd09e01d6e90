"""When two rows are one person."""

from __future__ import annotations

import pytest

from plugin.registry.persons import bare_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budi Santoso", "budi  santoso"),
        ("H. Budi Santoso, S.Sos., M.Si.", "Budi Santoso (DPUPR)"),
        ("Bu Hj. Sri Rahayu", "SRI RAHAYU | Sekda"),
        ("Budi Santoso 🙏", "Pak Budi-Santoso"),
        ("Pak", "pak"),
    ],
)
def test_one_name_however_it_is_written(one: str, other: str) -> None:
    assert bare_name(one) == bare_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Budi", "Budi Santoso"), ("Sri Rahayu", "Sri Rahayuningsih"), ("Bu Sri", "Pak Bu")]
)
def test_other_names(one: str, other: str) -> None:
    assert bare_name(one) != bare_name(other)


@pytest.mark.parametrize("nothing", ["", "🙏", "(DPUPR)"])
def test_no_name(nothing: str) -> None:
    assert bare_name(nothing) == ""
