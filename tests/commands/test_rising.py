"""More complaints of one kind from one place than usual: told at once, in plain words, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from plugin.rhythm.topics import Heard, is_unusual, rising
from plugin.store.tables import TopicDay
from tests.conftest import MovableClock
from tests.desk import ZONE, Conversation

LAMP = "@dishubkbm lampu jalan di bojongsari alian mati"


async def many(talk: Conversation, n: int, *, people: int = 100, since: int = 0, text: str = LAMP) -> None:
    for i in range(n):
        await talk.complain(f"{text} {i}", to="dishubkbm", author=f"warga{since + i % people}")
    for _ in range(n // 25 + 1):
        await talk.triage()


async def look(talk: Conversation) -> list[str]:
    """A few minutes later; what the Sekda's room and the agency's have been told of what rises."""
    await talk.desk.topics.tick()
    await talk.work()
    return [text for room in ("setda", "hub") for text in talk.shown(room) if "Ramai" in text]


async def test_the_agency_and_the_sekda_hear_at_once_and_once(
    talk: Conversation, clock: MovableClock
) -> None:
    await many(talk, 7)
    told = await look(talk)
    clock.move(minutes=20)
    await many(talk, 5, since=50)
    again = await look(talk)

    assert len(told) == len(again) == 2
    assert told[0] == told[1]
    assert told[0].startswith("Ramai: lampu jalan di Kecamatan Alian")
    assert "7 laporan dalam 3 jam; biasanya hampir tidak ada" in told[0]
    assert "Kebanyakan pada Dishub" in told[0]
    assert "lampu jalan di bojongsari" in told[0]


async def test_the_usual_is_what_the_weeks_before_brought(talk: Conversation) -> None:
    def weeks(session: Session) -> None:
        for n in range(1, 29):
            day = datetime(2026, 8, 18).date() - timedelta(days=n)  # noqa: DTZ001
            session.add(TopicDay(day=day, category="pju", place="Alian", reports=16))

    await talk.store.write(weeks)
    await many(talk, 8)
    usual = await look(talk)
    await many(talk, 12, since=50)
    told = await look(talk)

    assert usual == []
    assert "20 laporan dalam 3 jam; biasanya sekitar 4, jadi sekitar 5 kali lipat" in told[0]


async def test_one_who_writes_often_is_no_topic(talk: Conversation) -> None:
    await many(talk, 12, people=3)

    assert await look(talk) == []


async def test_what_is_set_aside_does_not_count(talk: Conversation) -> None:
    await many(talk, 5)
    await talk.say("/bukan-laporan 1 kembar")

    assert await look(talk) == []


async def test_a_rise_that_is_over_may_come_again(talk: Conversation, clock: MovableClock) -> None:
    await many(talk, 7)
    first = await look(talk)
    for _ in range(4):
        clock.move(hours=3)
        await look(talk)
    clock.move(days=2)
    await many(talk, 14, since=40)
    second = await look(talk)

    assert len(first) == 2
    assert len(second) == 4


async def test_two_processes_tell_it_once(talk: Conversation) -> None:
    await many(talk, 7)
    other = talk.another("n2")
    await other.topics.tick()
    told = await look(talk)

    assert len(told) == 2


async def test_the_days_are_kept_as_the_governments_calendar_has_them(
    talk: Conversation, clock: MovableClock
) -> None:
    clock.now = datetime(2026, 8, 17, 23, 50, tzinfo=ZONE).astimezone(UTC)
    await many(talk, 2)
    clock.move(minutes=20)
    await many(talk, 1, since=10)
    for _ in range(2):
        await talk.desk.topics.tick()

    def kept(session: Session) -> dict[str, int]:
        rows = [session.get(TopicDay, (datetime(2026, 8, d).date(), "pju", "Alian")) for d in (17, 18)]  # noqa: DTZ001
        return {str(row.day): row.reports for row in rows if row}

    assert await talk.store.survey(kept) == {"2026-08-17": 2, "2026-08-18": 1}


def heard(n: int, place: str, category: str = "pju") -> list[Heard]:
    return [Heard(category, place, 1, f"{place}{i}") for i in range(n)]


def test_what_rises_in_many_places_and_in_none_alone_is_told_as_such() -> None:
    spread = [one for place in ("Alian", "Ambal", "Ayah", "Adimulyo") for one in heard(3, place)]

    assert [r.topic for r in rising(spread, {})] == [("pju", "*")]
    assert [r.topic for r in rising([*spread, *heard(9, "Buluspesantren")], {})] == [
        ("pju", "Buluspesantren")
    ]


@given(st.integers(0, 60), st.floats(0, 50))
def test_more_is_never_less_unusual(reports: int, usual: float) -> None:
    assert is_unusual(reports, usual) <= is_unusual(reports + 1, usual)
    assert is_unusual(reports, usual + 1) <= is_unusual(reports, usual)
