"""Slash commands over HTTP, as Slack sends them: one caller, as many as one core bears, and an even pace."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from bench import machine
from bench.archive import KABUPATEN, OFFICE, VILLAGE
from bench.figures import Figure, Table
from bench.house import House, first_answer, free_port, house, process
from bench.place import Place
from bench.wire import Client, Typed

REPORTS, MISSING = Typed("/laporan-baru"), Typed("/belum-punya-akun")
ROOMS = {"a kabupaten": KABUPATEN, "one busy office": OFFICE, "a village": VILLAGE}
SEARCH = Typed("/laporan-baru", "jembatan retak")
CALLS = 400
SECONDS = 3.0
CALLERS = 16

Round = Callable[[Client], Awaitable[float]]


async def slack(place: Place) -> Table:
    """The app, the bare handler and stock Bolt take turns, so that all have the same weather."""
    table = Table("Slack: slash commands, answered in the acknowledgement")
    async with house(place.database, place.far) as running:
        client = running.client()
        answer = place.folder / "answer.json"
        answer.write_bytes((await client.ask(REPORTS))[1])
        async with bare("asgi", answer) as asgi, bare("bolt", answer) as bolt:
            clients = (client, asgi, bolt)
            await _one_caller(table, place, running, clients)
            await _rooms(table, place, running, client)
            await _most(table, place, running, clients)
        client.close()
    return table


async def _one_caller(
    table: Table, place: Place, running: House, clients: tuple[Client, Client, Client]
) -> None:
    for typed in (REPORTS, MISSING):
        name = f"`{typed.command}` visible, p50, one caller"
        kinds = [_p50(typed), _p50(REPORTS), _p50(REPORTS)]
        ours, asgi, bolt, others = await _turns(place, running, clients, kinds)
        table.figures += [
            Figure(name, "ms", ours, asgi, "bare ASGI", goal=3, others=others),
            Figure(name, "ms", ours, bolt, "stock Bolt", others=others),
        ]


async def _rooms(table: Table, place: Place, running: House, client: Client) -> None:
    asked = [
        (f"`/laporan-baru` in the room of {what}", Typed(REPORTS.command, room=room))
        for what, room in ROOMS.items()
    ]
    asked.append(("`/laporan-baru jembatan retak` (search)", SEARCH))
    for name, typed in asked:
        [ours], others = await _rounds(place, running, [(client, _p50(typed))])
        table.figures.append(Figure(f"{name}, p50, one caller", "ms", ours, others=others))


async def _most(table: Table, place: Place, running: House, clients: tuple[Client, Client, Client]) -> None:
    async def both(client: Client) -> float:
        return await client.abreast((REPORTS, MISSING), SECONDS, CALLERS)

    async def one(client: Client) -> float:
        return await client.abreast((REPORTS,), SECONDS, CALLERS)

    ours, asgi, bolt, others = await _turns(place, running, clients, [both, one, one])
    name = f"both commands by turns, {CALLERS} callers, one core"
    table.figures += [
        Figure(name, "commands/s", ours, asgi, "bare ASGI", goal=800, more_is_better=True, others=others),
        Figure(name, "commands/s", ours, bolt, "stock Bolt", more_is_better=True, others=others),
    ]


def _p50(typed: Typed) -> Round:
    async def once(client: Client) -> float:
        return (await client.one_by_one((typed,), CALLS)).at(50)

    return once


async def _turns(
    place: Place, running: House, clients: tuple[Client, Client, Client], kinds: list[Round]
) -> tuple[list[float], list[float], list[float], float]:
    [ours, asgi, bolt], others = await _rounds(place, running, list(zip(clients, kinds, strict=True)))
    return ours, asgi, bolt, others


async def _rounds(
    place: Place, running: House, kinds: list[tuple[Client, Round]]
) -> tuple[list[list[float]], float]:
    """Round by round every kind once; and the share of the core that others took from our part."""
    for client, kind in kinds:
        await kind(client)  # warm
    values: list[list[float]] = [[] for _ in kinds]
    quiet, taken = machine.Quiet(running.pid), 0.0
    for _ in range(place.rounds):
        for which, (client, kind) in enumerate(kinds):
            quiet.begin()
            values[which].append(await kind(client))
            taken += quiet.others() if which == 0 else 0.0
    return values, taken / place.rounds


@contextlib.asynccontextmanager
async def bare(kind: str, answer: Path) -> AsyncIterator[Client]:
    """The same answer from a server with nothing else in it (`bench.bare`)."""
    port = free_port()
    with process(["-m", "bench.bare", kind, str(port), str(answer)], {}, answer.parent) as running:
        client = Client(port, "http://127.0.0.1", lambda _, body: b"blocks" in body)
        await first_answer(client, REPORTS, running)
        yield client
        client.close()
