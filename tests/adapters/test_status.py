"""What a monitor sees: whether we are well, and the figures; never a word that somebody wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from adapters.status import status_routes
from plugin.rhythm.gaps import Hearing, Silence
from plugin.rhythm.metrics import exposition
from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import open_conversation

NOW = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)


class House:
    """Parts and accounts, as the desk would tell of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.parts: dict[str, str] = {"slack": "ok", "x": "ok"}
        self.ears: list[Hearing] = []

    async def condition(self) -> tuple[Mapping[str, str], Sequence[Hearing]]:
        return self.parts, self.ears

    async def figures(self) -> bytes:
        return await self.store.survey(exposition)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
async def monitor(house: House) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=status_routes(house.condition, house.figures))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


async def test_all_is_well(monitor: httpx.AsyncClient) -> None:
    answer = await monitor.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": {"slack": "ok", "x": "ok"}, "accounts": []}


async def test_a_part_in_trouble_is_named_and_we_still_answer(
    monitor: httpx.AsyncClient, house: House
) -> None:
    house.parts["x"] = "asked to wait"
    answer = await monitor.get("/healthz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["x"] == "asked to wait"


@pytest.mark.parametrize("overdue", [True, False])
async def test_an_account_that_was_not_read_for_long_is_trouble(
    monitor: httpx.AsyncClient, house: House, overdue: bool
) -> None:
    gap = Silence(NOW - timedelta(hours=1), NOW, lost=False)
    house.ears.append(Hearing(1, "x", "dpupr", NOW, "asked to wait", overdue, (gap,)))
    told = (await monitor.get("/healthz")).json()

    assert told["status"] == ("degraded" if overdue else "ok")
    assert told["accounts"] == [
        {
            "channel": "x", "handle": "dpupr", "overdue": overdue, "trouble": "asked to wait",
            "last_ok_at": "2026-08-18T03:00:00+00:00", "open_gaps": ["2026-08-18T02:00:00+00:00"],
        }
    ]  # fmt: skip


async def test_the_figures_are_what_prometheus_reads(monitor: httpx.AsyncClient) -> None:
    answer = await monitor.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert [family.name for family in text_string_to_metric_families(answer.text)]


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
async def test_they_are_only_read(monitor: httpx.AsyncClient, path: str) -> None:
    assert (await monitor.head(path)).status_code == 200
    assert (await monitor.post(path, content="x")).status_code == 405


async def test_without_its_figures_it_still_answers(house: House) -> None:
    async def none() -> None:
        return None

    app = Starlette(routes=status_routes(house.condition, none))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        assert (await client.get("/metrics")).status_code == 503


async def test_a_database_that_is_away_is_named(store: Store, clock: MovableClock) -> None:
    async def rename(old: str, new: str) -> None:
        change = sa.text(f"ALTER TABLE {old} RENAME TO {new}")
        await store.write(lambda session: session.connection().execute(change))

    talk = await open_conversation(store, clock)
    await rename("poll_cursor", "poll_cursor_away")
    try:
        parts, ears = await talk.desk.services.condition()
    finally:  # PostgreSQL's tables are those of the next test, too
        await rename("poll_cursor_away", "poll_cursor")

    assert parts["database"] == "away"
    assert not ears
