"""Slack keeps the promises of every chat platform, by HTTP and by Socket Mode."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from adapters.slack import SlackChat, make_slack
from plugin.chat.values import Incoming, Outgoing, Room
from plugin.wording import Wording
from tests.contract.chat import ChatAdapterContract
from tests.far_side.slack import APP_TOKEN, BOT_TOKEN, SECRET, SlackFarSide

WORDING = Wording(Path(__file__).parents[2] / "templates")


def slack_for(far: SlackFarSide, *, by_socket: bool = False, bot_token: str = BOT_TOKEN) -> SlackChat:
    """An adapter that talks to the far side, which delivers to it."""
    adapter = make_slack(
        bot_token=bot_token,
        signing_secret=None if by_socket else SECRET,
        app_token=APP_TOKEN if by_socket else None,
        wording=WORDING,
        api_url=far.api_url,
        clock=far.world.clock,
    )
    if not by_socket:
        far.deliver_to(asgi=Starlette(routes=adapter.routes()))
    return adapter


class Office:
    """A Slack far side, an adapter, and what the desk behind it hears and answers."""

    def __init__(self, far: SlackFarSide, *, by_socket: bool = False) -> None:
        self.far, self.adapter = far, slack_for(far, by_socket=by_socket)
        asgi = httpx.ASGITransport(app=Starlette(routes=self.adapter.routes()))
        self.http = httpx.AsyncClient(transport=asgi, base_url="http://app")
        self.room = Room("slack", "C1")
        self.heard: list[Incoming] = []
        self.answer: Outgoing | None = None
        self.error: Exception | None = None

    async def receive(self, message: Incoming) -> Outgoing | None:
        self.heard.append(message)
        if self.error is not None:
            raise self.error
        return self.answer

    async def post(self, raw: bytes, headers: dict[str, str]) -> int:
        return (await self.http.post("/slack/events", content=raw, headers=headers)).status_code

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the loop turn until it is so."""
        async with asyncio.timeout(5):
            while not is_so():
                await asyncio.sleep(0)

    async def aclose(self) -> None:
        await self.http.aclose()
        await self.adapter.aclose()


@contextlib.asynccontextmanager
async def listening(office: Office) -> AsyncIterator[None]:
    """The adapter listens, and `office` hears."""
    task = asyncio.create_task(office.adapter.listen(office.receive))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def open_office(
    *, by_socket: bool = False, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[Office]:
    """An office that listens."""
    async with SlackFarSide(clock=clock) as far:
        office = Office(far, by_socket=by_socket)
        async with listening(office):
            yield office
        await office.aclose()


class SlackWire:
    """The contract's hands on a Slack workspace."""

    def __init__(self, far: SlackFarSide, adapter: SlackChat) -> None:
        self.far, self.adapter, self.room = far, adapter, Room("slack", "C1")

    async def deliver(self, text: str, *, sender: str = "ada", key: str | None = None) -> None:
        command, _, rest = text.partition(" ")
        done = await self.far.slash(command, rest, user=f"U{sender.upper()}", trigger=key)
        assert done.status == 200

    async def press(self, label: str, *, sender: str = "ada") -> None:
        assert (await self.far.press(label, user=f"U{sender.upper()}")).status == 200

    async def fill_in(self, values: dict[str, str], *, sender: str = "ada") -> None:
        assert (await self.far.submit(values, user=f"U{sender.upper()}")).status == 200

    def form(self) -> tuple[str, list[str]]:
        raw = self.far.view().raw
        labels = [b["label"]["text"] for b in raw["blocks"] if b["type"] == "input"]
        return raw["title"]["text"], labels

    def shown(self) -> list[str]:
        return self.far.shown()

    def whispered(self) -> list[tuple[str, str]]:
        return [(m.whisper_to, m.shown().text) for m in self.far.whispers()]

    def buttons(self) -> list[str]:
        return [b["text"]["text"] for b in self.far.messages()[-1].shown().buttons]

    def pictures(self) -> list[bytes]:
        return [m.picture for m in self.far.messages() if m.picture is not None]

    def files(self) -> list[tuple[str, bytes]]:
        return [(m.file_name, m.file) for m in self.far.messages() if m.file is not None]

    def answering(self) -> str | None:
        return self.far.messages()[-1].thread or None

    def alarms(self) -> list[str]:
        return self.far.alarms()

    def refuse_next(self) -> None:
        self.far.trouble("refuse", "channel_not_found")

    def throttle_next(self, seconds: int) -> None:
        self.far.trouble("throttle", seconds)

    def break_next(self) -> None:
        self.far.trouble("break")

    def fail_next(self) -> None:
        self.far.trouble("fail")


class TestSlack(ChatAdapterContract):
    @pytest.fixture(params=["http", "socket"])
    async def wire(self, request: pytest.FixtureRequest) -> AsyncIterator[SlackWire]:
        async with SlackFarSide() as far:
            adapter = slack_for(far, by_socket=request.param == "socket")
            yield SlackWire(far, adapter)
            await adapter.aclose()
