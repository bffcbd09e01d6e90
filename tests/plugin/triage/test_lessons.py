"""How lessons change the lists."""

from __future__ import annotations

import pytest

from plugin.desk.triage import Entry, Lessons, Score
from plugin.desk.triage.lessons import learned, trust

ENTRIES = (
    Entry("lampu jalan", 8, ("DISHUB", "pju")),
    Entry("jalan rusak", 8, ("JALAN", "jalan_jembatan")),
    Entry("jalan + lubang", 6, ("JALAN", "jalan_jembatan")),
)


def test_without_lessons_the_lists_stay_as_they_are() -> None:
    assert tuple(learned(ENTRIES, Lessons())) == ENTRIES


def test_what_was_taught_counts_beside_the_lists() -> None:
    entry = Entry("kolam lele", 9, ("DPUPR", "jalan_jembatan"))

    assert list(learned(ENTRIES, Lessons((entry,))))[-1] == entry


def test_a_phrase_is_taken_back_for_its_agency_alone() -> None:
    kept = list(learned(ENTRIES, Lessons(off=(("DPUPR", "Jalan  rusak"), ("DISHUB", "jalan + lubang")))))

    assert [e.phrase for e in kept] == ["lampu jalan", "jalan + lubang"]


@pytest.mark.parametrize(
    ("right", "wrong", "kept"),
    [(0, 2, 1.0), (0, 3, 0.3), (3, 3, 1.0), (4, 5, 0.5), (100, 3, 1.0), (0, 99, 0.3)],
)
def test_how_much_a_phrase_is_trusted(right: int, wrong: int, kept: float) -> None:
    assert trust(Score("x", "DPUPR", right, wrong)) == pytest.approx(kept)


def test_a_doubted_phrase_weighs_less() -> None:
    doubted = Lessons(scores=(Score("jalan rusak", "DPUPR", 0, 9),))

    assert next(e for e in learned(ENTRIES, doubted) if e.phrase == "jalan rusak").weight == pytest.approx(
        2.4
    )
