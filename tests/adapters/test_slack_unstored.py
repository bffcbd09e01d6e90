"""What people on Slack are told when the desk cannot store what they did."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from plugin.chat.values import (
    Action,
    Field,
    Form,
    Outgoing,
    Shape,
)
from tests.adapters.test_slack import Office, open_office

BUTTON = Outgoing(
    'Kirim?<actions><button name="kirim">Kirim</button></actions>', (Action("kirim", "Kirim", "t:1"),)
)
FORM = Form("form-1", "Tanggapi", "", "Lihat", (Field("text", "Isi", Shape.TEXT),))


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made


SORRY = "Maaf, permintaan ini belum tersimpan. Silakan coba sekali lagi."


async def test_a_command_that_was_not_stored_is_to_be_tried_again(office: Office) -> None:
    office.error = RuntimeError("rahasia")
    done = await office.far.slash("/bantuan")

    assert done.status == 200
    assert [(m.whisper_to, m.shown().text) for m in office.far.whispers()] == [("UADA", SORRY)]
    assert office.far.shown() == []


async def test_a_press_that_was_not_stored_is_to_be_tried_again(office: Office) -> None:
    await office.adapter.send(office.room, BUTTON, key="k")
    office.error = RuntimeError("rahasia")
    await office.far.press("Kirim", user="UBUDI")
    await office.until(lambda: bool(office.far.whispers()))

    assert [(m.whisper_to, m.shown().text) for m in office.far.whispers()] == [("UBUDI", SORRY)]
    assert office.far.shown() == ["Kirim?"]


async def test_a_form_that_was_not_stored_stays_open_with_everything_in_it(office: Office) -> None:
    await office.far.slash("/tanggapi", "17")
    assert office.heard[0].opener is not None
    await office.adapter.open_form(office.heard[0].opener, FORM)
    office.error = RuntimeError("rahasia")
    await office.far.submit({"text": "panjang sekali"})

    assert office.far.view().errors == {"text": SORRY}
    assert office.far.alarms() == []


async def test_an_event_that_was_not_stored_comes_again(office: Office) -> None:
    office.error = RuntimeError("rahasia")

    assert (await office.far.mention("bantuan", ts="1700000001.000100")).status == 500
    office.error = None
    assert (await office.far.mention("bantuan", ts="1700000001.000100")).status == 200
    assert office.heard[0].key == office.heard[1].key


async def test_events_we_did_not_ask_for_are_acknowledged(office: Office) -> None:
    assert (await office.far.event({"type": "message", "channel": "C1", "text": "x"})).status == 200
    assert (await office.far.deliver("interactive", {"type": "view_closed", "view": {}})).status == 200
    assert office.heard == []
