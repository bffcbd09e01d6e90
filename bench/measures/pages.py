"""The pages that come by themselves, of the whole province: until they could be handed to a platform."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from app import TEMPLATES, build
from bench.archive import PROVINCE, ROOMS, ZONE
from bench.figures import Figure, Table
from bench.place import Place
from plugin.chat.compose import Composer
from plugin.chat.context import Services
from plugin.chat.values import Outgoing
from plugin.clock import system_clock
from plugin.dates import FILTERS
from plugin.rhythm.page import page_about
from plugin.rhythm.periodic import MONTHLY, WEEKLY, period_page
from plugin.settings import Settings
from plugin.store.store import Store
from plugin.wording import View, Wording


async def pages(place: Place) -> Table:
    """In this process, on a copy of the archive, by a house that is built and does not run."""
    settings = Settings(database_url=f"sqlite:///{place.database}", media_dir=place.folder / "media")
    async with build(settings) as house:
        return await _measured(house.desk.services, place.rounds)


async def _measured(services: Services, times: int) -> Table:
    registry = await services.registry.current()
    node = registry.by_code(ROOMS[PROVINCE])
    assert node is not None
    today = system_clock().astimezone(ZONE).date()
    before = today.replace(day=1) - timedelta(days=1)
    monday = today - timedelta(days=today.weekday() + 7)

    async def morning() -> View:
        return await page_about(services, registry, node, picture=True)

    def period(kind: str, first: date, last: date) -> Callable[[], Awaitable[View]]:
        async def made() -> View:
            args = {"agency": node.id, "first": first.isoformat(), "last": last.isoformat()}
            view = await period_page(services, kind, args)
            assert view is not None
            return view

        return made

    table = Table("Pages of the whole province, with their pictures and papers")
    for name, make, goal in (
        ("the morning page with its picture", morning, 2.0),
        ("the week's page with its picture", period(WEEKLY, monday, monday + timedelta(days=6)), None),
        (
            "the month's page with picture, PDF and spreadsheet",
            period(MONTHLY, before.replace(day=1), before),
            20.0,
        ),
    ):
        rounds, message = [], None
        for _ in range(times):
            began = time.perf_counter()
            message = await _composed(services.store, await make())
            rounds.append(time.perf_counter() - began)
        assert message is not None
        table.figures.append(Figure(name, "s", rounds, goal=goal, note=_sizes(message)))
    return table


async def _composed(store: Store, view: View) -> Outgoing:
    """A composer of its own each time: it remembers pictures."""
    wording = Wording(TEMPLATES, FILTERS(ZONE, system_clock))
    return await Composer(store, wording).message(view, now=system_clock())


def _sizes(message: Outgoing) -> str:
    return ", ".join(f"{len(m.content) / 1000:.0f} kB" for m in (*message.pictures, *message.files))
