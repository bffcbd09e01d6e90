"""A colleague named in free text is read by name: on record, by the other agency, and in public."""

from __future__ import annotations

from dataclasses import replace

from adapters.memory import MemoryChat
from plugin.chat.rights import known
from plugin.chat.values import Person
from plugin.store.store import Store
from tests.behind import behind_slack
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


async def test_an_order_names_them(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen lampu mati")
    card = await talk.say(
        f"/disposisi {number} dishub mohon @1 dan @2 cek lampu, @3 tidak", mentions=("joko", "tono")
    )

    assert "mohon Joko dan Tono cek lampu, @3 tidak" in card
    assert "mohon Joko dan Tono cek lampu" in await talk.say(f"/riwayat {number}")


async def test_a_choice_of_agencies_keeps_their_names(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen lampu mati")
    await talk.say(f"/disposisi {number} dinas mohon @1 cek lampu", mentions=("joko",))

    assert "mohon Joko cek lampu" in await talk.press("Dishub")


async def test_an_answer_names_nobody_else_in_public(talk: Conversation) -> None:
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(
        f"/tanggapi {number} Besok tim kami dengan @1 meninjau lokasi.",
        who="wati",
        room="pupr",
        mentions=("tono",),
    )
    _, card = talk.newest("pupr")

    assert "dengan Tono meninjau" in card.text
    assert "@1" not in card.text


async def test_the_answer_to_a_question_names_them(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock, can=replace(MemoryChat().can, forms=False))
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say(f"/tanggapi {number}", who="wati", room="pupr")
    question, _ = talk.newest("pupr")
    await talk.say("Besok @1 meninjau.", who="wati", room="pupr", answers=question, mentions=("tono",))

    assert "Besok Tono meninjau." in talk.newest("pupr")[1].text


async def test_slack_tells_a_name_with_a_command_and_only_an_id_in_a_message(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak")
    await talk.store.write(known, Person("slack", "UBUDI", "Pak Budi"))
    async with behind_slack(talk) as (far, desk):
        await far.slash("/tanggapi", f"{number} Besok @budi ke lokasi.")
        await desk.dispatcher.settle()
        await far.mention(f"tanggapi {number} Besok @budi dan @citra ke lokasi.")
        await desk.dispatcher.settle()
        first, second = far.shown()

    assert "Besok budi ke lokasi." in first
    assert "Besok Pak Budi dan UCITRA ke lokasi." in second
