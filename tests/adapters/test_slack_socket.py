"""Socket Mode: the connection that we open, and what becomes of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from plugin.chat.values import Incoming, Outgoing, Typed
from plugin.errors import Refused
from tests.adapters.test_slack import Office, listening, open_office, slack_for
from tests.adapters.test_slack_unstored import FORM, SORRY
from tests.far_side.slack import APP_TOKEN, BOT_TOKEN, SlackFarSide


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office(by_socket=True) as made:
        await made.far.sockets.wait_for(1)
        yield made


def said(office: Office) -> list[str]:
    return [m.body.text for m in office.heard if isinstance(m.body, Typed)]


async def test_socket_mode_needs_no_door(office: Office) -> None:
    assert office.adapter.routes() == []


async def test_an_answer_rides_on_the_acknowledgement(office: Office) -> None:
    office.answer = Outgoing("Siap")
    done = await office.far.slash("/bantuan")

    assert done.body["blocks"]
    assert office.far.shown() == ["Siap"]
    assert not [call for call, _ in office.far.api.calls if call.startswith("chat.")]


async def test_a_form_is_kept_open_when_it_could_not_be_stored(office: Office) -> None:
    await office.far.slash("/tanggapi", "17")
    assert office.heard[0].opener is not None
    await office.adapter.open_form(office.heard[0].opener, FORM)
    office.error = RuntimeError("rahasia")
    await office.far.submit({"text": "panjang"})

    assert office.far.view().errors == {"text": SORRY}


async def test_what_was_not_stored_is_not_acknowledged(office: Office) -> None:
    office.far.sockets.patience = 0.05
    office.error = RuntimeError("rahasia")

    assert (await office.far.mention("bantuan", ts="1700000001.000100")).status == 0
    office.error = None
    assert (await office.far.mention("bantuan", ts="1700000001.000100")).status == 200
    assert office.heard[0].key == office.heard[1].key


async def test_a_slow_delivery_holds_nobody_up(office: Office) -> None:
    gate = asyncio.Event()

    async def receive(message: Incoming) -> None:
        office.heard.append(message)
        if message.body == Typed("/lambat"):
            await gate.wait()

    office.adapter._intake.receive = receive
    slow = asyncio.create_task(office.far.slash("/lambat"))
    await office.until(lambda: said(office) == ["/lambat"])

    assert (await office.far.slash("/cepat")).status == 200
    gate.set()
    assert (await slow).status == 200


async def test_many_deliveries_are_heard_in_order(office: Office) -> None:
    await asyncio.gather(*(office.far.slash(f"/k{n}") for n in range(30)))

    assert said(office) == [f"/k{n}" for n in range(30)]


async def test_it_changes_over_without_a_gap(office: Office) -> None:
    old = await office.far.sockets.ask_to_move()
    await office.far.sockets.wait_for(2)

    assert len(office.far.sockets.open) == 2
    assert (await office.far.slash("/baru")).status == 200
    await office.far.sockets.open[0].send_json(
        {"envelope_id": "e", "type": "slash_commands", "payload": {"command": "/lama", "user_id": "UADA",
         "channel_id": "C1", "trigger_id": "1.2.3"}}
    )  # fmt: skip
    await office.until(lambda: "/lama" in said(office))
    await old.close()
    assert (await office.far.slash("/lagi")).status == 200
    assert office.adapter.health == "ok"


async def test_it_comes_back_after_a_broken_connection(office: Office) -> None:
    await office.far.sockets.drop()
    await office.until(lambda: office.adapter.health != "ok")

    assert office.adapter.health == "no Socket Mode connection"
    await office.far.sockets.wait_for(2)
    assert (await office.far.slash("/lagi")).status == 200
    assert office.adapter.health == "ok"


async def test_junk_on_the_line_breaks_nothing(office: Office) -> None:
    for junk in ("", "{", "[]", "null", "{}", '{"envelope_id": 5}', "[" * 50_000, '{"envelope_id":"x"}',
                 '{"envelope_id":"x","payload":{"type":"block_actions"}}', '{"type":"hello"}'):  # fmt: skip
        await office.far.sockets.say(junk)

    assert (await office.far.slash("/lagi")).status == 200
    assert said(office) == ["/lagi"]


async def test_a_wrong_app_token_is_said_at_the_start() -> None:
    async with SlackFarSide() as far:
        far.api.app_token = "xapp-another"
        office = Office(far, by_socket=True)
        with pytest.raises(Refused) as caught:
            await office.adapter.listen(office.receive)

        assert caught.value.why == "Slack refuses the app-level token (invalid_auth)"
        await office.aclose()


async def test_neither_tokens_nor_the_lines_address_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_office(by_socket=True) as office:
        office.answer = Outgoing("jawaban-rahasia")
        await office.far.slash("/bantuan", "rahasia-warga")
        office.far.trouble("fail", method="apps.connections.open")
        await office.far.sockets.drop()
        await office.until(lambda: "trying again" in caplog.text)

    for secret in (BOT_TOKEN, APP_TOKEN, "socket-ticket", "rahasia-warga", "jawaban-rahasia"):
        assert secret not in caplog.text


async def test_an_unreachable_slack_is_waited_for() -> None:
    async with SlackFarSide() as far:
        far.trouble("fail", method="auth.test")
        adapter = slack_for(far, by_socket=True)
        office = Office(far, by_socket=True)
        async with listening(office):
            await office.until(lambda: office.adapter.health == "Slack does not answer")
        await office.aclose()
        await adapter.aclose()
