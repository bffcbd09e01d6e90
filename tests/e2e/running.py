"""Running the real application as an operator does: commands, a start, a stop, a crash; and waiting for it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, overload

import httpx
from cryptography.fernet import Fernet

T = TypeVar("T")
Json = dict[str, Any]  # what the application or the hatchery says

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds that anything may take before a test fails; on an idle machine nothing needs two."""
TROUBLE = ("Traceback", "never retrieved", "never awaited", "Exception ignored", "ERROR")


@overload
async def until(
    condition: Callable[[], Awaitable[T]], patience: float = ..., *, what: str = ..., pause: float = ...
) -> T: ...
@overload
async def until(
    condition: Callable[[], T], patience: float = ..., *, what: str = ..., pause: float = ...
) -> T: ...
async def until(
    condition: Callable[[], Any], patience: float = PATIENCE, *, what: str = "", pause: float = 0.01
) -> Any:  # Any: see the overloads
    """What `condition` gives, as soon as it is something; `pause` where asking costs the application work."""
    end = time.monotonic() + patience
    while True:
        found = condition()
        got = await found if isinstance(found, Awaitable) else found
        if got:
            return got
        assert time.monotonic() < end, f"waited in vain {what or 'for something to be so'}"
        await asyncio.sleep(pause)


def browser(**how: Any) -> httpx.AsyncClient:
    """Asks over HTTP, as patient as `until` is."""
    # Nothing here speaks TLS, and to read all authorities takes 25 ms for each browser.
    return httpx.AsyncClient(timeout=PATIENCE, verify=False, **how)


class Hatchery:
    """The test's end of `tests.e2e.hatchery`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.hatchery"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        self._numbers = itertools.count(1)
        self._hatched: dict[int, Future[int]] = {}
        self._ended: dict[int, Future[int]] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def hatch(self, **request: Any) -> tuple[int, Future[int]]:
        """Start an application; its process id, and the exit code that it will have."""
        number = next(self._numbers)
        hatched: Future[int] = Future()
        self._hatched[number] = hatched
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request | {"id": number}) + "\n")
        self._process.stdin.flush()
        pid = hatched.result(60)
        return pid, self._ended[pid]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            report = json.loads(line)
            if "code" in report:
                self._ended.pop(report["pid"]).set_result(report["code"])
            else:
                self._ended[report["pid"]] = Future()
                self._hatched.pop(report["id"]).set_result(report["pid"])

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._listener.join(10)
        self._process.stdout.close()


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


@dataclass
class App:
    """One life of the application."""

    pid: int
    url: str
    ended: Future[int]
    out: Path
    err: Path

    async def ready(self, *, well: bool = True) -> App:
        """Once it serves and (where `well`) all its parts say that they are."""
        async with browser(base_url=self.url) as client:

            async def serves() -> bool:
                assert not self.ended.done(), f"it ended with {self.ended.result()}: {self.said()}"
                try:
                    answer = await client.get("/healthz")
                except httpx.TransportError:
                    return False
                return answer.status_code == 200 and (not well or answer.json()["status"] == "ok")

            await until(serves, what=f"for the application to be ready; it said: {self.said()}")
        return self

    async def health(self) -> Json:
        """What /healthz says."""
        async with browser(base_url=self.url) as client:
            told: Json = (await client.get("/healthz")).json()
            return told

    async def stop(
        self, how: signal.Signals = signal.SIGINT, within: float = PATIENCE, *, calm: bool = True
    ) -> None:
        """Ask it to end: it does, in time, in order and (where it had to be `calm`) without a cry."""
        os.kill(self.pid, how)
        code = await self.end(within)
        assert code == 0, f"it ended with {code}: {self.said()}"
        assert not calm or not [word for word in TROUBLE if word in self.said()], self.said()

    async def end(self, within: float = PATIENCE) -> int:
        """Its exit code, once it has ended."""
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self.ended)), within)

    async def kill(self) -> None:
        """As a power failure would."""
        self.cut_off()
        assert await self.end() == -signal.SIGKILL

    def cut_off(self) -> None:
        """The same, at this very moment, without waiting for the end."""
        if not self.ended.done():
            os.kill(self.pid, signal.SIGKILL)

    def said(self) -> str:
        """Everything it wrote to the terminal."""
        return self.out.read_text() + self.err.read_text()


@dataclass
class Installation:
    """A folder, a database and settings; applications run in it, one after the other or several at once."""

    hatchery: Hatchery
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    lives: list[App] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _ports: list[socket.socket] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        """The whole environment of an application: nothing of the test's own TANGGAP_… gets in.

        What is confirmed leaves at once, unless a test says otherwise.
        """
        # No message that comes by itself at the turn of some minute stands between those that a story waits for.
        settings = {"cancel_seconds": "0", "news_minutes": "0"} | self.settings | more
        ours = {f"TANGGAP_{name.upper()}": value for name, value in settings.items()}
        return {k: v for k, v in os.environ.items() if not k.startswith("TANGGAP_")} | ours

    async def command(self, *argv: str, **settings: str) -> Done:
        """Run an operator's command to its end."""
        app = self._hatch(argv, settings)
        return Done(await app.end(30), app.out.read_text(), app.err.read_text())

    async def start(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        clock: Mapping[str, object] | None = None,
        debug: bool = False,
        well: bool = True,
    ) -> App:
        """Start the application, perhaps with other settings, and wait until it serves."""
        return await self.begin(settings, clock=clock, debug=debug).ready(well=well)

    def begin(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        clock: Mapping[str, object] | None = None,
        debug: bool = False,
    ) -> App:
        """Start the application without waiting."""
        return self._hatch((), settings or {}, clock=clock, debug=debug)

    def port(self) -> str:
        """A port that nobody else takes: held, but not listened on, as long as the installation stands."""
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        self._ports.append(held)
        return str(held.getsockname()[1])

    def _hatch(
        self, argv: tuple[str, ...], settings: Mapping[str, str],
        clock: Mapping[str, object] | None = None, debug: bool = False,
    ) -> App:  # fmt: skip
        number = next(self._numbers)
        out, err = self.folder / f"out-{number}.log", self.folder / f"err-{number}.log"
        environment = self.environment(**settings)
        pid, ended = self.hatchery.hatch(
            argv=argv, env=environment, cwd=str(self.folder), out=str(out), err=str(err), clock=clock,
            debug=debug,
        )  # fmt: skip
        out.touch()
        err.touch()
        app = App(pid, f"http://127.0.0.1:{environment.get('TANGGAP_PORT')}", ended, out, err)
        self.lives.append(app)
        return app

    def put(self, name: str, text: str) -> str:
        """Write a file into the folder; gives its path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    async def close(self) -> None:
        """Whatever still lives is cut off."""
        for app in self.lives:
            app.cut_off()
        await asyncio.gather(*(app.end() for app in self.lives))
        for held in self._ports:
            held.close()


@asynccontextmanager
async def installed(hatchery: Hatchery, folder: Path, database_url: str) -> AsyncIterator[Installation]:
    """An installation in this folder with a key, a port and a database, and nothing else set."""
    made = Installation(hatchery, folder)
    made.settings |= {
        "database_url": database_url, "media_dir": "media", "port": made.port(), "node": "satu",
        "secret_keys": Fernet.generate_key().decode(),
    }  # fmt: skip
    try:
        yield made
    finally:
        await made.close()
