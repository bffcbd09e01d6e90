"""How far X was read: nothing lost, nothing twice, and a gap has a name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.x.read import id_at
from adapters.x.walk import position
from tests.adapters.x_wire import XWire, open_wire
from tests.conftest import MovableClock


@pytest.fixture(params=["tweet", "post"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[XWire]:
    async with open_wire(request.param) as wire:
        yield wire


class TestCursor:
    async def test_the_first_reading_is_one_page_of_seven_days(self) -> None:
        async with open_wire() as wire:
            clock = MovableClock(datetime.now(UTC) - timedelta(days=8))
            wire.far.clock = clock
            wire.citizen_posts("lama sekali")
            clock.move(days=8)
            keys = [wire.citizen_posts(f"laporan {n}") for n in range(120)]
            pages = await wire.pages()

            assert [p.id for page in pages for p in page.posts] == keys[:19:-1]
            assert [(page.complete, page.lost) for page in pages] == [(True, False)]

    async def test_what_comes_after_an_empty_first_reading_is_read_whole(self, wire: XWire) -> None:
        [empty] = await wire.pages()
        keys = {wire.citizen_posts(f"laporan {n}") for n in range(130)}
        pages = await wire.pages(empty.cursor)

        assert (empty.posts, empty.complete) == ((), True)
        assert {p.id for page in pages for p in page.posts} == keys
        assert not pages[-1].lost

    async def test_an_empty_page_is_complete_and_keeps_the_place(self, wire: XWire) -> None:
        wire.citizen_posts("jalan rusak")
        cursor = (await wire.pages())[-1].cursor
        [idle] = await wire.pages(cursor)

        assert (idle.posts, idle.complete, idle.cursor) == ((), True, cursor)

    async def test_stopping_after_every_page_loses_nothing_and_repeats_nothing(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        wanted = [wire.citizen_posts(f"laporan {n}") for n in range(350)]
        got: list[str] = []
        complete = False
        while not complete:
            async for page in wire.channel.mentions(wire.account, cursor):
                got += [p.id for p in page.posts]
                cursor, complete = page.cursor, page.complete
                assert not page.lost
                break

        assert got == wanted[::-1]
        assert position(cursor).since == wanted[-1]

    async def test_beyond_800_posts_the_gap_is_named(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        for n in range(850):
            wire.citizen_posts(f"laporan {n}")
        pages = await wire.pages(cursor)

        assert sum(len(page.posts) for page in pages) == 800
        assert [page.lost for page in pages] == [False] * 7 + [True]
        assert pages[-1].complete

    async def test_almost_800_posts_are_no_gap(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        for n in range(790):
            wire.citizen_posts(f"laporan {n}")
        pages = await wire.pages(cursor)

        assert sum(len(page.posts) for page in pages) == 790
        assert not any(page.lost for page in pages)

    async def test_what_slips_out_of_reach_while_we_pause_is_named(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        for n in range(300):
            wire.citizen_posts(f"laporan {n}")
        async for page in wire.channel.mentions(wire.account, cursor):
            cursor = page.cursor
            break
        for n in range(750):
            wire.citizen_posts(f"susulan {n}")
        pages = await wire.pages(cursor)

        assert pages[-1].complete
        assert pages[-1].lost

    async def test_a_cursor_that_x_refuses_is_read_past_as_far_as_x_reaches(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        fresh = {wire.citizen_posts(f"laporan {n}") for n in range(120)}
        said = "'since_id' must be a tweet id created after 2026-07-31T11:45Z."
        wire.far.answer_next(400, {"errors": [{"message": said, "parameters": {"since_id": ["1"]}}]})
        pages = await wire.pages(cursor)

        assert {p.id for page in pages for p in page.posts} == fresh
        assert pages[-1].complete
        assert not pages[-1].lost  # `since` itself came into sight

    async def test_a_page_token_that_x_forgot_is_no_end(self, wire: XWire) -> None:
        wire.citizen_posts("yang pertama")
        cursor = (await wire.pages())[-1].cursor
        fresh = [wire.citizen_posts(f"laporan {n}") for n in range(250)]
        got: list[str] = []
        async for page in wire.channel.mentions(wire.account, cursor):
            got += [p.id for p in page.posts]
            wire.far.rules.forget_tokens()

        assert got == fresh[::-1]

    @pytest.mark.parametrize(
        "cursor", ["{", "null", "[]", '{"since": {}}', "bukan", '{"since": "1e9"}', "9" * 99]
    )
    async def test_a_cursor_that_is_none_begins_anew(self, wire: XWire, cursor: str) -> None:
        key = wire.citizen_posts("jalan rusak")

        assert [p.id for page in await wire.pages(cursor) for p in page.posts] == [key]

    def test_a_made_id_lies_where_its_moment_lies(self) -> None:
        before = datetime(2026, 8, 18, tzinfo=UTC)

        assert int(id_at(before)) < int(id_at(before + timedelta(milliseconds=1)))
        assert len(id_at(before)) == 19
