"""A Telegram group is a group chat like any other, by polling and by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.chat import ChatAdapterContract
from tests.far_side.telegram_wire import TelegramWire, wired


@pytest.fixture(params=["polling", "webhook"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[TelegramWire]:
    async with wired(request.param) as made:
        yield made


class TestTelegram(ChatAdapterContract):
    pass
