"""A year goes by, in two governments whose zones and office days differ, with processes that die when they like.

Every morning page arrives once, every level hears once and in its time, and every deadline is the one that was
counted by hand.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from plugin.store.migrate import migrate
from plugin.store.store import Store
from plugin.store.tables import Alarm, Report, ReportClock
from tests.conftest import MovableClock, pg_database
from tests.plugin.year_world import (
    DAYS,
    FIRST,
    GAP,
    HOUR,
    LADDER,
    ROOMS,
    Government,
    Table,
    government,
    live,
    six_days,
)

WEST, EAST = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Jayapura")

FIVE_DAYS: Table = {
    # received: (forwarded within three working days, settled within fourteen), all on the office's wall
    "2026-02-14 10.00": ("2026-02-20 15.30", "2026-03-09 15.00"),  # a Saturday; Imlek, then Ramadan's hours
    "2026-03-12 10.00": ("2026-03-17 15.00", "2026-04-09 16.00"),  # over Nyepi, Idulfitri and its joint leave
    "2026-03-17 20.00": ("2026-03-27 14.30", "2026-04-14 16.00"),  # the eve of the leave
    "2026-05-13 08.00": (
        "2026-05-20 16.00",
        "2026-06-09 16.00",
    ),  # two feasts with their leave, and Pancasila
    "2026-08-12 09.00": ("2026-08-18 16.00", "2026-09-03 16.00"),  # Independence Day, Maulid
    "2026-10-05 09.00": ("2026-10-08 16.00", "2026-10-23 14.30"),  # nothing but weekends; ends on a Friday
    "2026-12-18 09.00": ("2026-12-23 16.00", "2027-01-13 16.00"),  # Christmas, the turn of the year
    "2026-12-30 23.30": ("2027-01-06 16.00", "2027-01-21 16.00"),
}

SIX_DAYS: Table = {
    # the same in offices that also work on Saturdays, and close earlier for it
    "2026-02-14 10.00": ("2026-02-20 14.30", "2026-03-05 14.00"),
    "2026-03-12 10.00": ("2026-03-16 14.00", "2026-04-06 14.00"),  # Saturday the 14th and the 28th count
    "2026-05-13 08.00": ("2026-05-19 14.00", "2026-06-04 14.00"),
    "2026-10-05 09.00": ("2026-10-08 14.00", "2026-10-21 14.00"),
    "2026-10-07 09.00": ("2026-10-10 13.00", "2026-10-23 11.00"),  # ends on a Saturday; on a Friday
    "2026-12-18 09.00": ("2026-12-22 14.00", "2027-01-08 11.00"),
    "2026-12-30 23.30": ("2027-01-04 14.00", "2027-01-18 14.00"),  # Saturday the second counts
}

MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None


@pytest.fixture
async def stores(sqlite_template: Path, pg_migrated: sa.URL) -> AsyncIterator[list[Store]]:
    """One database of each kind. They do not wait for the disk: thousands of commits, and no machine loses its power
    here."""
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as folder,
        pg_database(f"{pg_migrated.database}_year") as url,
    ):
        file = shutil.copy(sqlite_template, f"{folder}/year.db")
        migrate(url)
        hasty = url.update_query_dict({"options": "-csynchronous_commit=off"})
        made = [Store(f"sqlite:///{file}"), Store(hasty.render_as_string(hide_password=False))]
        yield made
        for store in made:
            await store.aclose()


@pytest.mark.timeout(900)  # a minute, and more where the machine has others to serve as well
async def test_a_year(stores: list[Store], tmp_path: Path) -> None:
    clock = MovableClock(datetime.combine(FIRST, time(5), EAST).astimezone(UTC))
    west = await government(stores[0], clock, WEST, FIVE_DAYS)
    east = await government(stores[1], clock, EAST, SIX_DAYS, limits=six_days(EAST, tmp_path))
    await live([west, east], clock)

    for each in (west, east):
        mornings(each)
        await deadlines(each)
        await levels(each)


def mornings(year: Government) -> None:
    """Every page once, to each of the rooms and to the head in his direct chat."""
    pages = Counter(
        {k: n for k, n in year.chat.arrived.items() if k.startswith("digest:") and "perhaps" not in k}
    )

    assert pages == Counter({f"digest:{day}:memory:{room}": 1 for day in DAYS for room in ROOMS})


async def deadlines(year: Government) -> None:
    """Of the reports in the table, as the office's wall showed it."""

    def look(session: Session) -> dict[datetime, dict[str, datetime | None]]:
        found: dict[datetime, dict[str, datetime | None]] = {}
        rows = session.exec(select(ReportClock, Report.received_at).join(Report))
        for clock, received in rows:
            found.setdefault(received, {})[clock.clock] = clock.due_at
        return found

    found = await year.talk.store.survey(look)
    for received, (forward, completion) in year.table.items():
        counted = found[year.wall(received)]
        assert counted["first_answer"] == year.wall(received) + 24 * HOUR, received
        assert counted["forward"] == year.wall(forward), received
        assert counted["completion"] == year.wall(completion), received


async def levels(year: Government) -> None:
    """Each level once, in order, not before its time, not at night, and not long after it either."""

    def look(session: Session) -> list[tuple[ReportClock, str, list[Alarm]]]:
        rows = session.exec(select(ReportClock, Report.state).join(Report)).all()
        return [
            (
                clock,
                state,
                list(session.exec(select(Alarm).where(Alarm.clock_id == clock.id).order_by(col(Alarm.id)))),
            )
            for clock, state in rows
        ]

    heard = Counter[str]()
    for clock, state, alarms in await year.talk.store.survey(look):
        told = [alarm.level for alarm in alarms]
        if clock.due_at is None:  # it began and ended between two minutes
            assert clock.ended_at
            assert not told
            continue
        assert told == [level for level in ("warning", "holder", *dict(LADDER)) if level in told]
        assert len(set(told)) == len(told)
        heard.update(told)
        due: datetime | None = clock.warn_at
        held = bool(alarms) and "disposed" in state
        for before, alarm in zip([None, *alarms], alarms, strict=False):
            assert 6 <= alarm.at.astimezone(year.zone).hour < 21
            earliest = {
                "warning": clock.warn_at,
                "holder": clock.due_at,
                "kepala": clock.due_at + (4 * HOUR if held else 0 * HOUR),
            }.get(alarm.level) or (before.at + dict(LADDER)[alarm.level] * HOUR if before else due)
            assert earliest is not None
            assert earliest <= alarm.at
            if before is None or alarm.level != "holder":
                assert alarm.at <= max(earliest, before.at if before else earliest) + GAP + HOUR
        end = min(clock.ended_at or year.clock(), year.clock())
        if end > clock.due_at + 10 * 24 * HOUR and clock.clock != "silence":
            assert told[-4:] == ["kepala", "asisten", "sekda", "bupati"], (clock.clock, told)
    assert all(heard[level] for level, _ in LADDER)
    notices = {k: n for k, n in year.chat.arrived.items() if k.startswith("alarm:") and "perhaps" not in k}
    assert set(notices.values()) == {1}
