"""The tables' small language: what a phrase is found in, and that skipping by its needed words loses nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.desk.safety.patterns import Classes, Phrase, expression
from plugin.desk.safety.reading import Reader, Sentence

CLASSES = Classes(
    {"kami": ["kami", "dinas =ini", "*nipun"], "kelak": ["besok", "minggu_depan", "# hari"]}, {"bsk": "besok"}
)
PATTERNS = [
    "janji", "janji ~2 @kelak", "=aja", "komplain*", "salah sendiri", "@kami? janji", "^ janji", "besok $",
    "janji|sumpah @kelak", "# hari", "rp*", "janji !", "?", "*nipun janji", "bsk|lusa ~ kami", "@kami",
]  # fmt: skip
WORDS = [
    "janji", "janjinya", "besok", "minggu", "depan", "dinas", "ini", "kami", "3", "hari", "aja", "salah",
    "sendirian", "sendiri", "komplainan", "sumpah", "griyanipun", "rp5", "!", "?", "lusa", "jan", "",
]  # fmt: skip


@given(st.sampled_from(PATTERNS), st.lists(st.sampled_from(WORDS), min_size=1, max_size=7))
def test_a_phrase_is_found_exactly_where_its_expression_is(pattern: str, words: list[str]) -> None:
    for sentence in Reader().read(" ".join(words)).sentences:
        plainly = re.compile(rf"(?<!\S){expression(pattern, CLASSES)}(?!\S)")
        spans = [found.span() for found in Phrase(pattern, CLASSES).every(sentence)]
        assert spans == [found.span() for found in plainly.finditer(sentence.row)]
        first = Phrase(pattern, CLASSES).first(sentence)
        assert (first and first.span()) == (spans[0] if spans else None)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("janji ~2 @kelak", {"janji"}),
        ("@kami? komplain*", {"komplain"}),
        ("janji|sumpah besok|lusa|nanti", {"janji", "sumpah"}),
        ("bsk", {"besok"}),
        ("*nipun", None),
        ("*nipun janji", {"janji"}),
        ("@kami", None),
    ],
)
def test_a_phrase_needs_the_fewest_words_that_it_cannot_do_without(
    pattern: str, needed: set[str] | None
) -> None:
    assert CLASSES.phrase(pattern).needed == needed


def test_the_same_pattern_is_one_phrase() -> None:
    assert CLASSES.phrase("janji ~2 @kelak") is CLASSES.phrase("janji ~2 @kelak")


def test_a_class_that_the_table_lacks_is_told_when_the_tables_are_read() -> None:
    with pytest.raises(KeyError):
        _ = CLASSES.phrase("@tidak_ada").needed


def _sentence(text: str) -> Sentence:
    [sentence] = Reader().read(text).sentences
    return sentence


def test_an_ending_is_still_found() -> None:
    assert CLASSES.phrase("janji").first(_sentence("itu janjinya"))
    assert not CLASSES.phrase("=aja").first(_sentence("itu ajalah"))
