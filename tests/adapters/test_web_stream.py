"""What an open tab hears: how things stand, every change in order, and the rest after it was away."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.web.bell import PATIENCE, Bell
from plugin.chat.values import MenuEntry, Outgoing, Person, Room
from plugin.store.store import Store
from tests.far_side.web import Training, serving, visible

ROOM = Room("web", "kebumen")
Event = tuple[str, str, Any]


class Tab:
    """A browser tab: reads the stream event by event."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self) -> Event:
        """(kind, id, data) of the next event."""
        kind = number = data = ""
        async with asyncio.timeout(10):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    number = value
                elif name == "data":
                    data = value
                elif not line and kind:
                    return kind, number, json.loads(data)
        raise AssertionError("the stream ended")

    async def ended(self) -> bool:
        """Read to the end."""
        async with asyncio.timeout(10):
            async for _ in self._lines:
                pass
        return True


@contextlib.asynccontextmanager
async def tab(address: str, who: str = "ada", *, last: str = "", room: str = "kebumen") -> AsyncIterator[Tab]:
    headers = {"last-event-id": last} if last else {}
    asked = {"sebagai": who, "grup": room, "tab": "t1"}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("GET", f"{address}/latihan/kabar", params=asked, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Tab(answer.aiter_lines())


async def test_first_how_things_stand_then_every_change(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as (training, address):
        await training.chat.offer_menu([MenuEntry("bantuan", "Daftar perintah")])
        ref = await training.chat.send(ROOM, Outgoing("pertama"), key="k1")
        async with tab(address) as open_tab:
            kind, _, standing = await open_tab.next()
            await training.chat.amend(ref, Outgoing("berubah"))
            amended = await open_tab.next()
            await training.chat.send(ROOM, Outgoing("kedua"), key="k2")
            second = await open_tab.next()

    assert kind == "keadaan"
    assert [visible(m["blocks"]) for m in standing["messages"]] == ["pertama"]
    assert standing["menu"] == [{"name": "bantuan", "summary": "Daftar perintah", "usage": ""}]
    assert (amended[0], amended[2]["id"], visible(amended[2]["blocks"])) == ("pesan", int(ref.key), "berubah")
    assert visible(second[2]["blocks"]) == "kedua"
    assert int(second[1]) > int(amended[1])


async def test_whoever_was_away_hears_only_what_was_missed(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as (training, address):
        async with tab(address) as first:
            await first.next()
            await training.chat.send(ROOM, Outgoing("satu"), key="k1")
            last = (await first.next())[1]
        await training.chat.send(ROOM, Outgoing("dua"), key="k2")
        await training.chat.send(ROOM, Outgoing("tiga"), key="k3")
        async with tab(address, last=last) as again:
            missed = [await again.next() for _ in range(2)]

    assert [(kind, visible(data["blocks"])) for kind, _, data in missed] == [
        ("pesan", "dua"),
        ("pesan", "tiga"),
    ]


async def test_whoever_knows_a_database_that_is_gone_begins_anew(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as (_, address), tab(address, last="999") as lost:
        assert (await lost.next())[0] == "keadaan"


async def test_what_another_process_wrote_is_heard_too(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    other = Store(database_url)
    elsewhere = Training(other, tmp_path)
    async with serving(store, tmp_path) as (_, address), tab(address) as open_tab:
        await open_tab.next()
        await elsewhere.chat.send(ROOM, Outgoing("dari proses lain"), key="k1")
        kind, _, message = await open_tab.next()

    assert (kind, visible(message["blocks"])) == ("pesan", "dari proses lain")
    await elsewhere.aclose()
    await other.aclose()


async def test_whispers_and_other_rooms_stay_where_they_are(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as (training, address), tab(address, "budi") as budi:
        await budi.next()
        ada = Person("web", "ada")
        await training.chat.send(ROOM, Outgoing("untuk Ada", whisper_to=ada), key="k1")
        await training.chat.send(Room("web", "pribadi:ada"), Outgoing("untuk Ada"), key="k2")
        await training.chat.send(Room("web", "dpupr"), Outgoing("di grup lain"), key="k3")
        await training.chat.send(ROOM, Outgoing("untuk semua"), key="k4")
        heard = [await budi.next() for _ in range(2)]

    assert [(kind, data.get("room")) for kind, _, data in heard] == [("lain", "dpupr"), ("pesan", None)]
    assert visible(heard[1][2]["blocks"]) == "untuk semua"


async def test_a_ring_wakes_whoever_waits() -> None:
    bell = Bell()
    ring = bell.next_ring()
    bell.ring()
    waiting = asyncio.create_task(bell.wait(bell.next_ring()))
    await asyncio.sleep(0)
    bell.ring()

    assert ring.is_set()
    async with asyncio.timeout(PATIENCE / 2):
        await waiting


async def test_closing_ends_every_stream_at_once(store: Store, tmp_path: Path) -> None:
    async with serving(store, tmp_path) as (training, address), tab(address) as one, tab(address) as two:
        for open_tab in (one, two):
            await open_tab.next()
        await training.chat.aclose()

        assert await one.ended()
        assert await two.ended()


PROGRAM = """
import pathlib, socket, sys
import uvicorn
from plugin.store.store import Store
from tests.far_side.web import Training
listener = socket.create_server(("127.0.0.1", 0))
host = "127.0.0.1:%d" % listener.getsockname()[1]
training = Training(Store(sys.argv[1]), pathlib.Path(sys.argv[2]), host=host)
print(host, flush=True)
server = uvicorn.Server(uvicorn.Config(training.app, log_level="warning", lifespan="off", ws="none"))
server.run(sockets=[listener])
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_ctrl_c_is_quick_although_a_tab_is_open(database_url: str, tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, database_url, str(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert program.stdout is not None
    async with asyncio.timeout(20):
        host = (await program.stdout.readline()).decode().strip()
    async with tab(f"http://{host}") as open_tab:
        await open_tab.next()
        program.send_signal(signal.SIGINT)
        async with asyncio.timeout(3):
            await program.wait()

    assert program.returncode is not None
