"""The real app in a process of its own, on a core of its own, with a copy of the archive."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.far_side import TELEGRAM_TOKEN, FarSide
from bench.wire import SECRET, Client, Typed, Unsound

ROOT = Path(__file__).parents[1]
FIRST = Typed("/belum-punya-akun")


@dataclass
class House:
    """A running app: how to reach it, and how long it took until its first answer."""

    pid: int
    port: int
    started_in: float
    far: FarSide
    database: Path

    def client(self) -> Client:
        return Client(self.port, self.far.url, _is_sound)

    def memory_mb(self) -> float:
        return machine.memory_mb(self.pid)


@contextlib.asynccontextmanager
async def house(database: Path, far: FarSide, *, poll_seconds: float = 60) -> AsyncIterator[House]:
    """Start `python app.py`; entered when it has answered the first command."""
    port = free_port()
    settings = {
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_DIR": str(database.parent / "media"),
        "PORT": str(port),
        "NODE": "bench",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{far.url}/api/",
        "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_API_URL": far.url,
        "X_CONSUMER_KEY": "bench",
        "X_CONSUMER_SECRET": "bench",
        "X_BEARER_TOKEN": "bench",
        "X_API_URL": far.url,
        "X_POLL_SECONDS": str(poll_seconds),
    }
    began = time.perf_counter()
    with process(
        [str(ROOT / "app.py")], {f"TANGGAP_{k}": v for k, v in settings.items()}, database.parent
    ) as app:
        running = House(app.pid, port, 0.0, far, database)
        client = running.client()
        running.started_in = await first_answer(client, FIRST, app) - began
        client.close()
        yield running


@contextlib.contextmanager
def process(
    arguments: Sequence[str], settings: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Python on the app's core; ended politely, and if need be not."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("TANGGAP_") and k != "PYTHONDONTWRITEBYTECODE"
    }
    running = subprocess.Popen(
        [sys.executable, *arguments],
        env=kept | {"PYTHONPATH": str(ROOT)} | settings,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        preexec_fn=machine.on_app_core(),  # noqa: PLW1509  # there are no threads here
    )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


async def first_answer(client: Client, typed: Typed, app: subprocess.Popen[bytes]) -> float:
    """When the first good answer was there (`time.perf_counter`)."""
    until = time.perf_counter() + 120
    while time.perf_counter() < until:
        if app.poll() is not None:
            raise RuntimeError(f"the app ended with {app.returncode}")
        with contextlib.suppress(OSError, Unsound):
            await client.ask(typed)
            return time.perf_counter()
        await asyncio.sleep(0.005)
    raise TimeoutError("no answer from the app")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


WORDS = {
    "/laporan-baru": (b"belum ditanggapi", b"menunggu dengan kata"),
    "/belum-punya-akun": (b"Belum punya akun resmi",),
    "/ringkasan": (b'"blocks"',),
}


def _is_sound(typed: Typed, body: bytes) -> bool:
    """Whether this is the answer, and not a refusal or an apology; what is stored first has an empty one."""
    wanted = WORDS.get(typed.command)
    return any(words in body for words in wanted) if wanted else not body
