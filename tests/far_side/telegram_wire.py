"""A Telegram adapter and its far side, wired together as a test drives them: by polling and by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from adapters.telegram import TelegramChat
from adapters.telegram.bot import make_bot
from adapters.telegram.poll import QUIET
from plugin.chat.port import Receive
from plugin.chat.values import Incoming, Outgoing, Room, Typed
from tests.far_side.telegram import TelegramFarSide, Trouble

SECRET = "rahasia-webhook_1"
PAUSE = 0.002


class TelegramWire:
    """What the contract asks for, over the far side."""

    def __init__(self, adapter: TelegramChat, far: TelegramFarSide, endpoint: str = "") -> None:
        self.adapter = adapter
        self.far = far
        self.endpoint = endpoint
        self.room = Room("telegram", str(far.room))
        self._deliveries: dict[str, int] = {}

    async def deliver(self, text: str, *, sender: str = "ada", key: str | None = None) -> None:
        if key is None:
            self.far.say(text, sender)
        elif key in self._deliveries:
            again = next(m for m in self.far.world.chats[self.far.room].messages.values() if m.text == text)
            self.far.updates.push({"message": again.raw}, self._deliveries[key])
        else:
            self._deliveries[key] = 700_500_000 + int(key)
            self.far.say(text, sender, update_id=self._deliveries[key])

    async def press(self, label: str, *, sender: str = "ada") -> None:
        self.far.press(label, sender)

    async def fill_in(self, values: dict[str, str], *, sender: str = "ada") -> None:
        raise AssertionError("Telegram has no forms")

    def form(self) -> tuple[str, list[str]]:
        raise AssertionError("Telegram has no forms")

    def shown(self) -> list[str]:
        return [m.text for m in self.far.ours() if m.text]

    def whispered(self) -> list[tuple[str, str]]:
        return []

    def buttons(self) -> list[str]:
        return self.far.ours()[-1].labels

    def pictures(self) -> list[bytes]:
        return [m.photo for m in self.far.ours() if m.photo is not None]

    def files(self) -> list[tuple[str, bytes]]:
        return [m.document for m in self.far.ours() if m.document is not None]

    def answering(self) -> str | None:
        reply = self.far.ours()[-1].reply_to
        return None if reply is None else str(reply)

    def alarms(self) -> list[str]:
        return self.far.alarms()

    def refuse_next(self) -> None:
        self.far.troubles.append(Trouble("refuse"))

    def throttle_next(self, seconds: int) -> None:
        self.far.troubles.append(Trouble("throttle", seconds=seconds))

    def break_next(self) -> None:
        self.far.troubles.append(Trouble("break"))

    def fail_next(self) -> None:
        self.far.troubles.append(Trouble("fail"))


@contextlib.asynccontextmanager
async def wired(mode: str, *, watch: float = 60, quiet: float = QUIET) -> AsyncIterator[TelegramWire]:
    """A wire, by `polling` or by `webhook`."""
    far = TelegramFarSide()
    await far.start()
    bot = make_bot(far.token, far.url)
    try:
        if mode == "polling":
            adapter = TelegramChat(bot, pause=PAUSE, quiet=quiet)
            yield TelegramWire(adapter, far)
            await adapter.aclose()
            return
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}/telegram/updates"
            adapter = TelegramChat(bot, webhook_url=endpoint, webhook_secret=SECRET, pause=PAUSE, watch=watch)
            async with serving(Starlette(routes=adapter.routes()), listener):
                yield TelegramWire(adapter, far, endpoint)
                await adapter.aclose()
    finally:
        await far.stop()


@contextlib.asynccontextmanager
async def listening(adapter: TelegramChat, receive: Receive) -> AsyncIterator[asyncio.Task[None]]:
    """The adapter listens."""
    task = asyncio.create_task(adapter.listen(receive))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def serving(app: Starlette, listener: socket.socket) -> AsyncIterator[None]:
    """The app behind a real HTTP server."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", access_log=False)
    server = uvicorn.Server(config)
    listener.listen()
    server.config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        # What uvicorn's own shutdown does, without its pause of a tenth of a second.
        for socket_server in server.servers:
            socket_server.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()


class Desk:
    """Takes deliveries, and fails as it is told: each text so many times, all until `down_until`."""

    def __init__(self, *, down_until: int = 0, **fails: float) -> None:
        self.fails = fails
        self.down_until = down_until
        self.tries: Counter[str] = Counter()
        self.taken: list[str] = []
        self.keys: list[str] = []

    async def receive(self, message: Incoming) -> Outgoing | None:
        assert isinstance(message.body, Typed)
        text = message.body.text.removeprefix("/")
        self.tries[text] += 1
        self.keys.append(message.key)
        if self.tries[text] <= self.fails.get(text, 0) or self.tries.total() <= self.down_until:
            raise RuntimeError(f"cannot store {text} of Bu Siti")
        self.taken.append(text)
        return None


async def work_off(wire: TelegramWire, desk: Desk) -> None:
    async with listening(wire.adapter, desk.receive):
        await wire.far.until(lambda: "getMe" in wire.far.calls and not wire.far.updates.unconfirmed)
