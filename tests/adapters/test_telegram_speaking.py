"""What a person sees of what we say in Telegram, and that nothing of it gets lost."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from html import escape

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.telegram.keyboard import LONGEST_PLACEHOLDER
from adapters.telegram.render import LONGEST, words
from plugin.chat.markup import parse, plain
from plugin.chat.values import Action, MessageRef, Outgoing, Person, Room, Style
from plugin.errors import Refused, TryLater
from tests.contract.chat import HOSTILE, with_button
from tests.far_side.telegram import Trouble
from tests.far_side.telegram_text import Entity, read_text, units
from tests.far_side.telegram_wire import TelegramWire, listening, wired


@pytest.fixture
async def wire() -> AsyncIterator[TelegramWire]:
    async with wired("polling") as made:
        yield made


async def say(wire: TelegramWire, message: Outgoing, key: str = "k") -> MessageRef:
    return await wire.adapter.send(wire.room, message, key=key)


# -- words ----------------------------------------------------------------------------------------------


async def test_styles_are_shown(wire: TelegramWire) -> None:
    said = (
        "<b>Laporan <i>17</i></b>\n<blockquote>jalan <b>rusak</b></blockquote>"
        '<ul><li>satu</li><li><a href="https://kebumenkab.go.id/?a=1&amp;b=2">dua</a></li></ul>'
        "<code>x &lt; y</code>"
    )
    await say(wire, Outgoing(said))
    [message] = wire.far.ours()

    assert message.text == "Laporan 17\njalan rusak\n• satu\n• dua\nx < y"
    assert message.entities == [
        Entity("bold", 0, 8),
        Entity("italic", 8, 2),
        Entity("bold", 8, 2),
        Entity("blockquote", 11, 11),
        Entity("bold", 17, 5),
        Entity("text_link", 32, 3, "https://kebumenkab.go.id/?a=1&b=2"),
        Entity("code", 36, 5),
    ]
    assert wire.alarms() == []


@pytest.mark.parametrize("href", ["tg://user?id=5", "javascript:alert(1)", "", "mailto:a@b.id"])
async def test_only_pages_on_the_web_become_links(wire: TelegramWire, href: str) -> None:
    await say(wire, Outgoing(f'lihat <a href="{href}">ini</a>'))

    assert wire.far.ours()[-1].entities == []
    assert wire.shown() == ["lihat ini"]


async def test_when_telegram_does_not_understand_the_words_go_out_plain(
    wire: TelegramWire, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = Trouble("refuse", description="Bad Request: can't parse entities: unexpected Bu Siti")
    wire.far.troubles.append(trouble)
    ref = await say(wire, Outgoing("<b>Bu</b> &lt;Siti&gt;"))
    sent = [(m.text, m.entities) for m in wire.far.ours()]
    wire.far.troubles.append(trouble)
    await wire.adapter.amend(ref, Outgoing("<b>Pak</b> Budi"))

    assert sent == [("Bu <Siti>", [])]
    assert [(m.text, m.entities) for m in wire.far.ours()] == [("Pak Budi", [])]
    assert "went out plain" in caplog.text
    assert "Siti" not in caplog.text


async def test_a_message_without_words_is_our_mistake(wire: TelegramWire) -> None:
    for empty in ("", " \n\u2003", '<actions><button name="a">A</button></actions>'):
        with pytest.raises(ValueError, match="words"):
            await say(wire, Outgoing(empty, (Action("a", "A", "t"),)))


# -- long texts -----------------------------------------------------------------------------------------

STYLED = st.tuples(
    st.sampled_from(["{}", "<b>{}</b>", "<i>{}</i>", "<code>{}</code>", "<blockquote>{}</blockquote>"]),
    st.one_of(
        st.text(st.sampled_from("a <&>é\n👍🏽\u200d👩🇮🇩\u0301שׁ"), max_size=300),
        st.sampled_from(["kata panjang " * 400, "x" * 5000, "👩‍👩‍👦" * 700, "baris\n" * 900, *HOSTILE]),
    ),
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=60, deadline=None)
@given(st.lists(STYLED, min_size=1, max_size=4))
def test_a_text_of_any_length_arrives_whole(pieces: list[tuple[str, str]]) -> None:
    text = "".join(frame.format(escape(content)) for frame, content in pieces)
    blocks = parse(text)
    pages = words(blocks)
    shown = [read_text(page.html, "HTML") for page in pages]

    assert [lost for _, _, lost in shown] == [0] * len(pages)
    assert all(0 < units(said) <= LONGEST for said, _, _ in shown)
    assert [said for said, _, _ in shown] == [page.plain.strip() for page in pages]
    assert squeezed("".join(said for said, _, _ in shown)) == squeezed(plain(blocks))


def test_what_one_sees_as_a_letter_is_never_cut() -> None:
    family = "👩‍👩‍👦"
    pages = words(parse(f"<b>{family * 1500}</b>"))

    assert len(pages) > 1
    assert "".join(page.plain for page in pages) == family * 1500
    for page in pages:
        assert set(regex.findall(r"\X", page.plain)) == {family}


def test_a_letter_longer_than_a_message_is_cut_all_the_same() -> None:
    zalgo = "a" + "\u0301" * 9000
    pages = words(parse(zalgo))

    assert "".join(page.plain for page in pages) == zalgo


def test_pages_break_between_lines_where_they_can() -> None:
    lines = [f"baris {n} " + "x" * 90 for n in range(100)]
    pages = words(parse(escape("\n".join(lines))))

    assert [line for page in pages for line in page.plain.strip().split("\n")] == lines


async def test_more_styled_places_than_telegram_reads_become_several_messages(wire: TelegramWire) -> None:
    said = " ".join(f'<a href="https://kebumenkab.go.id/{n}">no {n}</a>' for n in range(250))
    await say(wire, Outgoing(said))
    messages = wire.far.ours()

    assert wire.alarms() == []
    assert sum(len(m.entities) for m in messages) == 250
    assert " ".join(m.text for m in messages) == " ".join(f"no {n}" for n in range(250))


async def test_the_buttons_of_a_long_text_are_on_its_last_message(wire: TelegramWire) -> None:
    message = with_button("Kirim")
    long = dataclasses.replace(message, text="kata " * 2000 + message.text)
    ref = await say(wire, long)
    messages = wire.far.ours()

    assert [m.labels for m in messages] == [[]] * (len(messages) - 1) + [["Kirim"]]
    assert ref.key == str(messages[-1].id)


async def test_only_the_first_message_of_a_long_text_answers(wire: TelegramWire) -> None:
    asked = wire.far.say("/bantuan")
    answers = MessageRef(wire.room, str(asked.id))
    await say(wire, Outgoing("kata " * 2000, answers=answers))

    assert [m.reply_to for m in wire.far.ours()] == [asked.id, None, None]


async def test_a_pause_in_the_middle_repeats_nothing(wire: TelegramWire) -> None:
    message = Outgoing("kata " * 2000)
    wire.far.troubles.append(Trouble("throttle", "sendMessage", seconds=3, after=1))
    with pytest.raises(TryLater):
        await say(wire, message)
    sent_before = len(wire.far.ours())
    ref = await say(wire, message)

    assert sent_before == 1
    assert " ".join(m.text for m in wire.far.ours()).split() == ["kata"] * 2000
    assert ref.key == str(wire.far.ours()[-1].id)


async def test_a_message_that_is_answered_no_longer_exists(wire: TelegramWire) -> None:
    await say(wire, Outgoing("ini", answers=MessageRef(wire.room, "999")))

    assert wire.shown() == ["ini"]


# -- buttons and questions ------------------------------------------------------------------------------


async def test_each_place_with_buttons_is_a_row(wire: TelegramWire) -> None:
    text = (
        "Laporan 17<actions><button name='a'>Tanggapi</button><button name='b'>Rincian</button></actions>"
        "<actions><button name='c'>Buka di X</button></actions>"
    )
    actions = (
        Action("a", "Tanggapi", "t:1", style=Style.PRIMARY),
        Action("b", "Rincian", "t:2"),
        Action("c", "Buka di X", url="https://x.com/a/status/1", style=Style.DANGER),
    )
    await say(wire, Outgoing(text, actions))

    assert wire.far.ours()[-1].keyboard == [
        [
            {"text": "Tanggapi", "callback_data": "t:1", "style": "primary"},
            {"text": "Rincian", "callback_data": "t:2"},
        ],
        [{"text": "Buka di X", "url": "https://x.com/a/status/1", "style": "danger"}],
    ]


async def test_a_long_row_is_broken_up(wire: TelegramWire) -> None:
    names = [f"n{n}" for n in range(20)]
    buttons = "".join(f"<button name='{n}'>{n}</button>" for n in names)
    await say(wire, Outgoing(f"x<actions>{buttons}</actions>", tuple(Action(n, n, n) for n in names)))

    assert [len(row) for row in wire.far.ours()[-1].keyboard] == [8, 8, 4]
    assert wire.buttons() == names


async def test_no_label_is_cut_off_on_a_telephone(wire: TelegramWire) -> None:
    labels = ["Tanggapi", "Ambil", "Disposisi ke Kecamatan Karangsambung", "Pilih instansi lain", "Diterima"]
    buttons = "".join(f"<button name='n{n}'>{label}</button>" for n, label in enumerate(labels))
    actions = tuple(Action(f"n{n}", label, f"t:{n}") for n, label in enumerate(labels))
    await say(wire, Outgoing(f"x<actions>{buttons}</actions>", actions))

    assert [[key["text"] for key in row] for row in wire.far.ours()[-1].keyboard] == [
        labels[:2], labels[2:3], labels[3:],
    ]  # fmt: skip


@pytest.mark.parametrize("token", ["", "x" * 65, "é" * 33])
async def test_a_token_that_telegram_cannot_carry_is_our_mistake(wire: TelegramWire, token: str) -> None:
    message = dataclasses.replace(with_button("Kirim"), actions=(Action("kirim", "Kirim", token),))

    with pytest.raises(ValueError, match="token"):
        await say(wire, message)


async def test_more_buttons_than_telegram_shows_are_our_mistake(wire: TelegramWire) -> None:
    names = [f"n{n}" for n in range(101)]
    buttons = "".join(f"<button name='{n}'>{n}</button>" for n in names)

    with pytest.raises(ValueError, match="buttons"):
        await say(wire, Outgoing(f"x<actions>{buttons}</actions>", tuple(Action(n, n, n) for n in names)))


@pytest.mark.parametrize(
    ("asks", "placeholder"),
    [
        ("Tulis tanggapan", "Tulis tanggapan"),
        ("dua\nbaris", "dua baris"),
        ("👩‍👩‍👦" * 20, "👩‍👩‍👦" * 8),
        ("x" * 200, "x" * LONGEST_PLACEHOLDER),
    ],
)
async def test_a_question_opens_the_reply_of_whom_it_answers(
    wire: TelegramWire, asks: str, placeholder: str
) -> None:
    asked = wire.far.say("/tanggapi 17")
    await say(wire, Outgoing("Isi?", asks=asks, answers=MessageRef(wire.room, str(asked.id))))

    assert wire.far.ours()[-1].asks == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": placeholder,
    }
    assert wire.alarms() == []


async def test_what_others_would_whisper_is_said(wire: TelegramWire) -> None:
    await say(wire, Outgoing("baik", whisper_to=Person("telegram", "5")))

    assert wire.shown() == ["baik"]
    assert not wire.adapter.can.whispers
    assert not wire.adapter.can.forms


async def test_a_private_chat_is_reached_once_its_person_has_begun_it(wire: TelegramWire) -> None:
    ada = Person("telegram", str(wire.far.world.person("ada")["id"]), "Ada")
    async with listening(wire.adapter, _nothing):
        await wire.far.until(lambda: "getUpdates" in wire.far.calls)
        apart = wire.adapter.apart(ada)
    assert apart is not None
    with pytest.raises(Refused):
        await wire.adapter.send(apart.room, Outgoing("hanya Anda"), key="k")
    wire.far.world.private("ada")
    await wire.adapter.send(apart.room, Outgoing("hanya Anda"), key="k")

    assert apart.room == Room("telegram", ada.key)
    assert apart.room.private
    assert apart.link == f"https://t.me/{wire.far.world.me['username']}?start=mulai"
    assert wire.shown() == []


async def _nothing(_: object) -> None:
    return None
