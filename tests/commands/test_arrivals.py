"""A complaint nobody saw: what comes in is told where it is to be answered, gathered, and not at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.store.store import Store
from tests.conftest import MovableClock
from tests.desk import Conversation, open_conversation

GAP = timedelta(minutes=15)


@pytest.fixture
async def talk(store: Store, clock: MovableClock) -> Conversation:
    return await open_conversation(store, clock, news_gap=GAP)


async def test_a_complaint_is_told_to_its_agency_and_can_be_answered_there(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang di Alian")
    await talk.triage()
    await talk.news()

    assert len(talk.shown("pupr")) == 1
    assert "Laporan 1 \u00b7 baru" in talk.shown("pupr")[0]
    assert "Tanggapi" in talk.buttons("pupr")
    assert talk.shown("setda") == talk.shown("hub") == []


async def test_it_is_told_once_by_however_many_processes(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang")
    await talk.triage()
    await talk.another("b").arrivals.tick()
    await talk.news()
    clock.move(minutes=20)
    await talk.news()

    assert len(talk.shown("pupr")) == 1


async def test_what_comes_meanwhile_is_gathered(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang", author="w1")
    await talk.triage()
    await talk.news()
    for n in range(7):
        clock.move(seconds=20)
        await talk.complain(f"@dpuprkebumen got mampet di RT {n}, NIK 3305012304900001", author=f"k{n}")
        await talk.triage()
        await talk.news()
    before = len(talk.shown("pupr"))
    clock.move(minutes=15)
    await talk.news()
    [text] = talk.shown("pupr")[before:]

    assert before == 1
    assert "7 laporan baru \u00b7 DPUPR" in text
    assert "dan 2 laporan lain" in text
    assert "3305012304900001" not in text
    assert talk.buttons("pupr")[0] == "Rincian 2"
    assert talk.buttons("pupr")[-1] == "Laporan baru"


async def test_whoever_complains_again_after_the_answer_is_heard(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang", post="500", conversation="500")
    await talk.say("/tanggapi 1 Terima kasih, kami periksa.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    clock.move(hours=2)
    await talk.triage()
    await talk.news()
    silent = talk.shown("pupr")
    await talk.complain("kok belum ditambal juga min", post="501", conversation="500", answers="500")
    await talk.triage()
    await talk.news()

    assert not any("dibuka kembali" in text for text in silent)
    assert "Laporan 1 \u00b7 dibuka kembali" in talk.shown("pupr")[-1]
    assert "kok belum ditambal juga min" in talk.shown("pupr")[-1]


async def test_thanks_are_no_news(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang", post="500", conversation="500")
    await talk.say("/tanggapi 1 Terima kasih, kami periksa.", who="wati", room="pupr")
    await talk.press("Kirim", who="wati", room="pupr")
    clock.move(hours=2)
    await talk.complain("terima kasih min", post="501", conversation="500", answers="500")
    before = talk.shown("pupr")
    await talk.news()
    await talk.triage()
    clock.move(hours=1)
    await talk.news()

    assert len(talk.shown("pupr")) == len(before)


async def test_what_somebody_has_taken_up_or_triage_set_apart_is_no_news(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen lampu bangjo mati", author="w1")
    await talk.complain("@dpuprkebumen selamat pagi, terima kasih", author="w2")
    await talk.triage()
    await talk.say("/disposisi 1 dishub", who="sri")
    before = talk.shown("pupr"), talk.shown("hub")
    await talk.news()

    assert (talk.shown("pupr"), talk.shown("hub")) == before


async def test_a_danger_is_told_at_once_and_not_again(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jembatan ambrol, ada orang hanyut, tolong")
    await talk.triage()
    before = talk.shown("pupr")
    await talk.news()

    assert len(before) == 1
    assert talk.shown("pupr") == before


DANGER = "@dpuprkebumen jembatan Tembana ambrol, ada orang hanyut, tolong"


async def flooded(talk: Conversation, clock: MovableClock) -> list[int]:
    """Twenty citizens tell of one danger within minutes."""
    numbers = []
    for n in range(20):
        clock.move(seconds=10)
        numbers.append(await talk.complain(DANGER, author=f"w{n}"))
        if n % 4 == 0:
            await talk.triage()
            await talk.news()
    await talk.triage()
    return numbers


async def test_twenty_tellings_of_one_danger_are_one_card_and_one_line(
    talk: Conversation, clock: MovableClock
) -> None:
    first, *others = await flooded(talk, clock)
    cards = [len(talk.shown(room)) for room in ("setda", "pupr")]
    clock.move(minutes=15)
    await talk.news()
    told = [text for text in talk.shown("pupr") if "laporan baru" in text]
    named = {
        int(n)
        for text in told
        for n in text.partition(f"dengan laporan {first}: ")[2].split(".")[0].split(", ")
    }

    assert cards[0] == 1
    assert cards[1] <= 2
    assert len(talk.shown("pupr")) <= 3
    assert named == set(others)
    clock.move(minutes=20)
    await talk.news()
    assert len(talk.shown("pupr")) == 1 + len(told)


async def test_the_card_that_hangs_names_them_and_joins_them(talk: Conversation, clock: MovableClock) -> None:
    first, *others = await flooded(talk, clock)
    await talk.desk.courier.freshen()
    [card] = talk.shown("setda")
    await talk.press("Gabung 19 laporan itu", who="sri", room="setda")

    assert f"juga disampaikan dalam laporan {', '.join(map(str, others))}." in card
    assert (await talk.report(first)).reporters == 20


async def test_the_same_danger_an_hour_later_hangs_its_card(talk: Conversation, clock: MovableClock) -> None:
    await flooded(talk, clock)
    clock.move(minutes=80)
    await talk.complain(DANGER, author="late")
    await talk.triage()

    assert len(talk.shown("setda")) == 2


async def test_another_danger_hangs_its_card_at_once(talk: Conversation, clock: MovableClock) -> None:
    await flooded(talk, clock)
    await talk.complain("@dpuprkebumen kebakaran rumah di bojongsari, api besar, tolong", author="other")
    await talk.triage()

    assert len(talk.shown("setda")) == 2


async def test_what_is_not_judged_yet_waits_but_not_for_long(talk: Conversation, clock: MovableClock) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang")
    await talk.news()
    before = talk.shown("pupr")
    clock.move(minutes=3)
    await talk.news()

    assert before == []
    assert len(talk.shown("pupr")) == 1


async def test_the_night_is_told_in_the_morning(talk: Conversation, clock: MovableClock) -> None:
    clock.move(hours=13)
    await talk.complain("@dpuprkebumen jalan berlubang", author="w1")
    await talk.complain("@dpuprkebumen got mampet", author="w2")
    await talk.triage()
    await talk.news()
    night = talk.shown("pupr")
    clock.move(hours=7, minutes=30)
    await talk.news()

    assert night == []
    assert "2 laporan baru" in talk.shown("pupr")[-1]


async def test_an_agency_without_a_group_is_told_of_above(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan berlubang")
    await talk.triage()
    await talk.say("/ikat-grup setda", who="adi", room="pupr")
    await talk.news()

    assert "Laporan 1 \u00b7 baru" in talk.shown("setda")[-1]


async def test_who_wants_no_news_has_none(store: Store, clock: MovableClock) -> None:
    talk = await open_conversation(store, clock)
    await talk.complain("@dpuprkebumen jalan berlubang")
    await talk.triage()
    await talk.news()

    assert talk.shown("pupr") == []


async def test_a_room_that_has_no_card_of_the_danger_gets_one(
    talk: Conversation, clock: MovableClock
) -> None:
    await talk.complain(DANGER, author="w1")
    await talk.triage()
    before = len(talk.shown("hub"))
    number = await talk.complain(DANGER.replace("dpuprkebumen", "dishubkbm"), to="dishubkbm", author="w2")
    await talk.triage()

    assert before == 0
    assert [f"Laporan {number} " in text for text in talk.shown("hub")] == [True]
    assert len(talk.shown("setda")) == 1
