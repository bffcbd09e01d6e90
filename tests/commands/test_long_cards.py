"""A case with a long story is one message in the chat, which goes on telling the truth; all of it on request."""

from __future__ import annotations

from plugin.store.store import Store
from tests.behind import behind_slack
from tests.conftest import MovableClock
from tests.desk import open_conversation


async def test_a_long_case_is_told_whole_on_request_and_its_card_stays_true(
    store: Store, clock: MovableClock
) -> None:
    talk = await open_conversation(store, clock)
    number = await talk.complain("@dpuprkebumen jalan rusak", conversation="900")
    further = [f"kiriman {n} " + "jalan masih rusak " * 25 for n in range(40)]
    for text in further:
        clock.move(minutes=1)
        await talk.complain(text, conversation="900")
    async with behind_slack(talk) as (far, desk):
        await far.mention(f"laporan {number}")
        await desk.dispatcher.settle()
        [card] = far.messages()
        assert further[-1].strip() in card.shown().text
        assert further[0].strip() not in card.shown().text
        await far.press("Selengkapnya")
        await desk.dispatcher.settle()
        told = "".join(m.shown().text for m in far.messages() if m is not card)
        assert [text for text in further if text.strip() not in told] == []
        assert "Ditangani" not in card.shown().text
        await far.mention(f"ambil {number}")
        await desk.dispatcher.settle()
        assert "Ditangani Bu Ada" in card.shown().text

    assert far.alarms() == []
