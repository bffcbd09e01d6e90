"""What is for one person's eyes is not said to a group, on whatever platform."""

from __future__ import annotations

import pytest

from adapters.memory import MemoryChat
from commands.hubungkan_akun import Invitation
from plugin.chat.markup import parse, plain
from plugin.chat.values import Capabilities
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

LOUD = Capabilities(longest=4000, forms=False, whispers=False, answers_at_once=True)


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock, chat=MemoryChat(LOUD))


async def test_it_goes_to_the_private_chat(talk: Conversation) -> None:
    await talk.say("/siapa-saya", who="tono", room="pupr")

    assert "petugas" in talk.shown("pribadi-tono")[-1]
    assert "petugas" not in "".join(talk.shown("pupr"))
    assert "percakapan pribadi" in talk.shown("pupr")[-1]


async def test_who_has_not_begun_one_hears_how_and_the_group_nothing_else(talk: Conversation) -> None:
    talk.chat.unbegun.add("pribadi-tono")
    await talk.say("/siapa-saya", who="tono", room="pupr")
    _, said = talk.newest("pupr")

    assert "petugas" not in said.text
    assert "tekan Mulai, lalu ulangi perintahnya di sana" in plain(parse(said.text))
    assert [a.url for a in said.actions] == ["https://memory.example/mulai"]


async def test_in_the_private_chat_it_is_said_there(talk: Conversation) -> None:
    assert "petugas" in await talk.say("/siapa-saya", who="tono", room="pribadi-tono")


async def test_where_people_can_be_whispered_to_it_is_whispered(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    await talk.say("/siapa-saya", who="tono", room="pupr")
    _, said = talk.newest("pupr")

    assert "petugas" in said.text
    assert said.whisper_to is not None


async def test_what_only_says_no_stays_in_the_group(talk: Conversation) -> None:
    assert "Maaf" in await talk.say("/laporan 99", who="tono", room="pupr")
    assert talk.shown("pribadi-tono") == []


def test_the_link_that_lets_somebody_in_is_confidential() -> None:
    assert Invitation.confidential
