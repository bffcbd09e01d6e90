"""The far side of the training room: a browser, and a database that can be in trouble.

What a test sees is read over HTTP from a second process's pages (a thread with a store of its own), because
somebody else's browser may well be connected there.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import httpx
import uvicorn
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.applications import Starlette

from adapters.web import Persona, SquareChannel, WebChat, WebRoom, make_web
from plugin.chat.port import Receive
from plugin.chat.values import Incoming
from plugin.clock import Clock, system_clock
from plugin.store.store import Step, Store
from plugin.store.tables import Account, Agency
from plugin.wording import Wording

P = ParamSpec("P")
T = TypeVar("T")

HOST = "127.0.0.1:8000"
PEOPLE = (
    Persona("ada", "Ada", "Petugas"),
    Persona("budi", "Budi <b>Santoso</b>", "Penanggung jawab"),
    Persona("sekda", "Sekda", "Sekretaris Daerah"),
)
ROOMS = (WebRoom("kebumen", "Kabupaten Kebumen"), WebRoom("dpupr", "DPUPR"))
TEMPLATES = Path(__file__).parents[2] / "templates"


class TroubledStore(Store):
    """A store whose next work meets `trouble`, as databases do: before it is done, or just after."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.before: list[OperationalError] = []
        self.after: list[OperationalError] = []

    async def write(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self.before:
            raise self.before.pop(0)
        done = await super().write(step, *args, **kwargs)
        if self.after:
            raise self.after.pop(0)
        return done

    async def read(self, step: Step[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        if self.before:
            raise self.before.pop(0)
        return await super().read(step, *args, **kwargs)


def locked() -> OperationalError:
    """Another writer holds the file for too long."""
    return OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))


def hung_up() -> OperationalError:
    """The server went away in the middle."""
    gone = Exception("server closed the connection unexpectedly")
    return OperationalError("COMMIT", {}, gone, connection_invalidated=True)


class Training:
    """One process of the training room, and an HTTP client to it."""

    def __init__(self, store: Store, media: Path, *, host: str = HOST, clock: Clock = system_clock) -> None:
        self.store = store
        self.rooms: Sequence[WebRoom] = ROOMS
        self.chat, self.square = self._made(media, host, clock)
        self.app = Starlette(routes=self.chat.routes())
        ours = {"x-tanggap": "1", "origin": f"http://{host}"}
        transport = httpx.ASGITransport(app=self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=f"http://{host}", headers=ours)

    def _made(self, media: Path, host: str, clock: Clock) -> tuple[WebChat, SquareChannel]:
        async def people() -> Sequence[Persona]:
            return PEOPLE

        async def rooms() -> Sequence[WebRoom]:
            return self.rooms

        return make_web(
            self.store, Wording(TEMPLATES), clock=clock, media=media, hosts=[host], people=people, rooms=rooms
        )

    async def aclose(self) -> None:
        await self.chat.aclose()
        await self.client.aclose()


class Elsewhere:
    """Another process over the same database, for a test to look at without turning its own loop."""

    def __init__(self, url: str, media: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._keys = itertools.count(1)
        self.training = self.run(self._open(url, media))

    async def _open(self, url: str, media: Path) -> Training:
        return Training(Store(url), media)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something over there and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def get(self, path: str, **asked: str) -> httpx.Response:
        """Ask for a page or its data; anything but a good answer is a failure."""
        answer = self.run(self.training.client.get(path, params=asked))
        assert answer.status_code == 200, answer.text
        return answer

    def post(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """Send a form with files as a browser does."""
        files = {name: (None, value.encode()) for name, value in form.items()}
        answer = self.run(self.training.client.post(path, files=files))
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def write(self, step: Callable[..., T], *args: Any) -> T:
        """Change the database directly: what no page offers."""
        return self.run(self.training.store.write(step, *args))

    def close(self) -> None:
        async def closing() -> None:
            await self.training.aclose()
            await self.training.store.aclose()

        self.run(closing())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextlib.asynccontextmanager
async def serving(store: Store, media: Path) -> AsyncIterator[tuple[Training, str]]:
    """A training room behind a real HTTP server; gives its address too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        training = Training(store, media, host=host)
        config = uvicorn.Config(training.app, log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield training, f"http://{host}"
        finally:
            await training.aclose()
            server.should_exit = True
            await task


@contextlib.asynccontextmanager
async def listening(training: Training, receive: Receive) -> AsyncIterator[None]:
    """Let `receive` hear everything that is said in the training room."""
    task = asyncio.create_task(training.chat.listen(receive))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def hearing(training: Training, heard: list[Incoming]) -> contextlib.AbstractAsyncContextManager[None]:
    """Let everything that is heard be written down."""

    async def receive(message: Incoming) -> None:
        heard.append(message)

    return listening(training, receive)


def said(text: Any = "halo", *, key: Any = "k1", who: Any = "ada", room: Any = "kebumen", **more: Any) -> Any:
    """What a browser sends when somebody speaks; `more` for a press or a form."""
    return {"sebagai": who, "grup": room, "tab": "t1", "key": key, "text": text} | more


async def room_of(training: Training, who: str = "ada", room: str = "kebumen") -> list[dict[str, Any]]:
    """The newest messages as this person sees them."""
    answer = await training.client.get("/latihan/pesan", params={"sebagai": who, "grup": room})
    assert answer.status_code == 200
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return messages


def register(session: Session, handle: str, name: str) -> int:
    """Give an agency an official account on the square; returns the account's id."""
    agency = Agency(code="33.05.1", kind="dinas", name=name)
    session.add(agency)
    session.flush()
    assert agency.id is not None
    account = Account(
        agency_id=agency.id, channel="alun-alun", handle=handle, handle_key=handle, verdict="official",
        claimed_at=system_clock(),
    )  # fmt: skip
    session.add(account)
    session.flush()
    assert account.id is not None
    return account.id


def visible(blocks: Sequence[dict[str, Any]]) -> str:
    """The words that these blocks show; every word is text, so nothing is decoded."""
    lines = []
    for block in blocks:
        match block["kind"]:
            case "text" | "quote":
                lines.append(spoken(block["spans"]))
            case "list":
                lines += ["• " + spoken(item) for item in block["items"]]
    return "\n".join(lines)


def spoken(spans: Sequence[dict[str, Any]]) -> str:
    """The words of a run of text."""
    return "".join(span["text"] for span in spans)
