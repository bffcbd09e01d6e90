"""What a name was given to: a market of a village, a lane, a school; and what names nothing."""

from __future__ import annotations

import pytest

from plugin.desk.triage import DATA, Triage
from plugin.desk.triage.reading import read_entries, read_spots, read_words
from plugin.desk.triage.spots import Spots, apart, shared


@pytest.fixture(scope="module")
def spots() -> Spots:
    return read_spots(DATA, read_words(DATA, read_entries()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pasar petanahan becek", "toilet ps. Petanahan bau"),
        ("SMP negeri 2 gombong bocor", "parkir smpn 2 gombong"),
        ("perum Bumi Indah gelap", "dalan nang perumahan bumi indah bolong"),
        ("prapatan mertokondo macet", "simpang mertakanda macet"),
    ],
)
def test_one_spot(triage: Triage, spots: Spots, one: str, other: str) -> None:
    first, second = (spots.find(v.spoken, v.where) for v in map(triage.judge, (one, other)))

    assert shared(first, second)
    assert not apart(first, second)


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("gang mawar becek", "gang melati becek", True),
        ("pasar rusak", "pasar becek", False),
        ("jalan gombong - sempor rusak", "jalan gombong karanganyar macet", False),
    ],
)
def test_no_spot_in_common(triage: Triage, spots: Spots, one: str, other: str, two: bool) -> None:
    first, second = (spots.find(v.spoken, v.where) for v in map(triage.judge, (one, other)))

    assert not shared(first, second)
    assert apart(first, second) is two
