"""Connections that ask nothing, or slowly, keep nobody out who asks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from adapters.crowd import FEWEST, MOST, guests, room
from adapters.serving import Server, bind

ASKS = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class House:
    """A server with room for five; what is asked of `/later` is answered once `now` is set."""

    port: int
    now: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    lines: list[Line] = field(default_factory=list)

    async def call(self, said: bytes = b"") -> Line:
        """Somebody connects and says that much."""
        line = await asyncio.open_connection("127.0.0.1", self.port)
        self.lines.append(line)
        line[1].write(said)
        await line[1].drain()
        return line

    async def app(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]
    ) -> None:
        if scope["path"] == "/later":
            self.asked.set()
            await self.now.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@contextlib.asynccontextmanager
async def opened(patience: float) -> AsyncIterator[House]:
    listening = bind("127.0.0.1", 0)
    house = House(listening.getsockname()[1])
    config = uvicorn.Config(
        house.app, http=guests(5, patience), lifespan="off", interface="asgi3", log_config=None
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    listening.listen()
    yield house
    house.now.set()
    for _, writer in house.lines:
        writer.close()
    server.should_exit = True
    await serving
    listening.close()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with asyncio.timeout(20), opened(patience=3_600) as made:
        yield made


@pytest.fixture
async def brisk() -> AsyncIterator[House]:
    async with asyncio.timeout(20), opened(patience=0.05) as made:
        yield made


async def answer(line: Line) -> bytes:
    """The first line of what comes; nothing when the connection is at its end."""
    with contextlib.suppress(ConnectionError):
        return (await line[0].readline()).strip()
    return b""


async def test_who_asks_is_answered_however_many_ask_nothing(house: House) -> None:
    crowd = [await house.call() for _ in range(40)]

    for _ in range(10):
        assert await answer(await house.call(ASKS)) == b"HTTP/1.1 200 OK"
    assert [await answer(line) for line in crowd[:30]] == [b""] * 30


async def test_who_has_asked_is_not_cut_off_for_those_who_have_not(house: House) -> None:
    asked = await house.call(ASKS.replace(b"/ ", b"/later "))
    await house.asked.wait()
    crowd = [await house.call() for _ in range(40)]
    assert [await answer(line) for line in crowd[:30]] == [b""] * 30
    house.now.set()

    assert await answer(asked) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: a\r\n", b"POST /later HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc"],
)  # fmt: skip
async def test_what_is_not_whole_in_time_is_let_go(brisk: House, said: bytes) -> None:
    assert await answer(await brisk.call(said)) == b""


async def test_what_was_answered_before_it_was_whole_is_let_go_too(brisk: House) -> None:
    reader, writer = await brisk.call(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc")
    assert await answer((reader, writer)) == b"HTTP/1.1 200 OK"
    writer.write(b"defghi")

    assert (await reader.read()).endswith(b"ok")


async def test_one_connection_may_ask_again_and_again(house: House) -> None:
    line = await house.call()
    for _ in range(3):
        line[1].write(ASKS)
        assert await answer(line) == b"HTTP/1.1 200 OK"
        await line[0].readuntil(b"\r\n\r\nok")


def test_there_is_room_for_a_crowd_and_for_everything_else() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, before[1]), before[1]))
        found = room()
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert FEWEST <= found <= MOST
    assert found * 2 <= files
