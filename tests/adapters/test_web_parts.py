"""A long message is cut between lines and never inside a sign."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.parts import split
from plugin.chat.markup import Block, Bullets, Buttons, Quote, Span, Text, plain

WORDS = st.text(st.sampled_from("ab \n👩‍👩‍👦🇮🇩é"), min_size=1, max_size=60)
SPANS = st.lists(st.builds(Span, WORDS, st.booleans()), min_size=1, max_size=4).map(tuple)
LINES = st.lists(st.builds(Span, WORDS.map(lambda w: w.replace("\n", " "))), min_size=1, max_size=3).map(
    tuple
)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Text, SPANS),
        st.builds(Quote, SPANS),
        st.builds(Bullets, st.lists(LINES, min_size=1, max_size=5).map(tuple)),
        st.just(Buttons(("a",), ("A",))),
    ),
    max_size=6,
)


def signs(blocks: list[Block]) -> list[str]:
    return regex.findall(r"\X", "".join(plain((b,)) for b in blocks).replace("\n", "").replace("• ", ""))


@given(BLOCKS, st.integers(30, 80))
def test_no_sign_is_lost_or_broken_and_every_part_is_short(blocks: list[Block], longest: int) -> None:
    parts = split(blocks, longest)

    assert signs([b for part in parts for b in part]) == signs(blocks)
    assert all(len(plain(part).replace("• ", "")) <= longest + len(part) for part in parts)


@given(BLOCKS, st.integers(30, 80))
def test_only_the_last_part_carries_buttons(blocks: list[Block], longest: int) -> None:
    *first, last = split(blocks, longest)

    assert not any(isinstance(b, Buttons) for part in first for b in part)
    assert [b for b in last if isinstance(b, Buttons)] == [b for b in blocks if isinstance(b, Buttons)]


def test_words_stay_whole() -> None:
    said = " ".join(f"lubang{n}" for n in range(300))
    parts = split([Quote((Span(said),))], 400)
    words = [word for part in parts for word in plain(part).split()]

    assert words == said.split()
    assert len(parts) < 9


def test_a_short_message_stays_as_it_is() -> None:
    blocks: list[Block] = [Text((Span("a"),)), Buttons(("a",), ("A",)), Text((Span("b"),))]

    assert split(blocks, 100) == [tuple(blocks)]
