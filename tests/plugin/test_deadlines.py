"""How a deadline is explained to somebody who counts along."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plugin.dates import FILTERS
from plugin.rhythm.deadlines import Counted, explain
from plugin.rhythm.local_days import LocalDay
from plugin.rhythm.national import DayOff
from plugin.rhythm.workdays import Calendar, CannotCount
from plugin.wording import Wording

WIB = ZoneInfo("Asia/Jakarta")
ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"


def told(received: date, days: int, calendar: Calendar) -> str:
    wording = Wording(TEMPLATES, FILTERS(WIB, lambda: datetime(2026, 11, 22, tzinfo=UTC)))
    return wording.text("deadlines/explained.txt", deadline=explain(received, days, calendar))


def test_the_page_gives_the_date_then_its_words_then_the_way() -> None:
    assert told(date(2026, 2, 16), 3, Calendar(WIB)) == (
        "2026-02-20\n"
        "Jumat, 20 Februari 2026, sampai kantor tutup pukul 14.30 WIB\n"
        "\n"
        "Diterima Senin, 16 Februari 2026 (Cuti Bersama Tahun Baru Imlek). "
        "Hari diterimanya laporan tidak dihitung.\n"
        "3 hari kerja sesudahnya:\n"
        "- Selasa, 17 Februari 2026: dilewati, Tahun Baru Imlek\n"
        "- Rabu, 18 Februari 2026 sampai Jumat, 20 Februari 2026: hari ke-1 sampai ke-3"
    )


def test_weekends_and_local_decisions_are_named_as_such() -> None:
    calendar = Calendar(
        WIB, 5, [LocalDay(date(2026, 10, 12), "holiday", "Hari jadi <Kebumen> & Karanganyar")]
    )

    assert told(date(2026, 10, 8), 2, calendar).splitlines()[5:] == [
        "- Jumat, 9 Oktober 2026: hari ke-1",
        "- Sabtu, 10 Oktober 2026: dilewati, akhir pekan",
        "- Minggu, 11 Oktober 2026: dilewati, akhir pekan",
        "- Senin, 12 Oktober 2026: dilewati, Hari jadi <Kebumen> & Karanganyar (keputusan daerah)",
        "- Selasa, 13 Oktober 2026: hari ke-2",
    ]


@pytest.mark.parametrize(
    ("received", "days", "warned"),
    [
        (date(2027, 12, 27), 4, False),  # ends on 31 December
        (date(2027, 12, 27), 5, True),
        (date(2028, 2, 1), 3, True),
        (date(2026, 12, 18), 14, False),
    ],
)
def test_a_year_without_a_decree_is_warned_of(received: date, days: int, warned: bool) -> None:
    said = told(received, days, Calendar(WIB))

    assert ("keputusan cuti bersama tahun 2028 belum diketahui" in said) is warned
    assert ("Perhatian" in said) is warned


def test_every_day_of_the_way_is_counted_or_excused() -> None:
    deadline = explain(date(2026, 3, 13), 5, Calendar(WIB))

    assert deadline.way[2] == Counted(1, 2, date(2026, 3, 16), date(2026, 3, 17))
    assert deadline.way[-1] == Counted(3, 5, date(2026, 3, 25), date(2026, 3, 27))
    assert [rest.day.day for rest in deadline.skipped] == [14, 15, 18, 19, 20, 21, 22, 23, 24]
    assert deadline.skipped[2] == DayOff(date(2026, 3, 18), "joint", "Cuti Bersama Hari Suci Nyepi")


def test_what_cannot_be_counted_is_not_explained() -> None:
    with pytest.raises(CannotCount):
        explain(date(2026, 2, 16), 0, Calendar(WIB))


@pytest.mark.parametrize("received", ["13-3-2026", "13 Maret 2026", "2026-03-13"])
def test_the_operator_writes_the_day_as_officials_do(received: str, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "app.py"), "deadline", received, "--days", "5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("2026-03-27\n")
