"""How words are taken apart for the weights."""

from __future__ import annotations

import pytest

from plugin.desk.safety.learned import pieces


def test_a_word_shares_its_pieces_with_its_longer_forms() -> None:
    assert set(pieces("nggresula")) - set(pieces("nggresulane")) == {"c:sula>"}


@pytest.mark.parametrize("word", ["jalan", "dalan"])
def test_pieces_know_where_a_word_begins_and_ends(word: str) -> None:
    assert pieces(word) == (f"c:<{word[:4]}", f"c:{word}", f"c:{word[1:]}>")


@pytest.mark.parametrize("word", ["kami", "?", "", "381234"])
def test_short_words_and_numbers_have_none(word: str) -> None:
    assert pieces(word) == ()
