"""Telegram's webhook: who is believed there, and when a delivery is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from adapters.telegram import TelegramChat, make_telegram
from adapters.telegram.bot import make_bot
from plugin.chat.values import Incoming
from plugin.errors import OperatorError
from tests.far_side.telegram_wire import PAUSE, SECRET, Desk, TelegramWire, listening, wired, work_off


@pytest.fixture
async def webhook() -> AsyncIterator[TelegramWire]:
    async with wired("webhook") as made:
        yield made


async def test_the_webhook_is_set_with_its_secret_and_removed_for_polling(webhook: TelegramWire) -> None:
    far = webhook.far
    async with listening(webhook.adapter, Desk().receive):
        await far.until(lambda: far.updates.webhook == {"url": webhook.endpoint, "secret_token": SECRET})
    adapter = TelegramChat(make_bot(far.token, far.url), pause=PAUSE)
    async with listening(adapter, Desk().receive):
        await far.until(lambda: far.updates.webhook == {})
    await adapter.aclose()


@pytest.fixture
async def watched() -> AsyncIterator[TelegramWire]:
    async with wired("webhook", watch=0.01) as made:
        yield made


async def test_a_webhook_that_somebody_else_took_is_set_again(watched: TelegramWire) -> None:
    updates = watched.far.updates
    async with listening(watched.adapter, Desk().receive):
        await watched.far.until(lambda: updates.webhook)
        updates.webhook = {"url": "https://lain.example/telegram/updates", "secret_token": "lain"}
        await watched.far.until(lambda: updates.webhook == {"url": watched.endpoint, "secret_token": SECRET})


async def test_what_telegram_says_about_its_deliveries_shows(watched: TelegramWire) -> None:
    watched.far.say("/satu")
    async with listening(watched.adapter, Desk(satu=float("inf")).receive):
        await watched.far.until(lambda: "Telegram cannot deliver: Wrong" in watched.adapter.health)


UPDATE = b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}'


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        (SECRET, UPDATE, 200),
        (None, UPDATE, 403),
        ("", UPDATE, 403),
        (SECRET + "x", UPDATE, 403),
        (SECRET[:-1], UPDATE, 403),
        (SECRET.upper(), UPDATE, 403),
        ("rahasia-é", UPDATE, 403),
        ("x" * 5000, UPDATE, 403),
        (None, b"sampah", 403),
        (SECRET, b"", 400),
        (SECRET, b"sampah", 400),
        (SECRET, b"\xff\xfe", 400),
        (SECRET, b"[1]", 400),
        (SECRET, b"{}", 400),
        (SECRET, b'{"update_id": "1"}', 400),
        (SECRET, b'{"update_id": true}', 400),
        (SECRET, b"[" * 200_000, 400),
        (SECRET, b'{"update_id": 1, "message": 7}', 200),
        (SECRET, b'{"update_id": 1, "x": "' + b"a" * 1024 * 1024 + b'"}', 413),
    ],
)
async def test_only_telegram_is_believed(
    webhook: TelegramWire, secret: str | None, body: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    with caplog.at_level(logging.DEBUG):
        async with listening(webhook.adapter, Desk().receive), aiohttp.ClientSession() as client:
            await webhook.far.until(lambda: webhook.far.updates.webhook)
            async with client.post(webhook.endpoint, data=BytesIO(body), headers=headers) as response:
                answered = response.status

    assert answered == status
    assert "sampah" not in caplog.text
    assert SECRET not in caplog.text


async def test_only_deliveries_are_taken(webhook: TelegramWire) -> None:
    async with aiohttp.ClientSession() as client, client.get(webhook.endpoint) as response:
        assert response.status == 405


async def test_until_somebody_listens_telegram_is_asked_to_come_again(webhook: TelegramWire) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        aiohttp.ClientSession() as client,
        client.post(webhook.endpoint, data=UPDATE, headers=headers) as response,
    ):
        assert response.status == 503


async def test_a_delivery_that_was_not_stored_is_answered_with_an_error(webhook: TelegramWire) -> None:
    webhook.far.say("/satu")
    await work_off(webhook, Desk(satu=2))

    assert webhook.far.updates.statuses == [503, 503, 200]


async def test_overlapping_deliveries_of_one_chat_keep_their_order(webhook: TelegramWire) -> None:
    order: list[str] = []
    gate = asyncio.Event()

    async def receive(message: Incoming) -> None:
        order.append(f"begin {message.key.partition(':')[0]}")
        await gate.wait()
        order.append(f"end {message.key.partition(':')[0]}")

    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    other = webhook.far.world.group("Grup lain")
    said = [webhook.far.say(f"/kata {n}").raw for n in (1, 2)] + [
        webhook.far.say("/kata 3", chat=other.id).raw
    ]

    async def post(client: aiohttp.ClientSession, number: int) -> int:
        update = {"update_id": number, "message": said[number - 1]}
        async with client.post(webhook.endpoint, json=update, headers=headers) as response:
            return response.status

    webhook.far.updates.forget()
    async with listening(webhook.adapter, receive), aiohttp.ClientSession() as client, asyncio.timeout(5):
        await webhook.far.until(lambda: webhook.far.updates.webhook)
        first = asyncio.create_task(post(client, 1))
        while order != ["begin 1"]:
            await asyncio.sleep(0)
        second = asyncio.create_task(post(client, 2))
        third = asyncio.create_task(post(client, 3))
        while "begin 3" not in order:
            await asyncio.sleep(0)
        gate.set()
        assert [await first, await second, await third] == [200, 200, 200]

    assert order[:2] == ["begin 1", "begin 3"]
    assert order.index("end 1") < order.index("begin 2")


def test_a_webhook_needs_a_secret() -> None:
    for secret in (None, "", "dengan spasi", "x" * 257):
        with pytest.raises(OperatorError, match="webhook_secret"):
            make_telegram(token="1:x", webhook_url="https://contoh.go.id", webhook_secret=secret)


def test_the_factory_builds_either_way() -> None:
    by_polling = make_telegram(token="1:x")
    by_webhook = make_telegram(token="1:x", webhook_url="https://contoh.go.id/", webhook_secret="s")

    assert by_polling.routes() == []
    assert [route.path for route in by_webhook.routes()] == ["/telegram/updates"]
