"""How Slack writes words, and how they come through as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.words import escape, head, unescape, units
from plugin.chat.values import (
    Person,
)


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("&quot; &#39; &nbsp;", "&quot; &#39; &nbsp;"),
        ("<https://x|x>", "https://x"),
        ("<https://kebumenkab.go.id/?a=1&amp;b=2>", "https://kebumenkab.go.id/?a=1&b=2"),
        ("<http://kebumenkab.go.id|kebumenkab.go.id>", "kebumenkab.go.id"),
        ("<https://evil.example|bank>", "https://evil.example"),
        ("<mailto:a@b.go.id|a@b.go.id>", "a@b.go.id"),
        ("<tel:+62274|+62274>", "+62274"),
        ("<#C1|umum> <#C2|>", "#umum #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@dpupr>", "@here @channel @dpupr"),
        ("<!date^1^{date}|Senin>", "Senin"),
        ("< > <>", "< > <>"),
        ("a\x00b", "a\ufffdb"),
        ("Terima kasih:pray: :+1::white_check_mark:", "Terima kasih🙏 👍✅"),
        (":pray::skin-tone-2: :female-doctor::skin-tone-6: :flag-id:", "🙏🏻 👩🏿‍⚕️ 🇮🇩"),
        (":saluting_face: :x: :100: :construction:", "🫡 ❌ 💯 🚧"),
        (
            "pukul 10:30:00, nilai 8:100:1, a:b:c, :logo-kebumen:",
            "pukul 10:30:00, nilai 8:100:1, a:b:c, :logo-kebumen:",
        ),
        ("<https://kebumenkab.go.id/:pray:>", "https://kebumenkab.go.id/:pray:"),
    ],
)
def test_words_come_through_as_typed(said: str, typed: str) -> None:
    assert unescape(said) == (typed, ())


def test_named_people_are_numbered_in_the_text() -> None:
    text, people = unescape("<@U1|ani> petugas <@U2> dpupr <@U1|ani>")

    assert text == "@1 petugas @2 dpupr @3"
    assert people == (Person("slack", "U1"), Person("slack", "U2"), Person("slack", "U1"))
    assert [p.name for p in people] == ["ani", "", "ani"]


@given(st.text(st.characters(exclude_characters=":")))
def test_what_is_escaped_comes_back(text: str) -> None:
    clean = unescape(escape(text))[0]

    assert clean == "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
    assert "<" not in escape(text)


@given(st.text(alphabet="a 👩‍👦🇮🇩é\u0301\n", max_size=60), st.integers(1, 80))
def test_a_beginning_fits_and_is_one(text: str, most: int) -> None:
    cut = head(text, most)

    assert text.startswith(cut)
    assert units(cut) <= most
