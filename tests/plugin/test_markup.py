"""Our tiny HTML is read strictly, and whatever is escaped stays text."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.chat.markup import Bullets, Buttons, MarkupError, Quote, Span, Text, parse, plain


def test_reads_every_part() -> None:
    blocks = parse(
        "<b>Judul</b> biasa\n<blockquote>kata <i>warga</i></blockquote>\n"
        "<ul><li>satu</li>\n<li><a href='https://a.id'>dua</a></li></ul>\n"
        "<actions><button name='kirim' style='primary'>Kirim</button></actions>"
    )

    assert blocks == (
        Text((Span("Judul", bold=True), Span(" biasa"))),
        Quote((Span("kata "), Span("warga", italic=True))),
        Bullets(((Span("satu"),), (Span("dua", href="https://a.id"),))),
        Buttons(("kirim",), ("Kirim",), ("primary",)),
    )


def test_buttons_are_heard_with_what_they_are_about() -> None:
    [block] = parse("<actions of='laporan 17 &amp; 18'><button name='a'>Tanggapi</button></actions>")

    assert isinstance(block, Buttons)
    assert block.heard(block.labels[0]) == "Tanggapi, laporan 17 & 18"
    assert Buttons(("a",), ("Tanggapi",)).heard("Tanggapi") == "Tanggapi"


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "<blockquote of='x'>x</blockquote>",
        "<b>",
        "</b>",
        "<b><i></b></i>",
        "<!-- x -->",
        "<!doctype x>",
        "<?php ?>",
        "<img src=x>",
    ],
)
def test_anything_else_is_a_mistake(text: str) -> None:
    with pytest.raises(MarkupError):
        parse(text)


@given(st.text())
def test_escaped_text_comes_through_unchanged(text: str) -> None:
    seen = plain(parse(f"<b>a</b>{escape(text)}<i>z</i>"))

    assert seen == f"a{text}z"


@given(st.text())
def test_escaped_text_never_becomes_a_button_or_link(text: str) -> None:
    blocks = parse(f"<blockquote>x{escape(text)}x</blockquote>")

    assert all(isinstance(b, Quote) and not any(s.href for s in b.spans) for b in blocks)
