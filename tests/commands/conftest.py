"""The desk that commands are typed at; a file whose tests need another one says so itself."""

from __future__ import annotations

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    """Tuesday 18 August 2026, 10.00 WIB."""
    return await open_conversation(store, clock)
