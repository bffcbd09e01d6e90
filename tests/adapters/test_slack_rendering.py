"""A message as Slack shows it: every word, nothing else, within its limits."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.render import LONGEST, pages
from plugin.chat.markup import MarkupError
from plugin.chat.values import (
    Action,
    Outgoing,
    Style,
)
from plugin.errors import Refused
from tests.adapters.test_slack import Office, open_office
from tests.contract.chat import HOSTILE
from tests.far_side.slack_reader import see
from tests.far_side.slack_rules import check_message, size

KIRIM = '<actions><button name="kirim">Kirim</button></actions>'


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


def without_breaks(text: str) -> str:
    return re.sub(r"[\s•\x01]", "", text)


SIGNS = [*'ab& <>*_`:\n"\\', "👩‍👩‍👦", "🇮🇩", "é", "<!channel>", "x" * 700, "\x01"]
INNER = st.lists(st.sampled_from(SIGNS), max_size=30).map("".join)
STYLED = st.builds(
    lambda tag, text: f"<{tag}>{escape(text)}</{tag}>", st.sampled_from(["b", "i", "code"]), INNER
)
LINE = st.lists(st.one_of(INNER.map(escape), STYLED), max_size=6).map("".join)
BLOCK = st.one_of(
    LINE,
    LINE.map(lambda line: f"<blockquote>{line}</blockquote>"),
    st.lists(LINE, min_size=1, max_size=4).map(
        lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCK, max_size=8).map("".join), st.integers(0, 60))
def test_every_message_is_one_that_slack_takes_and_nothing_is_missing(text: str, buttons: int) -> None:
    actions = tuple(Action(f"a{n}", f"Tombol {n}", f"t:{n}") for n in range(buttons))
    sheets = pages(Outgoing(text, actions))
    seen = [see({"text": s.text, "blocks": s.blocks, "mrkdwn": False}) for s in sheets]

    for sheet, shown in zip(sheets, seen, strict=True):
        check_message({"text": sheet.text, "blocks": list(sheet.blocks)}, longest_text=4000)
        assert size(shown.text) <= LONGEST + 200  # bullets and line ends that the reader adds
        assert shown.alarms == []
    words = re.sub("<[^<>]*>", "", text)
    together = "".join(without_breaks(shown.text) for shown in seen)
    assert together == without_breaks(_unescaped(words))
    assert [b["text"]["text"] for s in seen for b in s.buttons] == [a.label for a in actions]


def _unescaped(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def test_a_sign_of_several_parts_is_never_cut() -> None:
    family = "👩‍👩‍👦"
    sheets = pages(Outgoing("x" + family * 1000))

    assert len(sheets) > 1
    for sheet in sheets:
        text = see({"text": "x", "blocks": sheet.blocks}).text.removeprefix("x")
        assert text == family * (len(text) // len(family))


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"<b>{n % 10}</b>-" for n in range(1000)),
        "".join(f"<ul><li>{n}</li></ul><blockquote>{n}</blockquote>" for n in range(300)),
        "&quot;" * 5000,
        "\n" * 100 + "a\n" * 4000,
    ],
    ids=["dense", "many", "quotes", "lines"],
)
def test_no_message_is_heavier_than_slack_takes(text: str) -> None:
    for sheet in pages(Outgoing(text)):
        check_message({"text": sheet.text, "blocks": list(sheet.blocks)})


def test_a_list_that_slack_would_take_is_one_message() -> None:
    names = [f"{what}{n}" for n in range(6) for what in ("jawab", "usul", "serah", "buka")]
    entry = (
        "<b>{0}</b> · <b>penting</b> · 2 pelapor · 3 jam · <i>Dinas</i>\n<b>Terlambat</b>: jawaban\n<blockquote>"
        + 110 * "x"
        + "</blockquote>"
    )
    entry += "Usul: <b>DPUPR</b> (jalan).<actions>{1}</actions>"
    text = "".join(
        entry.format(n, "".join(f'<button name="{x}">Tekan {x}</button>' for x in names[4 * n : 4 * n + 4]))
        for n in range(6)
    )
    sheets = pages(Outgoing(text, tuple(Action(x, x, f"c:laporan {x}") for x in names)))

    assert len(sheets) == 1
    check_message({"text": sheets[0].text, "blocks": list(sheets[0].blocks)})


def test_no_message_has_more_blocks_than_slack_takes() -> None:
    text = "".join(f'x{n}<actions><button name="a{n}">Buka</button></actions>' for n in range(120))
    sheets = pages(Outgoing(text, tuple(Action(f"a{n}", "Buka", f"t:{n}") for n in range(120))))

    for sheet in sheets:
        check_message({"text": sheet.text, "blocks": list(sheet.blocks)})
    assert max(len(sheet.blocks) for sheet in sheets) == 50


async def test_colons_in_a_label_are_colons(office: Office) -> None:
    label = ":fire: Kirim"
    await office.adapter.send(office.room, Outgoing("x", (Action("a", label, "t:1"),)), key="k")

    assert office.far.alarms() == []


async def test_an_answer_in_the_acknowledgement_is_text_too(office: Office) -> None:
    for text in HOSTILE:
        office.answer = Outgoing(escape(text))
        await office.far.slash("/laporan", "17")

    assert office.far.shown() == HOSTILE
    assert [m.shown().notification for m in office.far.messages()] == HOSTILE
    assert office.far.alarms() == []


def test_a_sign_longer_than_a_message_does_not_stop_us() -> None:
    zalgo = "a" + "\u0301" * 10_000
    sheets = pages(Outgoing(zalgo))

    assert "".join(see({"text": "x", "blocks": s.blocks}).text for s in sheets) == zalgo


@pytest.mark.parametrize("text", HOSTILE)
async def test_the_notification_says_the_same(office: Office, text: str) -> None:
    await office.adapter.send(office.room, Outgoing(escape(text)), key="k")

    assert office.far.messages()[-1].shown().notification == text


async def test_lists_quotes_links_and_styles_are_slacks_own(office: Office) -> None:
    said = (
        'Lihat <a href="https://x.com/a/status/1?b=1&amp;c=2">kiriman</a> <b>ini</b> <i>ya</i> <code>A-1</code>'
        "<blockquote>jalan\nrusak</blockquote><ul><li>satu</li><li><b>dua</b></li></ul>"
    )
    await office.adapter.send(office.room, Outgoing(said), key="k")

    [message] = office.far.messages()
    assert message.shown().text == "Lihat kiriman ini ya A-1\njalan\nrusak\n• satu\n• dua"
    assert message.shown().links == [("https://x.com/a/status/1?b=1&c=2", "kiriman")]
    [block] = message.raw["blocks"]
    assert [e["type"] for e in block["elements"]] == [
        "rich_text_section", "rich_text_quote", "rich_text_list",
    ]  # fmt: skip
    assert block["elements"][0]["elements"][3]["style"] == {"bold": True}
    assert office.far.alarms() == []


async def test_a_link_that_slack_would_refuse_is_text(office: Office) -> None:
    await office.adapter.send(office.room, Outgoing('<a href="javascript:x">kiriman</a>'), key="k")

    assert office.far.messages()[-1].shown().links == []
    assert office.far.shown() == ["kiriman"]


async def test_buttons_stand_where_the_text_puts_them(office: Office) -> None:
    text = (
        '<actions><button name="b">Berikut</button></actions>Isi'
        '<actions><button name="b">Berikut</button><button name="x">Buka di X</button></actions>'
    )
    actions = (
        Action("b", "", "t:b", style=Style.PRIMARY),
        Action("x", "", url="https://x.com/a"),
        Action("h", "Hapus " * 30, "t:h", style=Style.DANGER),
    )
    await office.adapter.send(office.room, Outgoing(text, actions), key="k")

    blocks = office.far.messages()[-1].raw["blocks"]
    assert [b["type"] for b in blocks] == ["actions", "rich_text", "actions", "actions"]
    assert blocks[2]["elements"][1]["url"] == "https://x.com/a"
    assert "value" not in blocks[2]["elements"][1]
    assert blocks[3]["elements"][0]["text"]["text"].endswith("…")
    with pytest.raises(MarkupError):
        await office.adapter.send(office.room, Outgoing(KIRIM), key="k")


def test_buttons_are_heard_with_what_they_are_about() -> None:
    buttons = '<button name="a">Tanggapi</button><button name="b">' + 74 * "x" + "</button>"
    text = f'x<actions of="laporan 17">{buttons}</actions><actions><button name="c">Ya</button></actions>'
    [page] = pages(Outgoing(text, tuple(Action(n, n, f"t:{n}") for n in "abc")))
    heard = [b.get("accessibility_label") for block in page.blocks[1:] for b in block["elements"]]

    assert heard[0] == "Tanggapi, laporan 17"
    assert len(heard[1]) == 75
    assert heard[2] is None
    check_message({"text": page.text, "blocks": list(page.blocks)})


async def test_nothing_to_say_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="no_text"):
        await office.adapter.send(office.room, Outgoing(""), key="k")
