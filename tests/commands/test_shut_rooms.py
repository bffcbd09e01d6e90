"""A group that takes nothing any more is passed over, somebody hears of it once, and it is taken up again."""

from __future__ import annotations

from typing import cast

import pytest

from adapters.memory import MemoryChat
from plugin.chat.rooms import nearest
from plugin.chat.values import MessageRef, Outgoing, Room
from plugin.desk.accounts.overview import shut
from plugin.errors import Refused, RoomClosed
from plugin.rhythm.notices import PerhapsTold
from plugin.rhythm.recipients import wanted
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

GONE = "Forbidden: bot was kicked from the supergroup chat"


class Office(MemoryChat):
    """A chat from some of whose groups we were thrown out."""

    def __init__(self) -> None:
        super().__init__()
        self.closed: set[str] = set()
        self.asked = 0

    async def send(self, room: Room, message: Outgoing, *, key: str) -> MessageRef:
        if room.key in self.closed:
            self.asked += 1
            raise RoomClosed(GONE)
        return await super().send(room, message, key=key)


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock, chat=Office())


def office(talk: Conversation) -> Office:
    return cast(Office, talk.chat)


async def late(talk: Conversation, clock: MovableClock, author: str = "w1") -> int:
    """A report of DPUPR's that is late, and everything was said that is to be said of it now."""
    number = await talk.complain("@dpuprkebumen jalan rusak", author=author)
    clock.move(hours=25)
    await talk.sweep()
    await talk.sweep()
    return number


async def test_what_it_would_have_heard_the_next_one_hears_and_it_is_not_asked_again(
    talk: Conversation, clock: MovableClock
) -> None:
    office(talk).closed.add("pupr")
    number = await late(talk, clock)
    asked = office(talk).asked
    assert any("terlambat" in words and str(number) in words for words in talk.shown("setda"))

    await late(talk, clock, "w2")
    clock.move(hours=1)
    await talk.sweep()
    assert office(talk).asked == asked
    assert talk.shown("pupr") == []


async def test_the_administrators_hear_of_it_once(talk: Conversation, clock: MovableClock) -> None:
    office(talk).closed.add("pupr")
    await late(talk, clock)
    for _ in range(5):
        clock.move(hours=6)
        await talk.sweep()
    told = [words for words in talk.shown("setda") if "tidak menerima pesan lagi" in words]

    assert len(told) == 1
    assert "Grup DPUPR di Memory" in told[0]
    assert GONE in told[0]


async def test_the_operator_sees_it(talk: Conversation, clock: MovableClock) -> None:
    condition = talk.desk.services.condition
    assert "memory groups" not in (await condition())[0]
    office(talk).closed.add("pupr")
    await late(talk, clock)

    assert (await condition())[0]["memory groups"] == "take no message: DPUPR"
    (listed,) = await talk.store.survey(shut)
    assert (listed.agency, listed.platform, listed.why) == ("DPUPR", "memory", GONE)


@pytest.mark.parametrize("act", ["speaks", "binds"])
async def test_it_is_taken_up_again_when_it_speaks_or_is_bound(
    talk: Conversation, clock: MovableClock, act: str
) -> None:
    room = talk.room("pupr")
    office(talk).closed.add("pupr")
    await late(talk, clock)
    assert room not in await talk.store.survey(wanted, clock())
    office(talk).closed.clear()
    if act == "speaks":
        await talk.say("/laporan-baru", who="tono", room="pupr")
    else:
        await talk.say("/ikat-grup dpupr", who="adi", room="pupr")

    assert room in await talk.store.survey(wanted, clock())
    assert await talk.store.survey(shut) == ()


async def test_one_message_that_is_not_taken_shuts_nothing(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    talk.chat.trouble.append(Refused("msg_too_long"))
    clock.move(hours=25)
    await talk.sweep()

    assert await talk.store.survey(shut) == ()
    assert await talk.store.survey(nearest, [3]) != []


async def test_a_direct_chat_that_never_began_is_nobodys_concern(talk: Conversation) -> None:
    office(talk).closed.add("pribadi-x")
    with pytest.raises(RoomClosed):
        await talk.desk.services.send(talk.room("pribadi-x"), PerhapsTold(talk.clock()), "k")

    assert await talk.store.survey(shut) == ()


async def test_a_chat_that_blocked_us_gets_no_page_until_it_speaks(
    talk: Conversation, clock: MovableClock
) -> None:
    room = talk.room("pribadi-sri")
    await talk.say("/langganan-ringkasan", room="pribadi-sri")
    clock.move(minutes=1)
    assert room in await talk.store.survey(wanted, clock())
    office(talk).closed.add("pribadi-sri")
    with pytest.raises(RoomClosed):
        await talk.desk.services.send(room, PerhapsTold(talk.clock()), "k")
    assert room not in await talk.store.survey(wanted, clock())

    office(talk).closed.clear()
    await talk.say("/tugas-saya", room="pribadi-sri")
    assert room in await talk.store.survey(wanted, clock())
