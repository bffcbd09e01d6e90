"""What a telephone shows without scrolling: the citizen's words and what to do next; the rest on request."""

from __future__ import annotations

import pytest

from plugin.chat.markup import Block, Buttons, parse, plain
from plugin.chat.values import Capabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

WIDE = 38
"""Letters that a telephone of 390 points shows in a line."""
LINES = 20


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock)


def card(talk: Conversation, room: str = "setda") -> tuple[Block, ...]:
    """The newest card there."""
    _, message = talk.newest(room)
    return parse(message.text)


def lines_until(blocks: tuple[Block, ...], button: str) -> int:
    """How many lines of a telephone stand above that button; a row of buttons is as high as two."""
    lines = 0
    for block in blocks:
        if isinstance(block, Buttons):
            if button in block.labels:
                return lines
            lines += 2
        else:
            lines += sum(max(1, -(-len(line) // WIDE)) for line in plain((block,)).splitlines())
    raise AssertionError(f"no button {button}")


LONG = "@dpuprkebumen " + "jalan rusak parah di depan pasar, sudah lama sekali. " * 5
"""As long as a post on X may be."""


async def test_the_words_and_what_to_do_next_stand_first(talk: Conversation) -> None:
    number = await talk.complain(LONG, conversation="900")
    for n in range(6):
        await talk.complain(f"lanjutan ke-{n} dari warga", conversation="900")
    await talk.triage()
    await talk.say(f"/laporan {number}")
    shown = card(talk)

    assert LONG.strip() in plain(shown)
    assert "lanjutan ke-5" in plain(shown)
    assert "lanjutan ke-4" not in plain(shown)
    assert lines_until(shown, "Tanggapi") <= LINES


async def test_all_of_it_is_one_press_away(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak", conversation="900")
    for n in range(3):
        await talk.complain(f"lanjutan ke-{n} dari warga", conversation="900")
    await talk.say(f"/disposisi {number} dishub tolong dicek")
    await talk.say(f"/kembalikan {number} bukan wewenang kami", who="joko", room="hub")
    short = await talk.say(f"/laporan {number}")
    whole = await talk.press("Selengkapnya")

    assert "3 kejadian sebelumnya ada pada Selengkapnya" in short
    assert "tolong dicek" not in short
    assert "bukan wewenang kami" in short
    told = [f"lanjutan ke-{n}" for n in range(3)] + ["tolong dicek", "bukan wewenang kami"]
    assert [whole.count(words) for words in told] == [1] * 5
    assert [whole.index(words) for words in told] == sorted(whole.index(words) for words in told)


async def test_a_report_can_be_handed_on_from_its_card_before_triage_has_read_it(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say("/laporan 1")

    assert "Disposisi" in talk.buttons()


async def test_every_button_of_a_list_says_which_report(talk: Conversation) -> None:
    numbers = [
        await talk.complain(f"@dpuprkebumen lampu jalan di bojongsari mati {n}", author=f"w{n}")
        for n in range(3)
    ]
    await talk.triage()
    await talk.say("/laporan-baru", who="wati", room="pupr")

    for number in numbers:
        assert [label for label in talk.buttons("pupr") if str(number) in label.split()] == [
            f"Tanggapi {number}", f"{number} ke Dishub", f"Disposisi {number}", f"Rincian {number}",
        ]  # fmt: skip
    assert len(talk.buttons("pupr")) == 12


async def test_a_cards_buttons_are_heard_with_its_number(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/laporan {number}")
    buttons = [block for block in card(talk) if isinstance(block, Buttons)]

    assert {block.of for block in buttons} == {f"laporan {number}"}


async def test_drafts_of_one_report_have_one_button(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    for n in range(3):
        await talk.say(f"/tanggapi {number} Kami cek lokasinya, langkah {n}.", who="wati", room="pupr")
    told = await talk.say("/tugas-saya", who="wati", room="pupr")

    assert told.count("Kami cek lokasinya") >= 2
    assert talk.buttons("pupr") == [f"Rincian {number}"]


async def test_what_may_stay_blank_is_said_where_nothing_cannot_be_sent(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock, can=Capabilities(longest=4000, forms=False))
    number = await talk.complain("@dpuprkebumen lampu mati")
    await talk.say(f"/disposisi {number}")
    ref, asked = talk.newest("setda")
    await talk.say("dishub", answers=ref)

    assert "tulis -" not in asked.text
    assert "Perintah (bila tidak ada, tulis -)" in talk.shown("setda")[-1]
