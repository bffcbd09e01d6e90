"""How people write, read as plain words."""

from __future__ import annotations

import pytest

from plugin.desk.triage.reading import DATA, read_entries, read_spelling
from plugin.desk.triage.spelling import Spelling, one_slip, raw_words


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return read_spelling(DATA, read_entries())


def plain(spelling: Spelling, text: str) -> str:
    return " ".join(spelling.plain(raw_words(text)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dalane bodhol", "jalan rusak"),
        ("jln rsk", "jalan rusak"),
        ("lampune peteng", "lampu gelap"),
        ("jalan2 berlubaaaang", "jalan lubang"),
        ("griya kula", "rumah saya"),
        ("kecamatan", "kecamatan"),
    ],
)
def test_one_plain_indonesian(spelling: Spelling, written: str, meant: str) -> None:
    assert meant == plain(spelling, written)


@pytest.mark.parametrize("times", ["3 kali", "3x", "3kali", "dua kali", "ping telu", "13 kali"])
def test_how_often_is_neither_a_river_nor_a_doubled_word(spelling: Spelling, times: str) -> None:
    assert plain(spelling, f"{times} lapor") == "x kali lapor"


def test_a_river_is_one(spelling: Spelling) -> None:
    assert "sungai" in plain(spelling, "sampah di kali")


def test_the_name_of_a_river_is_no_snake(spelling: Spelling) -> None:
    assert "ular" not in plain(spelling, "tanggul kali luk ulo")
    assert "ular" in plain(spelling, "ana ulo mlebu omah")


@pytest.mark.parametrize(
    ("word", "other", "expected"),
    [
        ("puskesmas", "puskemas", True),
        ("puskesmas", "puksesmas", True),
        ("diunduh", "dibunuh", False),
        ("sertifikat", "sertipikat", True),
    ],
)
def test_one_slip_of_the_thumb(word: str, other: str, expected: bool) -> None:
    assert one_slip(word, other) is expected


def test_a_download_is_no_murder(spelling: Spelling) -> None:
    assert plain(spelling, "diunduh") != plain(spelling, "dibunuh")
