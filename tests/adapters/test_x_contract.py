"""X keeps what every public channel promises, whichever names its API speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.x_wire import XWire, open_wire
from tests.contract.public import PublicChannelContract


class TestX(PublicChannelContract):
    @pytest.fixture(params=["tweet", "post"])
    async def wire(self, request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
        async with open_wire(request.param) as wire:
            yield wire


class TestXByHandle(PublicChannelContract):
    """The same for an account whose number on X is not known yet."""

    @pytest.fixture
    async def wire(self) -> AsyncIterator[XWire]:
        async with open_wire("tweet", numbered=False) as wire:
            yield wire
