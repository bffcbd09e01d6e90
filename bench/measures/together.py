"""Everything at once: commands at an even pace while mentions come in and one digest after the other is made."""

from __future__ import annotations

import asyncio
import contextlib

from bench import machine
from bench.figures import Figure, Table
from bench.house import House, house
from bench.measures.slack import MISSING, REPORTS
from bench.place import Place
from bench.wire import Client, Latencies, Typed

PER_SECOND = 50
SECONDS = 12.0
PAGES_PER_SECOND = 10
"""A thousand mentions a second: twenty times what X gives an app."""

BETWEEN_DIGESTS = 0.1
"""Seconds: eight pages a second of the whole province, where a morning needs one for each room."""

STORED = 960_000
"""From this report on `/laporan` is asked for: it is stored, acknowledged and then worked on."""


async def together(place: Place) -> Table:
    """Latencies from the moment each command was due."""
    names = ("`/laporan-baru`", "`/belum-punya-akun`", "`/laporan 17`, stored before it is acknowledged")
    alone: list[list[Latencies]] = []
    busy: list[list[Latencies]] = []
    digests, others, pages = 0, 0.0, 0.0
    async with house(place.database, place.far, poll_seconds=1) as running:
        client, quiet = running.client(), machine.Quiet(running.pid)
        await _evenly(client, 2 * place.rounds, seconds=1.0)  # warm
        for n in range(place.rounds):
            alone.append(await _evenly(client, n))
            place.far.feed(PAGES_PER_SECOND)
            quiet.begin()
            made = asyncio.create_task(_digests(running))
            busy.append(await _evenly(client, n + place.rounds))
            others += quiet.others() / place.rounds
            made.cancel()
            digests += await made
            pages += place.far.pages_served / SECONDS / place.rounds
            place.far.feed(0)
        client.close()
    table = Table(f"Slack: {PER_SECOND} commands a second while a digest and an intake run")
    for which, name in enumerate(names):
        goal = 50 if which == 2 else 15
        what = "acknowledged" if which == 2 else "visible"
        table.figures += [
            Figure(f"{name} {what}, p99", "ms", _at(busy, which, 99), _at(alone, which, 99), "with nothing beside",
                   goal=goal, others=others),
            Figure(f"{name} {what}, p50", "ms", _at(busy, which, 50), _at(alone, which, 50), "with nothing beside",
                   others=others),
        ]  # fmt: skip
    every = [Latencies([s for some in one for s in some.seconds]) for one in busy]
    acks = [some.at(99) for some in every]
    table.figures.append(Figure("every acknowledgement, p99", "ms", acks, goal=50, others=others))
    table.remarks.append(
        f"Beside the commands: {pages * 100:,.0f} mentions/s stored and {digests / place.rounds / SECONDS:.1f} "
        "digests/s of the whole province, by `/ringkasan` from a second connection, one after the other."
    )
    return table


async def _evenly(client: Client, n: int, seconds: float = SECONDS) -> list[Latencies]:
    """Nine of ten are looked up, one of ten is stored first."""
    stored = Typed("/laporan", str(STORED + n))
    pattern = [REPORTS, MISSING] * 4 + [REPORTS, stored]
    made = await client.evenly(pattern, seconds, PER_SECOND)
    ours: dict[str, Latencies] = {}
    for typed, some in zip(pattern, made, strict=True):
        ours.setdefault(typed.command, Latencies()).seconds.extend(some.seconds)
    return [ours[name] for name in (REPORTS.command, MISSING.command, "/laporan")]


async def _digests(running: House) -> int:
    """Ask for the digest until cancelled; how many there were."""
    client, made = running.client(), 0
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            await client.ask(Typed("/ringkasan"))
            made += 1
            await asyncio.sleep(BETWEEN_DIGESTS)
    client.close()
    return made


def _at(rounds: list[list[Latencies]], which: int, percent: float) -> list[float]:
    return [one[which].at(percent) for one in rounds]
