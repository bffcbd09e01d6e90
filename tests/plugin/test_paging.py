"""Turning the pages of a list: every line stands on exactly one page, and no page is asked for in vain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from plugin.chat.paging import Turn, split_page, turned
from plugin.wording import Say

NOBODY = Session()


@given(total=st.integers(0, 200), size=st.integers(2, 30), spare=st.integers(0, 1))
def test_every_line_stands_on_one_page(total: int, size: int, spare: int) -> None:
    lines = list(range(total))
    pages = Turn.to(1, total, size, spare=spare).pages
    shown = [Turn.to(page, total, size, spare=spare).part(lines) for page in range(1, pages + 1)]

    assert [line for part in shown for line in part] == lines
    assert all(part for part in shown[1:])
    assert all(len(part) == size for part in shown[:-1])


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (6, 1), (7, 1), (8, 2), (13, 2), (14, 3)])
def test_nobody_turns_a_page_for_a_single_line(total: int, pages: int) -> None:
    assert Turn.to(1, total, 6).pages == pages


def test_where_no_page_may_be_longer_the_last_may_be_short() -> None:
    assert Turn.to(9, 7, 6, spare=0) == Turn(page=2, pages=2, offset=6, room=6)


@given(asked=st.integers(-5, 40), total=st.integers(0, 60), size=st.integers(2, 9), spare=st.integers(0, 1))
def test_a_query_is_turned_like_a_list(asked: int, total: int, size: int, spare: int) -> None:
    def listed(_: Session, lines: list[int], *, limit: int, offset: int) -> tuple[int, list[int]]:
        calls.append(offset)
        return len(lines), lines[offset : offset + limit]

    calls: list[int] = []
    lines = list(range(total))
    turn, counted, part = turned(NOBODY, asked, size, listed, lines, spare=spare)

    assert turn == Turn.to(asked, total, size, spare=spare)
    assert (counted, part) == (total, turn.part(lines))
    assert len(calls) == 1 or asked > turn.pages


def test_its_buttons_say_the_line_again() -> None:
    assert Turn.to(2, 30, 10).presses("/laporan-baru ") == {
        "back": Say("/laporan-baru hal 1", amend=True),
        "on": Say("/laporan-baru hal 3", amend=True),
    }


@pytest.mark.parametrize(
    ("typed", "what", "page"),
    [
        ("kec alian hal 2", "kec alian", 2),
        ("halaman 3", "", 3),
        ("hal 0", "", 0),
        (" aspal ", "aspal", 1),
        ("aspal 2", "aspal 2", 1),
    ],
)
def test_the_page_stands_behind_what_is_asked(typed: str, what: str, page: int) -> None:
    assert split_page(typed) == (what, page)
