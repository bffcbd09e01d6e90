"""What an account does of late, read from its channel once somebody agreed to the price."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory import MemoryChannel
from plugin.errors import Refused, TryLater
from plugin.public.values import Author, Post, PublicCapabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

HANDLE = "dpuprkebumen"
BUTTON = f"Baca @{HANDLE}, paling banyak US$1,01"


def post(
    number: int,
    text: str,
    at: MovableClock,
    days: float,
    author: str,
    *,
    answers: str = "",
    repost: bool = False,
) -> Post:
    moment = at() - timedelta(days=days)
    return Post(str(number), Author(author), text, moment, conversation="", answers=answers, is_repost=repost)


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """An account that shares links and answered two of twenty citizens, the last time with a bare link."""
    channel = MemoryChannel(PublicCapabilities(longest=280, activity_price=(1.01, 0.21)))
    named = [post(n, "@dpuprkebumen jalan rusak", clock, 6 - n / 10, f"w{n}") for n in range(20)]
    own = [post(100 + n, f"https://t.co/{n} #kebumen", clock, 8 - n / 10, "101") for n in range(18)]
    own += [
        post(200, "@w1 sudah kami cek, besok ditambal", clock, 3, "101", answers="1"),
        post(201, "@w2 https://t.co/x", clock, 2, "101", answers="2"),
        post(202, "lanjutan dari kami sendiri", clock, 1, "101", answers="117"),
        post(203, "RT @humas", clock, 0, "101", repost=True),
    ]
    channel.heard[HANDLE], channel.written[HANDLE] = named, own
    return await open_conversation(store, clock, channel=channel)


async def test_the_price_is_shown_and_nothing_is_read_before_somebody_agrees(talk: Conversation) -> None:
    answer = await talk.say("/keaktifan dpupr")

    assert "paling banyak US$1,01 (US$0,21 bila akun ini pemilik aplikasinya)" in answer
    assert "Dilihat" not in answer
    assert "belum berwenang" in await talk.press(BUTTON, who="tono")


async def test_what_it_writes_whom_it_answers_and_when_last_in_words(talk: Conversation) -> None:
    await talk.say("/keaktifan dpupr")
    answer = await talk.press(BUTTON)

    assert "21 unggahan terakhir: 19 hanya tautan (90%), 2 menjawab orang (10%)" in answer
    assert "20 kiriman orang menyebutnya sejak 12 Agustus 2026: 2 dijawab (10%)" in answer
    assert "terakhir menjawab dengan kata-kata sendiri 15 Agustus 2026, 10.00 WIB" in answer
    assert BUTTON not in talk.buttons()


async def test_a_day_is_paid_for_once(talk: Conversation, clock: MovableClock) -> None:
    await talk.say("/keaktifan dpupr")
    button = talk.button(BUTTON, None)
    await talk.press_token(button, who="sri")
    talk.channel.trouble = [Refused("asked again")]
    again = await talk.press_token(button, who="adi")
    clock.move(days=1)
    later = await talk.say("/keaktifan dpupr")

    assert "19 hanya tautan" in again
    assert talk.channel.trouble
    assert "Dilihat 18 Agustus 2026" in later
    assert BUTTON in talk.buttons()


async def test_a_channel_that_does_not_tell_is_asked_again_later(talk: Conversation) -> None:
    await talk.say("/keaktifan dpupr")
    talk.channel.trouble = [TryLater(300), Refused("gone")]

    assert "coba lagi dalam 6 menit" in await talk.press(BUTTON)
    assert "Salin unggahan terakhirnya" in await talk.press(BUTTON)
    assert "19 hanya tautan" in await talk.press(BUTTON)


async def test_a_small_sample_has_no_share_and_an_idle_account_no_figures(talk: Conversation) -> None:
    talk.channel.heard[HANDLE], talk.channel.written[HANDLE] = [], []
    await talk.say("/keaktifan dpupr")
    answer = await talk.press(BUTTON)

    assert "belum ada unggahan" in answer
    assert "tidak ada yang menyebutnya" in answer
    assert "%" not in answer
