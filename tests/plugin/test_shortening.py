"""A card that is too long for one message says less, and says so."""

from __future__ import annotations

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from plugin.chat.markup import Block, Buttons, plain
from plugin.chat.shortening import as_one
from plugin.chat.values import Action, Outgoing

LONGEST = 600
REST = Outgoing(
    'Ada lagi.<actions><button name="all">Rincian</button></actions>', (Action("all", "", "whole"),)
)
BUTTON = '<actions><button name="kirim">Kirim</button></actions>'
FAMILY = "👩‍👩‍👦"


def laid(blocks: tuple[Block, ...], actions: tuple[Action, ...]) -> list[tuple[str, list[str], int]]:
    """A platform whose messages have at most 600 characters: words, labels, how many actions it was given."""
    words = plain(blocks)
    labels = [label for block in blocks if isinstance(block, Buttons) for label in block.labels]
    return [(words[n : n + LONGEST], labels, len(actions)) for n in range(0, len(words), LONGEST)]


def shown(text: str) -> tuple[str, list[str], int]:
    [page] = as_one(Outgoing(text + BUTTON, (Action("kirim", "", "t:1"),), rest=REST), laid)
    return page


def test_what_fits_is_left_alone() -> None:
    assert shown("Laporan 17") == ("Laporan 17", ["Kirim"], 1)


def test_the_oldest_details_go_first_and_no_more_than_must() -> None:
    words, buttons, actions = shown(
        "Laporan 17" + "".join(f"<details>{n:03}{'x' * 97}</details>" for n in range(9))
    )

    assert words.startswith("Laporan 17\n004x")
    assert words.endswith("x\nAda lagi.")
    assert (buttons, actions) == (["Rincian", "Kirim"], 2)


def test_details_go_before_what_an_answer_says() -> None:
    words, _, _ = shown(
        f"<blockquote>{'a' * 280}</blockquote><details><blockquote>{'b' * 400}</blockquote></details>"
    )

    assert words == "a" * 280 + "\nAda lagi."


def test_a_quotation_is_cut_before_our_own_words() -> None:
    words, _, _ = shown(f"{'a' * 300}<blockquote>{FAMILY * 400}</blockquote>")

    ours, quoted, _ = words.split("\n")
    assert ours == "a" * 300
    assert quoted == FAMILY * (len(quoted) // len(FAMILY)) + "…"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "{}",
                    "<b>{}</b>",
                    "<blockquote>{}</blockquote>",
                    "<ul><li>{}</li></ul>",
                    "<details>{}</details>",
                ]
            ),
            st.text(max_size=900),
        ),
        max_size=30,
    )
)
def test_whatever_it_says_it_is_one_message_with_its_buttons(parts: list[tuple[str, str]]) -> None:
    _, buttons, _ = shown("".join(frame.format(escape(text)) for frame, text in [("{}", "17"), *parts]))

    assert buttons[-1] == "Kirim"
    assert buttons in (["Kirim"], ["Rincian", "Kirim"])
