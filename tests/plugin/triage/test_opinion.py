"""A second opinion is learned from decisions, measured on others, and heard only where it was better."""

from __future__ import annotations

import sys

import pytest

from plugin.desk.triage import opinion
from plugin.desk.triage.opinion import Decision, Measured, learn

LAMPS = [Decision(f"lampu padam gelap gulita dekat pos {n}", "DISHUB") for n in range(60)]
GRAVES = [Decision(f"makam kuburan keramat jembrung wingit {n}", "DISPORAPAR") for n in range(60)]


def mixed() -> list[Decision]:
    return [d for pair in zip(LAMPS, GRAVES, strict=True) for d in pair]


def rules(text: str) -> str:
    """Right about lamps, helpless about graves."""
    return "DISHUB" if "lampu" in text else "BPBD"


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "ENOUGH", 100)


@pytest.mark.usefixtures("few_are_enough")
class TestEnough:
    def test_it_is_heard_where_it_measured_better_and_nowhere_else(self) -> None:
        second = learn(mixed(), rules)

        assert second is not None
        assert second.measured["BPBD"].better
        assert not second.measured["DISHUB"].better
        assert second.on("kuburan keramat wingit", "BPBD") == "DISPORAPAR"
        assert second.on("kuburan keramat wingit", "DISHUB") == "DISHUB"
        assert second.on("kuburan keramat wingit", "PDAM") == "PDAM"

    def test_the_same_decisions_teach_the_same(self) -> None:
        one, other = learn(mixed(), rules), learn(mixed(), rules)

        assert one is not None
        assert other is not None
        assert one.measured == other.measured

    def test_without_the_extra_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sklearn.pipeline", None)

        assert learn(mixed(), rules) is None

    def test_what_was_chosen_seldom_and_what_has_no_words_is_not_learned(self) -> None:
        odd = [Decision("sekali saja", "BAG_HUKUM"), Decision("  ", "DISHUB")]
        second = learn([*odd, *mixed()], rules)

        assert second is not None
        assert second.decisions == len(mixed())


def test_too_few_decisions_teach_nothing() -> None:
    assert learn(mixed(), rules) is None


@pytest.mark.parametrize(
    ("measured", "better"),
    [
        (Measured(7, 0, 7), False),
        (Measured(8, 3, 4), True),
        (Measured(8, 4, 4), False),
        (Measured(100, 90, 89), False),
    ],
)
def test_better_is_more_often_right_on_enough_cases(measured: Measured, better: bool) -> None:
    assert measured.better is better
