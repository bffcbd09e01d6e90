"""/langganan-ringkasan: each room has its pages at the hour and in the form it wishes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlmodel import Session, select

from plugin.chat import rooms
from plugin.desk.audit import mark
from plugin.rhythm.morning import Morning, Times
from plugin.rhythm.page import page_about
from plugin.rhythm.periodic import Due, put
from plugin.rhythm.runs import Claim
from plugin.rhythm.wishes import USUAL, Wish, read_wish, wish_of
from plugin.store.store import Store
from plugin.store.tables import Notice, PageWish
from plugin.wording import View
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation

PRIVATE = "pribadi-wati"
REST = date(2026, 8, 21)


@pytest.fixture
def morning(talk: Conversation) -> Morning:
    services = talk.desk.services

    async def compose(run: Claim) -> View:
        registry = await services.registry.current()
        return await page_about(services, registry, registry.by_id(run.agency_id), picture=not run.brief)

    async def sent_before(room: object, key: str) -> bool:
        return key in talk.chat.keys

    return Morning(
        talk.store, talk.clock, times=Times(ZONE, time(7), lambda day: day == REST), owner="n1",
        compose=compose, deliver=services.send, sent_before=sent_before,
    )  # fmt: skip


def wind(clock: MovableClock, hour: int, minute: int = 0, *, day: int = 20) -> None:
    """This hour of August in WIB."""
    clock.now = datetime(2026, 8, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def pages(talk: Conversation, room: str) -> list[str]:
    return [s for s in talk.shown(room) if s.startswith("Ringkasan Kamis")]


async def test_a_person_gets_it_and_says_how(talk: Conversation) -> None:
    said = await talk.say("/langganan-ringkasan", who="wati", room=PRIVATE)
    assert "Ringkasan DPUPR dikirim ke sini setiap pagi, dengan gambar." in said
    assert talk.buttons(PRIVATE) == ["Tanpa gambar", "Tidak pada hari libur", "Berhenti"]

    assert "tanpa gambar" in await talk.press("Tanpa gambar", who="wati")
    said = await talk.say("/langganan-ringkasan jam 6.30, libur diam", who="wati", room=PRIVATE)
    assert "setiap pagi pukul 06.30, tanpa gambar, kecuali pada hari libur." in said

    assert "tidak dikirim ke sini lagi" in await talk.press("Berhenti", who="wati")
    assert "pukul 06.30" in await talk.press("Mulai lagi", who="wati")


async def test_in_a_group_anybody_sees_and_the_admin_changes(talk: Conversation) -> None:
    assert "Ringkasan Kebumen dikirim ke sini" in await talk.say("/langganan-ringkasan", who="tono")
    assert "belum berwenang" in await talk.say("/langganan-ringkasan singkat", who="tono")
    assert "tanpa gambar" in await talk.say("/langganan-ringkasan singkat", who="adi")
    assert await talk.store.read(wish_of, talk.room("setda")) == Wish(brief=True)


@pytest.mark.parametrize("typed", ["jam 3", "jam 11", "pukul 25.00", "jam 6.75"])
async def test_a_morning_page_comes_in_the_morning(talk: Conversation, typed: str) -> None:
    said = await talk.say(f"/langganan-ringkasan {typed} singkat", who="adi")

    assert "antara pukul 04.00 dan 10.00" in said
    assert await talk.store.read(wish_of, talk.room("setda")) == USUAL


async def test_what_nobody_understands_changes_nothing(talk: Conversation) -> None:
    said = await talk.say("/langganan-ringkasan singkat setiap jam", who="adi")

    assert "“setiap jam” tidak terbaca" in said
    assert await talk.store.read(wish_of, talk.room("setda")) == USUAL


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("jam 6", Wish(at=time(6))), ("pukul 06:05", Wish(at=time(6, 5))), ("JAM 9.30", Wish(at=time(9, 30))),
        ("tanpa gambar", Wish(brief=True)), ("singkat bergambar", Wish()), ("libur diam", Wish(rests=True)),
        ("mingguan tanpa bulanan", Wish(weekly=True, monthly=False)), ("tanpa mingguan", Wish(weekly=False)),
        ("berhenti", Wish(off=True)), ("", Wish()),
    ],
)  # fmt: skip
def test_wishes_are_said_in_plain_words(words: str, wish: Wish) -> None:
    assert read_wish(USUAL, words) == (wish, "")


async def test_everybody_has_an_hour_of_their_own(
    talk: Conversation, clock: MovableClock, morning: Morning
) -> None:
    wind(clock, 3)
    await talk.complain("jalan rusak")
    await talk.say("/langganan-ringkasan jam 6", who="adi")
    await talk.say("/langganan-ringkasan jam 9.30", who="wati", room=PRIVATE)
    seen = []
    for hour, minute in ((5, 59), (6, 0), (7, 0), (9, 29), (9, 30), (22, 0)):
        wind(clock, hour, minute)
        await morning.tick()
        seen.append([len(pages(talk, room)) for room in ("setda", "pupr", PRIVATE)])

    assert seen == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1]]


async def test_who_names_another_hour_in_between_gets_one_page(
    talk: Conversation, clock: MovableClock, morning: Morning
) -> None:
    wind(clock, 3)
    await talk.complain("jalan rusak")
    for hour, typed in ((7, ""), (8, "jam 9"), (9, "jam 6"), (10, "jam biasa")):
        wind(clock, hour)
        await morning.tick()
        if typed:
            await talk.say(f"/langganan-ringkasan {typed}", who="adi")
        await morning.tick()

    assert len(pages(talk, "setda")) == 1


async def test_pictures_only_for_those_who_want_them(
    talk: Conversation, clock: MovableClock, morning: Morning
) -> None:
    wind(clock, 3)
    await talk.complain("jalan rusak")
    await talk.say("/langganan-ringkasan singkat", who="adi")
    wind(clock, 7)
    await morning.tick()
    sent = {ref.room.key: len(m.pictures) for ref, m in talk.chat.board.items() if "Ringkasan" in m.text}

    assert (sent["setda"], sent["pupr"]) == (0, 1)


async def test_days_of_rest_are_quiet_for_those_who_wish(
    talk: Conversation, clock: MovableClock, morning: Morning
) -> None:
    wind(clock, 3, day=21)
    await talk.complain("jalan rusak")
    await talk.say("/langganan-ringkasan libur diam", who="adi")
    wind(clock, 7, day=21)
    await morning.tick()
    assert [
        len([s for s in talk.shown(r) if s.startswith("Ringkasan Jumat")]) for r in ("setda", "pupr")
    ] == [0, 1]

    wind(clock, 7, day=22)
    await morning.tick()
    assert len([s for s in talk.shown() if s.startswith("Ringkasan Sabtu")]) == 1


async def test_a_group_that_wants_none_gets_none(
    talk: Conversation, clock: MovableClock, morning: Morning
) -> None:
    await talk.say("/langganan-ringkasan berhenti", who="adi")
    wind(clock, 7, day=19)
    await morning.tick()

    assert not any("Rabu, 19 Agustus" in s for s in talk.shown())
    assert any("Rabu, 19 Agustus" in s for s in talk.shown("pupr"))


async def test_weekly_pages_go_where_they_are_wanted(talk: Conversation, store: Store) -> None:
    await talk.say("/langganan-ringkasan tanpa mingguan", who="adi")
    await store.write(lambda s: s.add(PageWish(recipient="memory:pupr", weekly=True)))
    registry = await talk.desk.services.registry.current()
    page = Due("weekly", date(2026, 8, 17), date(2026, 8, 23), datetime(2026, 8, 24, tzinfo=UTC))
    await store.write(put, registry, page, talk.clock())

    def told(session: Session) -> list[str]:
        return sorted(session.exec(select(Notice.room)))

    assert await store.read(told) == ["pupr"]


async def test_a_wish_goes_along_when_the_room_moves(talk: Conversation, store: Store) -> None:
    await talk.say("/langganan-ringkasan jam 6", who="adi")
    for _ in range(2):
        await store.write(rooms.move, talk.room("setda"), talk.room("setda-baru"))

    assert await store.read(wish_of, talk.room("setda-baru")) == Wish(at=time(6))
    assert await store.read(wish_of, talk.room("setda")) == USUAL


async def test_the_page_about_everything_carries_the_mark_of_the_record(talk: Conversation) -> None:
    await talk.complain("@dpuprkebumen jalan rusak")
    await talk.say("/disposisi 1 dishub", who="sri")
    written_down = await talk.store.survey(mark)

    assert written_down
    assert f"sidik catatan: {written_down}" in await talk.say("/ringkasan")
    assert "sidik catatan" not in await talk.say("/ringkasan", who="tono", room="pupr")
