"""`python -m bench` measures everything, `python -m bench slack` one thing; `--rounds 5` more often."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

import uvloop

from bench import machine
from bench.archive import archive
from bench.figures import Table
from bench.measures.intake import intake
from bench.measures.pages import pages
from bench.measures.queries import queries
from bench.measures.slack import slack
from bench.measures.start import start
from bench.measures.telegram import telegram
from bench.measures.together import together
from bench.place import Place, place

MEASURES: dict[str, Callable[[Place], Awaitable[Table]]] = {
    "slack": slack,
    "together": together,
    "telegram": telegram,
    "intake": intake,
    "queries": queries,
    "pages": pages,
    "start": start,
}


async def run(names: list[str], rounds: int) -> bool:
    """Measure and print; whether every goal was met."""
    print(f"{machine.describe()}\n{rounds} rounds.\n", flush=True)
    met = True
    for name in names:
        async with place(rounds) as here:
            table = await MEASURES[name](here)
        print(table.text(), flush=True)
        met &= all(figure.verdict != "FAIL" for figure in table.figures)
    return met


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(MEASURES)}")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(MEASURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    machine.pin(machine.OUR_CORE)
    archive()
    sys.exit(not uvloop.run(run(asked.names or list(MEASURES), asked.rounds)))


if __name__ == "__main__":
    main()
