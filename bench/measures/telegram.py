"""Telegram by polling: from the update to our sendMessage."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bench import machine
from bench.far_side import TELEGRAM_TOKEN
from bench.figures import Figure, Table
from bench.house import house, process
from bench.place import Place
from bench.wire import Latencies

CALLS = 300
PATIENCE = 30.0


async def telegram(place: Place) -> Table:
    """One caller: the next command is typed when the answer to the last has come."""
    ours: dict[str, list[float]] = {"/laporan_baru": [], "/belum_punya_akun": []}
    bare: list[float] = []
    async with house(place.database, place.far) as running:
        quiet = machine.Quiet(running.pid)
        quiet.begin()
        for text, values in ours.items():
            await _p50(place, text)
            values += [await _p50(place, text) for _ in range(place.rounds)]
        others = quiet.others()
    async with _poller(place):
        await _p50(place, "/laporan_baru")
        bare += [await _p50(place, "/laporan_baru") for _ in range(place.rounds)]
    figures = [
        Figure(
            f"`{text}` → sendMessage, p50", "ms", values, bare, "bare aiohttp poller", goal=4, others=others
        )
        for text, values in ours.items()
    ]
    return Table("Telegram: by polling, one caller", figures)


async def _p50(place: Place, text: str) -> float:
    made = Latencies()
    for _ in range(CALLS):
        typed_at = place.far.say(text)
        async with asyncio.timeout(PATIENCE):
            call = await place.far.calls.get()
        assert call.method == "sendMessage", call
        made.seconds.append(call.at - typed_at)
    await asyncio.sleep(0.05)
    return made.at(50)


@contextlib.asynccontextmanager
async def _poller(place: Place) -> AsyncIterator[None]:
    with process(["-m", "bench.bare", "poller", place.far.url, TELEGRAM_TOKEN], {}, place.folder):
        async with asyncio.timeout(PATIENCE):
            while place.far.calls.empty():
                place.far.say("/ada")  # the app's last question may still stand open, and swallow one
                await asyncio.sleep(0.3)
        await asyncio.sleep(0.3)
        while not place.far.calls.empty():
            place.far.calls.get_nowait()
        yield
