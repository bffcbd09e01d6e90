"""Nothing is spent past the month's limit: counted before each call, told in time, and answers go by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from plugin.desk.accounts.spending import Spendings
from plugin.errors import TryLater
from plugin.public.money import Bill, Item
from plugin.store.store import Store
from plugin.store.tables import Spending
from tests.conftest import MovableClock
from tests.desk import ZONE
from tests.x_desk import XDesk, open_x_desk

TEXT = "Terima kasih, besok kami periksa."
CENT = 10_000


@pytest.fixture
async def desk(store: Store, clock: MovableClock) -> AsyncIterator[XDesk]:
    async with open_x_desk(store, clock, cap=5.0) as made:
        await made.connect()
        yield made


async def spent(desk: XDesk) -> dict[str, int]:
    rows = await desk.store.survey(lambda s: s.exec(select(Spending)).all())
    return {row.kind: row.calls for row in rows}


async def spend(desk: XDesk, usd: float) -> None:
    """The month was dear so far."""
    items = [Item("post_link", 1, round(usd * 1_000_000))]
    bill = await desk.spendings.claim("x", 1, items)
    assert bill is not None
    await desk.spendings.settle(bill, items)


async def answer(desk: XDesk, text: str = TEXT) -> str:
    said = await desk.talk.say(f"/tanggapi 1 {text}", who="wati", room="pupr")
    if "Kirim" in desk.talk.buttons("pupr"):
        return await desk.talk.press("Kirim", who="wati", room="pupr")
    return said


async def test_what_is_done_is_counted_by_its_kind(desk: XDesk) -> None:
    await desk.complain()
    await answer(desk)
    counted = await spent(desk)

    assert counted["post_summoned"] == 1
    assert counted["post_read"] >= 1
    assert counted["user_read"] >= 2  # who connected, and who wrote
    assert "bulan ini" in await desk.talk.say("/akun dpupr", room="pupr")
    shown = await desk.talk.say("/keadaan", who="adi")
    assert "Bulan ini US$0,0" in shown
    assert "dari batas US$5,00" in shown
    assert "1 tanggapan (0 bertautan)" in shown


async def test_a_link_is_counted_as_dear_as_x_makes_it(desk: XDesk) -> None:
    await desk.complain()
    await answer(desk, "Petanya ada di https://www.kebumenkab.go.id/jalan ya Bu.")

    assert (await spent(desk)).get("post_link") == 1


async def test_at_80_percent_the_administrators_hear_once(desk: XDesk) -> None:
    await spend(desk, 4.1)
    for _ in range(3):
        await desk.minute()
    told = [words for words in desk.talk.shown("setda") if "dari batas bulan ini" in words]

    assert len(told) == 1
    assert "Biaya X sudah 82% dari batas bulan ini" in told[0]


async def test_when_it_is_reached_answers_go_by_hand_and_reading_stops_loudly(desk: XDesk) -> None:
    await desk.complain()
    await spend(desk, 4.9)
    await desk.poll(minutes=2)
    calls = len(desk.far.calls)
    await desk.poll(minutes=90)
    await desk.minute()
    await desk.minute()
    parts, ears = await desk.talk.desk.services.condition()
    told = [words for words in desk.talk.shown("setda") if "Batas biaya X bulan ini tercapai" in words]

    assert len(desk.far.calls) == calls
    assert parts["x budget"] == "monthly limit reached"
    ear = next(ear for ear in ears if ear.handle == "dpuprkebumen")
    assert (ear.trouble, ear.overdue) == ("capped", True)
    assert ear.open_gaps
    assert len(told) == 1
    assert "tidak dibaca: batas biaya tercapai" in await desk.talk.say("/keadaan", who="adi")
    assert "belum tersusul" in await desk.talk.say("/ringkasan", room="setda")


async def test_a_preview_past_the_limit_offers_the_composer_and_says_why(desk: XDesk) -> None:
    await desk.complain()
    await spend(desk, 4.97)
    said = await answer(desk, "Petanya ada di https://www.kebumenkab.go.id/jalan ya Bu.")

    assert "Batas biaya X bulan ini sudah tercapai, jadi tanggapan ini dikirim secara manual" in said
    assert desk.published() == []
    assert desk.talk.buttons("pupr")[0] in ("Buka X", "Tetap lanjutkan")


async def test_what_was_confirmed_before_keeps_its_text(desk: XDesk) -> None:
    await desk.complain()
    await desk.talk.say(f"/tanggapi 1 {TEXT}", who="wati", room="pupr")
    button = desk.talk.button("Kirim", "pupr")
    await spend(desk, 4.995 - 0.05)
    desk.spendings.caps["x"] = 4_950_000
    frozen = await desk.talk.press_token(button, who="wati")

    assert "dikirim secara manual" in frozen
    assert TEXT in frozen
    assert desk.published() == []


async def test_in_a_new_month_everything_goes_on_and_the_gap_closes(desk: XDesk) -> None:
    await desk.complain()
    await spend(desk, 4.9)
    await desk.poll(minutes=2)
    desk.far.citizen_posts("lampu mati", mention="dpuprkebumen", by="warga_dua")
    desk.clock.move(days=20)
    await desk.poll()
    _, ears = await desk.talk.desk.services.condition()
    ear = next(ear for ear in ears if ear.handle == "dpuprkebumen")

    assert (ear.trouble, ear.open_gaps) == ("", ())
    assert len(await desk.talk.desk.polling.state()) == 2


async def test_fifty_at_once_never_pass_the_limit(store: Store, clock: MovableClock) -> None:
    purse = Spendings(store, clock, ZONE, {"x": 0.10})

    async def call() -> Bill | None:
        try:
            return await purse.claim("x", 1, [Item("post", 1, CENT)])
        except TryLater:
            return None

    got = [bill for bill in await asyncio.gather(*(call() for _ in range(50))) if bill is not None]
    for number, bill in enumerate(got):
        await purse.settle(bill, [Item("post", int(number > 3), CENT)])
    more = [bill for bill in [await call() for _ in range(6)] if bill is not None]

    assert (len(got), len(more)) == (10, 4)


async def test_what_others_hold_for_a_moment_is_no_limit_reached(store: Store, clock: MovableClock) -> None:
    purse = Spendings(store, clock, ZONE, {"x": 0.10})
    bill = await purse.claim("x", 1, [Item("post_read", 9, CENT)])
    with pytest.raises(TryLater):
        await purse.claim("x", 2, [Item("post_read", 9, CENT)])
    assert bill is not None
    await purse.settle(bill, [])

    assert not (await store.survey(purse.of, "x", clock())).full
    assert await purse.claim("x", 2, [Item("post_read", 9, CENT)]) is not None


async def test_a_list_of_followers_that_does_not_fit_stops_nothing_else(
    store: Store, clock: MovableClock
) -> None:
    purse = Spendings(store, clock, ZONE, {"x": 5.0})

    assert await purse.claim("x", 1, [Item("follower_read", 1000, CENT)]) is None
    assert not (await store.survey(purse.of, "x", clock())).full
    assert await purse.claim("x", 1, [Item("post", 1, CENT)]) is not None


async def test_what_a_dead_process_had_set_aside_comes_back_but_not_what_it_may_have_posted(
    store: Store, clock: MovableClock
) -> None:
    purse = Spendings(store, clock, ZONE, {"x": 0.10})
    read = await purse.claim("x", 1, [Item("post_read", 8, CENT)])
    post = await purse.claim("x", 1, [Item("post", 2, CENT)])
    clock.move(minutes=16)
    await purse.give_back()
    await purse.give_back()

    assert read is not None
    assert post is not None
    assert (await store.survey(purse.of, "x", clock())).usd == 0.02
    assert await purse.claim("x", 1, [Item("post", 9, CENT)]) is None
    assert await purse.claim("x", 1, [Item("post", 8, CENT)]) is not None


async def test_without_a_limit_it_is_counted_all_the_same(store: Store, clock: MovableClock) -> None:
    purse = Spendings(store, clock, ZONE, {})
    bill = await purse.claim("x", 1, [Item("post_read", 100, CENT)])
    assert bill == Bill(0, "x", "2026-08", 1)
    await purse.settle(bill, [Item("post_read", 3, CENT)])
    month = await store.survey(purse.of, "x", clock())

    assert (month.usd, month.cap, month.full) == (0.03, 0, False)
