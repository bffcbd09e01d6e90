"""How many of the invented followers are judged rightly: kept from getting worse.

The lines were written before the rules. The rules were made by looking at the `tune` files; whoever changes them
looks only at these, and at the figures of the `held` ones.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bench.matching import Figures, figures, read_truth
from plugin.registry.matching import match_text
from plugin.registry.tree import Registry

DATA = Path(__file__).parent / "data"
NOBODY = Registry(0, (), {}, {})
IN_2015 = date(2015, 9, 1)


def judged(name: str) -> Figures:
    lines = (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    found = match_text(lines, NOBODY, IN_2015).judgements
    return figures(found, read_truth(DATA / f"{name}_truth.jsonl"))


@pytest.mark.parametrize("name", sorted(p.stem for p in DATA.glob("*.jsonl") if "truth" not in p.stem))
def test_agencies_are_found_and_nobody_else_passes(name: str) -> None:
    result = judged(name)

    assert result.precision >= 0.97
    assert result.recall >= 0.9
    assert result.personal >= 0.75
    assert result.impostors_accepted == 0


def test_the_figures_count_a_wrong_agency_as_wrong(tmp_path: Path) -> None:
    lines = [
        '{"username": "dinkeskbm", "name": "Dinkes Kebumen"}',
        '{"username": "bpbdkbm", "name": "BPBD Kebumen"}',
    ]
    truth = {
        "dinkeskbm": {"label": "skpd", "agency": "DINKES"},
        "bpbdkbm": {"label": "skpd", "agency": "DPU"},
    }

    result = figures(match_text(lines, NOBODY, IN_2015).judgements, truth)

    assert (result.precision, result.recall) == (0.5, 0.5)
