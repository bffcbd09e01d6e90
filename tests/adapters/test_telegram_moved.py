"""A group that becomes a supergroup counts its messages anew: no card of before may be met in it again."""

from __future__ import annotations

import pytest

from plugin.chat.values import Person, Room
from plugin.store.store import Store
from tests.behind import desk_behind
from tests.conftest import MovableClock
from tests.desk import open_conversation
from tests.far_side.telegram_wire import listening, wired


@pytest.mark.parametrize("order", ["old first", "new first"])
async def test_a_reply_in_the_new_group_answers_the_card_that_stands_there(
    store: Store, clock: MovableClock, order: str
) -> None:
    talk = await open_conversation(store, clock)
    alian = await talk.complain("@dpuprkebumen jalan di Alian rusak", author="warga_alian")
    gombong = await talk.complain("@dpuprkebumen lampu di Gombong mati", author="warga_gombong")
    async with wired("polling") as wire:
        far, old = wire.far, wire.far.world.group("Grup DPUPR", "group")
        wati = Person("telegram", str(far.world.person("wati")["id"]))
        desk = await desk_behind(talk, wire.adapter, Room("telegram", str(old.id)), wati)
        async with listening(wire.adapter, desk.dispatcher.receive):
            far.say("selamat pagi", "wati", chat=old.id)
            far.say(f"/laporan {alian}", "wati", chat=old.id)
            await far.sees("jalan di Alian", chat=old.id)
            await desk.dispatcher.settle()
            new = far.migrate(old.id, order)
            await far.until(lambda: not far.updates.unconfirmed)
            await desk.dispatcher.settle()
            far.say(f"/laporan {gombong}", "wati", chat=new.id)
            card = await far.sees("lampu di Gombong", chat=new.id)
            assert "jalan di Alian" in old.messages[card.id].text  # the numbers of both groups meet
            await desk.dispatcher.settle()
            far.say("/tanggapi Sudah kami cek.", "wati", chat=new.id, reply_to=card.id)
            preview = await far.sees("Pratinjau", chat=new.id)
            await desk.dispatcher.settle()
            await desk.courier.refresh(f"report:{alian}")

    assert "@warga_gombong" in preview.text
    assert "lampu di Gombong" in card.text
