"""Where a long answer may be cut: no word, link, number or emoji is torn, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.x.measure import LONGEST, weigh
from plugin.desk.replying.chains import MOST_PARTS, split

TOGETHER = (
    "0812 3456 7890", "(0287) 381 234", "Rp 500.000", "Rp. 5 juta", "Jl. Pahlawan No. 12", "12 September",
    "https://kebumenkab.go.id/layanan/aduan?nomor=17&tahun=2026", "👨‍👩‍👧‍👦👍🏽", "lapor.go.id",
    "pukul 10.00 WIB", "40 meter", "Kec. Alian",
)  # fmt: skip
PIECES = st.sampled_from(
    [*TOGETHER, "jalan", "rusak.", "Kami", "cek;", "diperbaiki!", "\n\n", "matur", "nuwun…"]
)


def fits(text: str) -> bool:
    return weigh(text) <= LONGEST


def bare(posts: tuple[str, ...]) -> list[str]:
    return [post.rpartition(" (")[0] for post in posts]


@given(st.lists(PIECES, min_size=1, max_size=120))
def test_nothing_is_torn_and_nothing_is_lost(pieces: list[str]) -> None:
    text = " ".join(pieces).strip()
    posts = split(text, fits)

    assert len(posts) <= MOST_PARTS
    assert all(fits(post) for post in posts)
    if posts:
        said = bare(posts)
        assert " ".join(said).split() == text.split()
        for whole in TOGETHER:
            assert sum(words.count(whole) for words in said) == text.count(whole)


def test_sentences_are_kept_whole_where_they_can_be() -> None:
    text = "Terima kasih. " + "Kami periksa jalan di sana bersama warga. " * 8
    posts = bare(split(text, fits))

    assert len(posts) == 2
    assert all(post.endswith(".") for post in posts)


def test_each_says_which_one_it_is() -> None:
    posts = split("Kami periksa jalan itu. " * 30, fits)

    assert [post[-6:] for post in posts] == [f" ({n}/{len(posts)})" for n in range(1, len(posts) + 1)]


@pytest.mark.parametrize("text", ["", "   ", "pendek", "a" * 300, "kata " * 400])
def test_what_is_short_or_cannot_be_cut_is_not(text: str) -> None:
    assert split(text, fits) == ()
