"""Everything at once: commands at an even pace while mentions come in and one digest after the other is made."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bench import machine
from bench.figures import Figure, Table
from bench.house import House, house
from bench.measures.slack import MISSING, REPORTS, bare
from bench.place import Place
from bench.wire import Client, Latencies, Typed

PER_SECOND = 50
SECONDS = 12.0
STORED = 960_000
"""From this report on `/laporan` is asked for: it is stored, acknowledged and then worked on."""
Rounds = list[list[Latencies]]
"""Round by round, one for each kind of command."""
LOOKED_UP, KEPT = ("`/laporan-baru`", "`/belum-punya-akun`"), "`/laporan 17`, stored first"


@dataclass
class Load:
    """What goes on beside the commands: so many pages of a hundred mentions a second, each account asked for them
    every `poll` seconds, and a digest of the whole province each time that the one before is `rest` seconds old."""

    name: str
    pages: float
    poll: float
    rest: float
    made: Rounds = field(default_factory=list)
    others: float = 0.0
    digests: int = 0
    stored: float = 0.0


def _loads() -> list[Load]:
    """X answers an app 450 times in a quarter of an hour, with a hundred mentions at most: 50 a second. Here it is
    asked far oftener, so that they do not all come in one second of each minute. A morning needs one digest for each
    room."""
    return [Load("the most X gives", 0.5, 4, 0.5), Load("twenty times that", 10, 1, 0.1)]


async def together(place: Place) -> Table:
    """Latencies from the moment each command was due."""
    table, loads = Table(f"Slack: {PER_SECOND} commands a second while a digest and an intake run"), _loads()
    floor: list[Latencies] = []
    alone: Rounds = []
    for load in loads:
        async with house(place.database, place.far, poll_seconds=load.poll) as running:
            client = running.client()
            answer = place.folder / "answer.json"
            answer.write_bytes((await client.ask(REPORTS))[1])
            await _evenly(client, 0, seconds=2.0)  # warm
            async with bare("asgi", answer) as asgi:
                for n in range(place.rounds):
                    if load is loads[0]:
                        floor += await asgi.evenly((REPORTS,), SECONDS, PER_SECOND)
                        alone.append(await _evenly(client, n))
                    await _beside(place, running, client, load, n)
            client.close()
    table.figures += _rows(
        "nothing beside", alone, "bare ASGI", lambda _, percent: [r.at(percent) for r in floor]
    )
    for load in loads:
        table.figures += _rows(
            load.name, load.made, "nothing beside", partial(_at, alone), others=load.others
        )
        table.remarks.append(
            f"Beside “{load.name}”: {load.stored * 100:,.0f} mentions/s stored and"
            f" {load.digests / place.rounds / SECONDS:.1f} digests/s of the whole province, by `/ringkasan` from a"
            " second connection, one after the other."
        )
    return table


async def _beside(place: Place, running: House, client: Client, load: Load, n: int) -> None:
    quiet = machine.Quiet(running.pid)
    place.far.feed(load.pages)
    quiet.begin()
    made = asyncio.create_task(_digests(running, load.rest))
    load.made.append(await _evenly(client, n))
    load.others += quiet.others() / place.rounds
    made.cancel()
    load.digests += await made
    load.stored += place.far.pages_served / SECONDS / place.rounds
    place.far.feed(0)


def _rows(
    beside: str, made: Rounds, against: str, base: Callable[[int, int], list[float]], *, others: float = 0.0
) -> list[Figure]:
    rows = []
    for which, name in enumerate((*LOOKED_UP, KEPT)):
        what, goal = ("acknowledged", 50.0) if name == KEPT else ("visible", 15.0)
        for percent, most in ((99, goal), (50, None)):
            title = f"{name} {what}, p{percent}, {beside}"
            figures = _at(made, which, percent), base(which, percent)
            rows.append(Figure(title, "ms", *figures, against, goal=most, others=others))
    acks = [Latencies([s for some in one for s in some.seconds]).at(99) for one in made]
    return [*rows, Figure(f"every acknowledgement, p99, {beside}", "ms", acks, goal=50, others=others)]


def _at(rounds: Rounds, which: int, percent: int) -> list[float]:
    return [one[which].at(percent) for one in rounds]


async def _evenly(client: Client, n: int, seconds: float = SECONDS) -> list[Latencies]:
    """Nine of ten are looked up, one of ten is stored first."""
    stored = Typed("/laporan", str(STORED + n))
    pattern = [REPORTS, MISSING] * 4 + [REPORTS, stored]
    made = await client.evenly(pattern, seconds, PER_SECOND)
    ours: dict[str, Latencies] = {}
    for typed, some in zip(pattern, made, strict=True):
        ours.setdefault(typed.command, Latencies()).seconds.extend(some.seconds)
    return [ours[name] for name in (REPORTS.command, MISSING.command, "/laporan")]


async def _digests(running: House, rest: float) -> int:
    """Ask for the digest until cancelled; how many there were."""
    client, made = running.client(), 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await client.ask(Typed("/ringkasan"))
            made += 1
            await asyncio.sleep(rest)
    client.close()
    return made
