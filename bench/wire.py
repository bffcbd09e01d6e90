"""Slack's end of an HTTP connection, lean enough to be no part of what is measured."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

import httptools

SECRET = "bench-signing-secret"
PATIENCE = 30.0
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Typed:
    """A slash command, typed in a room by somebody."""

    command: str
    text: str = ""
    room: str = "CPROV"
    user: str = "USEKDA"

    def request(self, hooks: str) -> bytes:
        """The signed request that Slack would send now."""
        number = next(_numbers)
        form = {
            "token": "deprecated", "team_id": "TBENCH", "team_domain": "bench", "channel_id": self.room,
            "channel_name": "privategroup", "user_id": self.user, "user_name": "sekda",
            "command": self.command, "text": self.text, "api_app_id": "A1", "is_enterprise_install": "false",
            "response_url": f"{hooks}/hooks/{number}", "trigger_id": f"{number}.{time.time_ns()}.bench",
        }  # fmt: skip
        raw = urlencode(form).encode()
        return b"\r\n".join(
            (
                b"POST /slack/events HTTP/1.1",
                b"Host: 127.0.0.1",
                b"Content-Type: application/x-www-form-urlencoded",
                b"Content-Length: %d" % len(raw),
                *_signature(raw),
                b"",
                raw,
            )
        )


def _signature(raw: bytes) -> tuple[bytes, bytes]:
    now = b"%d" % time.time()
    digest = hmac.new(SECRET.encode(), b"v0:%s:%s" % (now, raw), hashlib.sha256).hexdigest()
    return b"X-Slack-Request-Timestamp: " + now, b"X-Slack-Signature: v0=" + digest.encode()


@dataclass(frozen=True)
class Answer:
    """What came back, and when it was there (`time.perf_counter`)."""

    status: int
    body: bytes
    at: float


class Unsound(Exception):
    """The app answered something else than was asked for."""


class Line(asyncio.Protocol):
    """One connection that is kept."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._waiting: asyncio.Future[Answer] | None = None
        self.is_lost = False

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its whole answer."""
        assert self._transport is not None
        self._waiting, self._body = asyncio.get_running_loop().create_future(), b""
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # -- what asyncio and the parser call ---------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("hung up"))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        assert self._waiting is not None
        if not self._waiting.done():
            self._waiting.set_result(Answer(self._parser.get_status_code(), self._body, time.perf_counter()))
        self._parser = httptools.HttpResponseParser(self)


@dataclass
class Latencies:
    """Seconds from the sending (or from when it should have been sent) to the whole answer."""

    seconds: list[float] = field(default_factory=list)

    def at(self, percent: float) -> float:
        """A percentile, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class Client:
    """Several connections to one server. Each answer must be a 200 that `sound` finds right."""

    def __init__(self, port: int, hooks: str, sound: Callable[[Typed, bytes], bool]) -> None:
        self._port, self._hooks, self._sound = port, hooks, sound
        self._idle: list[Line] = []

    async def ask(self, typed: Typed, scheduled: float | None = None) -> tuple[float, bytes]:
        """(seconds until the whole answer, the answer)."""
        line = self._kept() or await self._connect()
        request = typed.request(self._hooks)
        began = scheduled if scheduled is not None else time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            answer = await line.ask(request)
        self._idle.append(line)
        if answer.status != 200 or not self._sound(typed, answer.body):
            raise Unsound(f"{typed}: {answer.status} {answer.body[:300]!r}")
        return answer.at - began, answer.body

    async def one_by_one(self, typed: Sequence[Typed], count: int) -> Latencies:
        """One caller, who waits for each answer."""
        made = Latencies()
        for n in range(count):
            made.seconds.append((await self.ask(typed[n % len(typed)]))[0])
        return made

    async def abreast(self, typed: Sequence[Typed], seconds: float, callers: int) -> float:
        """Many callers at once, each of whom waits for their answer; commands a second."""
        until, done = time.perf_counter() + seconds, 0

        async def caller(first: int) -> None:
            nonlocal done
            for n in itertools.count(first):
                if time.perf_counter() >= until:
                    return
                await self.ask(typed[n % len(typed)])
                done += 1

        began = time.perf_counter()
        await asyncio.gather(*map(caller, range(callers)))
        return done / (time.perf_counter() - began)

    async def evenly(self, typed: Sequence[Typed], seconds: float, per_second: float) -> list[Latencies]:
        """At an even pace, whether answers come or not; one `Latencies` for each of `typed`."""
        made = [Latencies() for _ in typed]
        asking: list[asyncio.Task[None]] = []
        began = time.perf_counter()

        async def one(which: int, due: float) -> None:
            made[which].seconds.append((await self.ask(typed[which], due))[0])

        for n in range(int(seconds * per_second)):
            due = began + n / per_second
            await _until(due)
            asking.append(asyncio.create_task(one(n % len(typed), due)))
        await asyncio.gather(*asking)
        return made

    def close(self) -> None:
        for line in self._idle:
            line.close()

    def _kept(self) -> Line | None:
        """A connection that is still open: servers close idle ones after some seconds."""
        while self._idle:
            line = self._idle.pop()
            if not line.is_lost:
                return line
        return None

    async def _connect(self) -> Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(Line, "127.0.0.1", self._port)
        return line


async def _until(due: float) -> None:
    """Sleep, and for the last stretch turn with the loop: its timers are a millisecond wide."""
    while (left := due - time.perf_counter()) > 0:  # noqa: ASYNC110  # nobody sets an event when it is time
        await asyncio.sleep(left - 0.002 if left > 0.003 else 0)
