"""Looking on X for what may have been published, before anything is sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from plugin.errors import DeliveryError, Refused, TryLater, Unknown
from plugin.public.values import Draft
from tests.adapters.x_wire import HANDLE, XWire, open_wire
from tests.conftest import MovableClock

TEXT = "Terima kasih, jalan kami periksa besok & lusa."


@pytest.fixture(params=["tweet", "post"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
    async with open_wire(request.param) as wire:
        yield wire


class TestFinding:
    @pytest.mark.parametrize(
        "text",
        [
            "Sila lihat https://kebumenkab.go.id/lapor/ atau lapor.go.id ya",
            "Sila lihat https://kebumenkab.go.id/berita/2026/08/18/perbaikan-jalan-gombong",
            "Baik & <cepat>  \n\nSalam 🙏🏽",
            "Cafe\u0301 dekat pasar",
            "@warga_kbm sudah kami catat",
            "&amp; tetap &amp;",
            "panjang " * 35,
        ],
    )
    async def test_an_answer_is_found_as_x_shows_it(self, wire: XWire, text: str) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.break_next()
        await wire.channel.publish(wire.account, Draft(text), target, key="r1")
        found = await wire.channel.find_published(wire.account, text, target, since=datetime.now(UTC))

        assert found is not None
        assert found.url == f"https://x.com/{HANDLE}/status/{found.id}"

    @pytest.mark.parametrize("ahead", [-3, 3])
    async def test_clocks_that_differ_do_not_hide_it(self, wire: XWire, ahead: int) -> None:
        wire.far.clock = MovableClock(datetime.now(UTC) - timedelta(minutes=ahead))
        target = wire.citizen_posts("jalan rusak")
        await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        since = datetime.now(UTC)

        assert await wire.channel.find_published(wire.account, TEXT, target, since=since) is not None
        assert [p.answers for p in await wire.channel.written_since(wire.account, since)] == [target]

    async def test_a_timeline_that_lags_shows_it_later(self, wire: XWire) -> None:
        target = wire.citizen_posts("jalan rusak")
        wire.far.lagging = True
        await wire.channel.publish(wire.account, Draft(TEXT), target, key="r1")
        since = datetime.now(UTC)
        early = await wire.channel.find_published(wire.account, TEXT, target, since=since)
        wire.far.catch_up()
        late = await wire.channel.find_published(wire.account, TEXT, target, since=since)

        assert early is None
        assert late is not None

    async def test_it_is_found_behind_many_others(self, wire: XWire) -> None:
        first = wire.citizen_posts("jalan rusak")
        await wire.channel.publish(wire.account, Draft(TEXT), first, key="r1")
        for n in range(130):
            target = wire.citizen_posts(f"laporan {n}")
            await wire.channel.publish(wire.account, Draft(f"Jawaban {n}."), target, key=f"r{n}")
        found = await wire.channel.find_published(wire.account, TEXT, first, since=datetime.now(UTC))

        assert found is not None

    async def test_not_being_able_to_tell_is_said(self, wire: XWire) -> None:
        since = datetime.now(UTC)
        troubles: list[tuple[Callable[[], None], type[DeliveryError]]] = [
            (wire.fail_next, Unknown),
            (lambda: wire.throttle_next(60), TryLater),
            (lambda: wire.far.answer_next(401, {}), Refused),
            (lambda: wire.far.answer_next(200, {}), Unknown),
        ]
        for fault, error in troubles:
            fault()
            with pytest.raises(error):
                await wire.channel.find_published(wire.account, TEXT, "1", since=since)
